"""Both documents, judged by the linter that API teams judge theirs with."""

import json
import subprocess
from pathlib import Path
from typing import Any

from rest.openapi import WRITTEN
from tests.programs import ROOT, installed

WANTED = Path(__file__).with_name("package.json")


def problems(*documents: Path) -> list[dict[str, Any]]:
    """What Spectral says of them under the rules of the house, of any severity."""
    run = subprocess.run(
        [installed(WANTED) / "spectral", "lint", "--format", "json", *documents],
        cwd=ROOT,
        capture_output=True,
        check=False,
        timeout=300,
        text=True,
    )
    found: list[dict[str, Any]] = json.loads(run.stdout[: run.stdout.rindex("]") + 1])
    return found


def test_both_documents_are_without_a_single_problem() -> None:
    assert problems(*WRITTEN.values()) == []


def test_a_document_that_breaks_the_rules_is_told_so(tmp_path: Path) -> None:
    document = json.loads(WRITTEN["3.2"].read_text())
    item = document["paths"].pop("/v1/items")
    item["get"]["operationId"] = "Items"
    del item["get"]["responses"]["200"]["content"]["application/json"]["examples"]
    del item["post"]["security"]
    document["components"]["parameters"]["validate_only"]["name"] = "validateOnly"
    item["post"]["responses"]["404"] = {"description": "No.", "content": {"text/plain": {}}}
    document["components"]["schemas"]["Item"]["properties"]["createdAt"] = {"type": "string"}
    document["paths"] = {"/v1/Item/": item}  # the rest takes its time
    broken = tmp_path / "openapi.json"
    broken.write_text(json.dumps(document))

    assert {problem["code"] for problem in problems(broken)} >= {
        "answers-name-their-trace",
        "bodies-have-examples",
        "operation-ids-are-words-in-snake-case",
        "parameters-are-snake-case",
        "path-keys-no-trailing-slash",
        "paths-are-plural-kebab",
        "properties-are-snake-case",
        "refusals-are-problems",
        "security-is-said",
    }
