"""What OpenAPI says of lists: each parameter of their filters, and the tree that a body holds."""

from collections.abc import Iterator, Sequence
from typing import Any

from fastapi.routing import APIRoute
from pydantic import TypeAdapter
from starlette.routing import BaseRoute

from api.domain.asking import Argument
from api.domain.filters.declaring import Fields, Flag, Way
from api.domain.filters.flat import Parameter, parameters
from api.domain.filters.kinds import GROUPS, MANY, MAX_VALUES, OPERATORS, Kind
from api.domain.operations import OPERATIONS
from api.domain.paging import Listing
from rest.paging import ListBody
from rest.routes import StrictRoute

_OF_PAGES = ("Accept-Query", "Link")
_REF = "#/components/schemas/{model}"


def document(openapi: dict[str, Any], routes: Sequence[BaseRoute]) -> None:
    """Complete the routes of every list."""
    schemas = openapi["components"]["schemas"]
    for name in ("ListBody", "OrderBy"):
        schemas.pop(name, None)
    for route in routes:
        entry = OPERATIONS.get(route.endpoint.__name__) if isinstance(route, StrictRoute) else None
        if isinstance(route, APIRoute) and entry is not None and entry.listing is not None:
            method = min(route.methods or ())
            declared = openapi["paths"][route.path][method.lower()]
            if method == "GET":
                declared["parameters"] += _parameters(entry.listing)
                declared["responses"]["200"]["headers"] = {
                    name: {"$ref": f"#/components/headers/{name}"} for name in _OF_PAGES
                }
            else:
                declared["requestBody"] = _body(schemas, entry.listing)


def _parameters(listing: Listing[Any]) -> Iterator[dict[str, Any]]:
    for argument in listing.asking.arguments:
        yield {
            "name": argument.name,
            "in": "query",
            "required": argument.required,
            "description": argument.description,
            "schema": _json_schema(argument.type),
        }
    for parameter in parameters(listing.asking.fields).values():
        yield _parameter(parameter)


def _parameter(parameter: Parameter) -> dict[str, Any]:
    value = {"type": "boolean"} if parameter.operator == "is_null" else _value(parameter.kind)
    if parameter.repeated:
        value = {"type": "array", "maxItems": MAX_VALUES, "items": value}
    return {
        "name": parameter.name,
        "in": "query",
        "required": False,
        "description": parameter.description,
        "schema": value,
    }


def _body(schemas: dict[str, Any], listing: Listing[Any]) -> dict[str, Any]:
    asking = listing.asking
    name = f"{asking.fields.name}Query"
    made = TypeAdapter(ListBody).json_schema(ref_template=_REF)
    properties, order = made["properties"], made["$defs"]["OrderBy"]
    order = {**order, "title": f"{asking.fields.name}Order"}
    order["properties"] = order["properties"] | {
        "field": {"type": "string", "enum": list(listing.sortable)}
    }
    schemas[order["title"]] = order
    properties["where"] = _where(schemas, asking.fields)
    properties["order_by"]["items"] = {"$ref": _REF.format(model=order["title"])}
    properties["order_by"]["default"] = []
    arguments = {it.name: _argument(it) for it in asking.arguments}
    for own in ("q", "at"):
        properties.pop(own)
    schemas[name] = {
        "title": name,
        "type": "object",
        "description": f"Which {listing.name}, in which order, and how many.",
        "additionalProperties": False,
        "properties": arguments | properties,
        "required": [it.name for it in asking.arguments if it.required],
    }
    example = {"where": {}, "order_by": [], "limit": 50} | {
        it.name: "2026-11-22T10:30:00Z" for it in asking.arguments if it.required
    }
    content = {"schema": {"$ref": _REF.format(model=name)}, "example": example}
    return {"required": True, "content": {"application/json": content}}


def _argument(argument: Argument) -> dict[str, Any]:
    return {**_json_schema(argument.type), "description": argument.description}


def _where(schemas: dict[str, Any], fields: Fields) -> dict[str, Any]:
    """The filter of these fields, and of all that their ways lead to."""
    name = fields.type_name
    found = {"$ref": _REF.format(model=name)}
    if name in schemas:
        return found
    properties: dict[str, Any] = {}
    schemas[name] = _object(name, "Which rows: all that is said of one must hold.", properties)
    for group, words in GROUPS.items():
        many = {"type": "array", "items": found} if group != "NOT" else {"allOf": [found]}
        properties[group] = {**many, "description": words}
    for key, part in fields.parts.items():
        if isinstance(part, Way):
            properties[key] = _way(schemas, part)
        else:
            properties[key] = _operators(schemas, fields.kinds[key])
            if isinstance(part, Flag):
                properties[key] = {"allOf": [properties[key]], "description": part.description}
    return found


def _way(schemas: dict[str, Any], way: Way) -> dict[str, Any]:
    there = _where(schemas, way.fields())
    if not way.many:
        return there
    name = f"{way.fields().name}ListFilter"
    properties = {how: {"allOf": [there], "description": words} for how, words in MANY.items()}
    words = "Things of which some, none or every one is such."
    schemas.setdefault(name, _object(name, words, properties))
    return {"$ref": _REF.format(model=name)}


def _operators(schemas: dict[str, Any], kind: Kind) -> dict[str, Any]:
    name = f"{kind.name}Filter"
    schemas.setdefault(name, _object(name, "All that is said must hold.", dict(_said(kind))))
    return {"$ref": _REF.format(model=name)}


def _said(kind: Kind) -> Iterator[tuple[str, dict[str, Any]]]:
    for operator in kind.operators:
        value = {"type": "boolean"} if operator == "is_null" else _value(kind)
        if operator in ("in", "nin"):
            value = {"type": "array", "maxItems": MAX_VALUES, "items": value}
        yield operator, {**value, "description": OPERATORS[operator]}


def _value(kind: Kind) -> dict[str, Any]:
    """One value; ids of every word are one type."""
    schema = _json_schema(kind.value)
    if kind.name == "Id":
        return {"type": "string", "pattern": "^[a-z]+_[0-9a-f]{32}$"}
    return schema


def _json_schema(annotation: Any) -> dict[str, Any]:
    made = TypeAdapter(annotation).json_schema()
    return {key: value for key, value in made.items() if key not in ("title", "description")}


def _object(name: str, words: str, properties: dict[str, Any]) -> dict[str, Any]:
    return {
        "title": name,
        "type": "object",
        "description": words,
        "additionalProperties": False,
        "properties": properties,
    }
