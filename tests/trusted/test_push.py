"""`stockroom docs push`, as the pipeline that releases a client runs it."""

import json
from pathlib import Path
from typing import Any

from api.domain.trusted.commands import id_of
from tests.cli.test_commands import run
from tests.faces import Face
from tests.trusted.conftest import a_document


def hash_of(text: str) -> str:
    return id_of(text).removeprefix("sha256:")


def relay(*texts: str) -> Any:
    return {hash_of(text): text for text in texts}


def apollo(*texts: str) -> Any:
    operations = [
        {"id": hash_of(text), "name": "Shelf", "type": "query", "body": text} for text in texts
    ]
    return {
        "format": "apollo-persisted-query-manifest",
        "version": 1,
        "operations": operations,
    }


async def test_a_folder_of_all_kinds_is_pushed(
    database_url: str, tmp_path: Path, face: Face
) -> None:
    texts = [a_document() for _ in range(5)]
    folder = tmp_path / "made"
    folder.mkdir()
    (folder / "shelf.graphql").write_text(texts[0])
    (folder / "relay.json").write_text(json.dumps(relay(texts[0], texts[1], texts[2])))
    (folder / "apollo.json").write_text(json.dumps(apollo(texts[3], texts[4])))

    first = run(tmp_path, "docs", "push", "made", url=database_url)
    again = run(tmp_path, "docs", "push", "made/relay.json", "made/shelf.graphql", url=database_url)

    assert first.stdout == "5 documents stored, 0 were there before.\n", first.stderr
    assert again.stdout == "0 documents stored, 3 were there before.\n"
    for text in texts:
        found = await face.call("get_trusted_document", trusted_document_id=id_of(text))
        assert found["text"] == text


BROKEN = [
    (json.dumps(["x"]), "is no manifest"),
    (json.dumps({"0" * 64: "{ me { permissions } }"}), "is not the SHA-256"),
    (json.dumps({hash_of("{ nothing }"): "{ nothing }"}), "Cannot query field"),
    (json.dumps({"format": "apollo-persisted-query-manifest", "operations": [{}]}), "manifest"),
    ("{", "Expecting property name"),
]


def test_nothing_of_a_broken_manifest_is_stored(database_url: str, tmp_path: Path) -> None:
    for number, (content, complaint) in enumerate(BROKEN):
        (tmp_path / "bad.json").write_text(content)
        (tmp_path / f"{number}.graphql").write_text(a_document())

        refused = run(tmp_path, "docs", "push", f"{number}.graphql", "bad.json", url=database_url)

        assert refused.returncode == 1
        assert complaint in refused.stderr
        assert "Traceback" not in refused.stderr

    good = [f"{number}.graphql" for number in range(len(BROKEN))]
    after = run(tmp_path, "docs", "push", *good, url=database_url)
    assert after.stdout == f"{len(BROKEN)} documents stored, 0 were there before.\n"


def test_a_manifest_of_nothing_is_no_success(database_url: str, tmp_path: Path) -> None:
    (tmp_path / "empty.json").write_text("{}")

    refused = run(tmp_path, "docs", "push", "empty.json", url=database_url)

    assert (refused.returncode, "no documents" in refused.stderr) == (1, True)
