"""`stockroom contracts`: the documents that clients are built on, and those that tell of them."""

import json
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from api.cli import parity, variables
from api.cli.console import say
from api.main import create_app
from api.settings import Settings
from graphql_schema.schema import make_schema
from rest.openapi import WRITTEN, versions

ROOT = Path(__file__).parent.parent.parent
SDL = ROOT / "graphql_schema" / "schema.graphql"
PARITY = ROOT / "docs" / "parity.md"
SETTINGS = ROOT / "docs" / "settings.md"
COLUMNS = 100


def rendered() -> dict[Path, str]:
    """What each document should say."""
    app = create_app(
        Settings(
            _env_file=None,
            DATABASE_URL="postgresql://localhost/none",
            secret=SecretStr("the contracts are the same under any key"),
        )
    )
    schema, openapi = make_schema(), versions(app)
    return {
        SDL: schema.as_str() + "\n",
        **{file: _written(openapi[version]) for version, file in WRITTEN.items()},
        PARITY: parity.table(app.openapi(), schema),
        SETTINGS: variables.table(),
    }


def _written(document: dict[str, Any]) -> str:
    return _laid_out(document, "") + "\n"


def _laid_out(part: Any, margin: str) -> str:
    """JSON for people, and for their differences: what fits into a line stands in one."""
    line = json.dumps(part, ensure_ascii=False)
    if len(margin) + len(line) <= COLUMNS or not isinstance(part, dict | list) or not part:
        return line
    inner = margin + " "
    if isinstance(part, dict):
        entries = [f"{json.dumps(key)}: {_laid_out(it, inner)}" for key, it in part.items()]
    else:
        entries = [_laid_out(it, inner) for it in part]
    opening, closing = "{}" if isinstance(part, dict) else "[]"
    return f"{opening}\n{inner}" + f",\n{inner}".join(entries) + f"\n{margin}{closing}"


def contracts() -> None:
    """Write schema.graphql, openapi.json, and the tables of both faces and of the settings anew."""
    for path, text in rendered().items():
        path.parent.mkdir(exist_ok=True)
        changed = not path.exists() or path.read_text() != text
        path.write_text(text)
        say(f"{path.relative_to(ROOT)}: {'changed' if changed else 'as it was'}")
