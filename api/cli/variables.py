"""docs/settings.md: every setting, as the class that reads them declares it."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import SecretStr
from pydantic.fields import FieldInfo

from api.settings import Settings

_INTRODUCTION = """\
# Settings

Made by `python3 dev.py contracts` from `api/settings.py`. Settings come from the environment, or
from a file `.env` beside the program. Yes and no are `true` and `false`; lists are comma separated.
A value that cannot be is refused at the start, by name."""


def table() -> str:
    """The whole page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield _INTRODUCTION
    for group in Settings.__bases__:
        yield f"\n## {(group.__doc__ or '').strip().rstrip('.')}\n"
        yield "| variable | default | |"
        yield "| --- | --- | --- |"
        for name in group.__annotations__:
            field = Settings.model_fields[name]
            variable = field.validation_alias or f"STOCKROOM_{name.upper()}"
            yield f"| `{variable}` | {_default(field)} | {field.description} |"


def _default(field: FieldInfo) -> str:
    value: Any = field.default
    if isinstance(value, SecretStr) or value in (None, "", ()):
        return ""
    text = value.as_posix() if isinstance(value, Path) else str(value)
    return f"`{text.lower() if isinstance(value, bool) else text}`"
