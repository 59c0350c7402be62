"""The code that `dataclasses` and `typing` write and compile, remembered beside Python's bytecode.

They do it some 4,500 times a start, which is a fifth of what a start costs.
"""

import dataclasses
import marshal
import os
import sys
import typing
from contextlib import suppress
from importlib.util import MAGIC_NUMBER, cache_from_source
from pathlib import Path
from types import CodeType
from typing import Any

FILE = Path(cache_from_source(__file__)).with_suffix(".generated")

_remembered: dict[tuple[str, str], CodeType] = {}
_used: dict[tuple[str, str], CodeType] = {}


def recall() -> None:
    """From here on, compile no text that an earlier process compiled."""
    with suppress(OSError, ValueError, TypeError, EOFError):  # none yet, or of no use
        magic, kept = marshal.loads(FILE.read_bytes())  # noqa: S302  # as bytecode is
        _remembered.update(kept if magic == MAGIC_NUMBER else {})
    dataclasses.exec = _exec  # type: ignore[attr-defined]
    typing.compile = _compile  # type: ignore[attr-defined]


def keep() -> None:
    """Be done with it, and leave the next process what this one used, where that is new."""
    vars(dataclasses).pop("exec", None)
    vars(typing).pop("compile", None)
    if not sys.dont_write_bytecode and not _used.keys() <= _remembered.keys():
        unfinished = FILE.with_suffix(f".{os.getpid()}")
        with suppress(OSError):  # as with bytecode, a folder that cannot be written to is no fault
            FILE.parent.mkdir(exist_ok=True)
            unfinished.write_bytes(marshal.dumps((MAGIC_NUMBER, _used)))
            unfinished.replace(FILE)
    _remembered.clear()
    _used.clear()


def _exec(text: str, names: dict[str, Any], made: dict[str, Any]) -> None:
    exec(_compile(text, "<string>", "exec"), names, made)  # noqa: S102  # as the library would


def _compile(text: str, file: str, mode: str) -> CodeType:
    code = _used.get((mode, text)) or _remembered.get((mode, text))
    if code is None:
        code = compile(text, file, mode, dont_inherit=True)
    _used[mode, text] = code
    return code
