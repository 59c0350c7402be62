"""`stockroom docs push`: the GraphQL documents of a client that is about to be released."""

import json
from collections.abc import Iterable, Iterator
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import ValidationError

from api.cli.console import Failed, database_of, run, say, with_secret
from api.deps import Resources
from api.domain.actors import SYSTEM
from api.domain.refusals import StockroomError
from api.domain.scope import Scope
from api.domain.trusted import service
from api.domain.trusted.commands import MAX_DOCUMENTS, PushTrustedDocuments, id_of
from api.settings import Settings
from graphql_schema.limits import Documents, Refused
from graphql_schema.schema import make_schema

APOLLO = "apollo-persisted-query-manifest"
GRAPHQL = (".graphql", ".gql")


class Action(StrEnum):
    """What to do with documents."""

    PUSH = "push"


def docs(
    action: Annotated[Action, typer.Argument(help="`push` stores them.")],
    sources: Annotated[
        list[Path],
        typer.Argument(
            help="GraphQL files, manifests of Relay or Apollo, or folders of them.", exists=True
        ),
    ],
) -> None:
    """Store GraphQL documents, so that clients may send their hashes; all of them are valid, or
    none is stored.
    """
    texts = dict.fromkeys(text for path in _files(sources) for text in _texts(path))
    if not texts:
        raise Failed("there are no documents in these files.")
    _judge(texts)
    settings = with_secret(Settings())
    with database_of(settings) as url:
        ready = settings.model_copy(update={"database_url": url})
        stored, known = run(_push(ready, list(texts)))
    say(f"{stored} documents stored, {known} were there before.")


def _files(sources: Iterable[Path]) -> Iterator[Path]:
    for source in sources:
        if source.is_file():
            yield source
            continue
        for path in sorted(source.rglob("*")):
            if path.suffix in (*GRAPHQL, ".json"):
                yield path


def _texts(path: Path) -> Iterator[str]:
    """The documents of one file; a manifest's hashes must be those of its texts."""
    try:
        content = path.read_text(encoding="utf-8")
        if path.suffix in GRAPHQL:
            yield content
            return
        named = _named(json.loads(content))
    except ValueError as error:
        raise Failed(f"{path}: {error}") from None
    for name, text in named:
        if id_of(text) != f"sha256:{name.removeprefix('sha256:')}":
            message = "is not the SHA-256 of its document; have the compiler make those."
            raise Failed(f"{path}: {name[:80]} {message}")
        yield text


def _named(manifest: Any) -> list[tuple[str, str]]:
    """Hashes and texts, as Apollo (`{format, operations: [{id, body}]}`) or Relay (`{id: text}`)
    writes them.
    """
    if isinstance(manifest, dict) and manifest.get("format") == APOLLO:
        entries = manifest.get("operations")
        found = [(each.get("id"), each.get("body")) for each in entries or () if _is_object(each)]
    else:
        found = list(manifest.items()) if _is_object(manifest) else [(None, None)]
    if not all(isinstance(word, str) for pair in found for word in pair):
        raise ValueError("is no manifest of Relay or Apollo.")
    return found


def _is_object(value: Any) -> bool:
    return isinstance(value, dict)


def _judge(texts: Iterable[str]) -> None:
    schema = make_schema()
    documents = Documents(schema._schema, schema.limits)
    for text in texts:
        try:
            documents.prepare(text)
        except Refused as refused:
            start = " ".join(text.split())[:60]
            raise Failed(f"{start} ... : {refused.errors[0].message}") from None


async def _push(settings: Settings, texts: list[str]) -> tuple[int, int]:
    resources = Resources.of(settings)
    stored = known = 0
    try:
        for start in range(0, len(texts), MAX_DOCUMENTS):
            scope = Scope(resources.database, SYSTEM, resources.keyring)
            command = PushTrustedDocuments(texts=texts[start : start + MAX_DOCUMENTS])
            pushed = await scope.run(service.push_trusted_documents, command)
            stored, known = stored + pushed.stored, known + pushed.known
    except (StockroomError, ValidationError) as refused:
        raise Failed(str(refused)) from None
    finally:
        await resources.close()
    return stored, known
