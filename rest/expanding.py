"""What OpenAPI says of `expand`: the links that each read takes, and where they stand in answers.

An answer holds a link only when it is asked for, and the row's own fields always: these alone are
required.
"""

from collections.abc import Sequence
from typing import Any

from pydantic import TypeAdapter
from starlette.routing import BaseRoute

from api.domain.links import LINKS, Link
from rest.routes import StrictRoute
from rest.wanted import MAX_FIELDS, MAX_LINKS, link_paths

_REF = "#/components/schemas/{model}"


def document(openapi: dict[str, Any], routes: Sequence[BaseRoute]) -> None:
    """Complete the parameters of the reads, and the schemas of the rows that have links."""
    for route in routes:
        if isinstance(route, StrictRoute) and route.row and route.methods == {"GET"}:
            _describe(openapi["paths"][route.path]["get"], link_paths(route.row))
    schemas = openapi["components"]["schemas"]
    for row, links in LINKS.items():
        schema = _schema(schemas, row)
        schema["required"] = list(schema["properties"])
        schema["properties"] |= {name: _property(link) for name, link in links.items()}
        for link in links.values():
            _schema(schemas, link.row)


def _describe(operation: dict[str, Any], links: Sequence[str]) -> None:
    parameters = {parameter["name"]: parameter for parameter in operation["parameters"]}
    _listed(parameters["fields"], {"type": "string"}, MAX_FIELDS)
    if links:
        _listed(parameters["expand"], {"type": "string", "enum": list(links)}, MAX_LINKS)
    else:
        operation["parameters"].remove(parameters["expand"])


def _listed(parameter: dict[str, Any], items: dict[str, Any], most: int) -> None:
    parameter |= {"style": "form", "explode": False}
    parameter["schema"] = {"type": "array", "maxItems": most, "items": items}


def _schema(schemas: dict[str, Any], row: type) -> dict[str, Any]:
    """The schema of a row; of one that no answer holds by itself, a new one."""
    if row.__name__ not in schemas:
        made = TypeAdapter(row).json_schema(mode="serialization", ref_template=_REF)
        schemas |= made.pop("$defs", {}) | {row.__name__: made}
    found: dict[str, Any] = schemas[row.__name__]
    return found


def _property(link: Link) -> dict[str, Any]:
    leads_to = {"$ref": _REF.format(model=link.row.__name__)}
    shape: dict[str, Any] = (
        {"type": "array", "items": leads_to}
        if link.many
        else {"anyOf": [leads_to, {"type": "null"}]}
    )
    return shape | {"description": "Only when expanded."}
