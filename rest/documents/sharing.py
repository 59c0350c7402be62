"""What a document says more than once is said once, in its components, and referred to.

The documents are half as long for it, and the pages that show them open the sooner.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterator
from copy import deepcopy
from typing import Any

Part = dict[str, Any]
Place = tuple[Any, Any, str, str]
"""What holds a part, under which key; what the part is about, and the operation that says so."""


def shared(document: Part) -> Part:
    """The same document, shorter."""
    short = deepcopy(document)
    for kind, places in (("examples", _examples), ("responses", _answers)):
        _share(short, kind, places)
    _share(short, "parameters", _parameters)
    return short


def _share(document: Part, kind: str, places: Callable[[Part, str], Iterator[Place]]) -> None:
    """Move what is said twice; of several that are about one thing, the most usual has its name."""
    found = [it for name, operation in _operations(document) for it in places(operation, name)]
    said = Counter(_text(holder[key]) for holder, key, *_ in found)
    moved = document["components"].setdefault(kind, {})
    names: dict[str, str] = {}
    for holder, key, about, operation in sorted(found, key=lambda it: -said[_text(it[0][it[1]])]):
        text = _text(holder[key])
        if said[text] > 1:
            if text not in names:
                names[text] = about if about not in moved else f"{operation}.{about}"
                moved[names[text]] = holder[key]
            holder[key] = {"$ref": f"#/components/{kind}/{names[text]}"}
    document["components"][kind] = dict(sorted(moved.items()))


def _text(part: Any) -> str:
    return json.dumps(part, sort_keys=True)


def _operations(document: Part) -> Iterator[tuple[str, Part]]:
    for path in document["paths"].values():
        for operation in path.values():
            yield operation["operationId"], operation


def _parameters(operation: Part, name: str) -> Iterator[Place]:
    declared = operation.get("parameters", [])
    for at, parameter in enumerate(declared):
        yield declared, at, parameter["name"], name


def _answers(operation: Part, name: str) -> Iterator[Place]:
    answers = operation["responses"]
    for status, answer in answers.items():
        if "$ref" not in answer:
            yield answers, status, f"{_about(answer)}{status}", name


def _about(answer: Part) -> str:
    """The schema of what is answered."""
    for content in answer.get("content", {}).values():
        if "$ref" in content.get("schema", {}):
            return str(content["schema"]["$ref"]).rpartition("/")[2]
    return "Status"


def _examples(operation: Part, name: str) -> Iterator[Place]:
    """Those of bodies, each by itself, so that several bodies may refer to it."""
    bodies = [operation.get("requestBody", {}), *operation["responses"].values()]
    for content in (it for body in bodies for it in body.get("content", {}).values()):
        if "example" in content:
            content["examples"] = {"usual": {"value": content.pop("example")}}
            yield content["examples"], "usual", _about({"content": {"": content}}), name
