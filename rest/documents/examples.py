"""Examples for every schema of the document, put together from one word for each field.

A field may bring its own (`Field(examples=[...])`); else its model and name are looked up.
"""

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, get_type_hints

from pydantic import TypeAdapter

from api.domain.refusals import StockroomError
from rest.documents.words import FIELDS, HEX, IDS, OF_MODEL, TIME


class MissingExample(LookupError):
    """A field for which no example is known."""


class Examples:
    """Examples of the schemas that a document or one type holds."""

    def __init__(self, schemas: Mapping[str, dict[str, Any]]) -> None:
        self.schemas = schemas

    def answer(self, schema: dict[str, Any]) -> Any:
        """What is sent: all that is always there."""
        return self._of(schema, "", "", sent=False)

    def body(self, schema: dict[str, Any]) -> Any:
        """What is taken: all that can be said, but for what is nothing or deprecated."""
        return self._of(schema, "", "", sent=True)

    def parameter(self, schema: dict[str, Any], name: str) -> Any:
        """The value of a parameter."""
        return self._of(schema, name, "", sent=True)

    def _of(self, schema: dict[str, Any], name: str, model: str, *, sent: bool) -> Any:
        if "examples" in schema:
            return schema["examples"][0]
        if "$ref" in schema:
            return self._named(schema["$ref"].rpartition("/")[2], name, model, sent)
        if schema.get("type") == "array":
            return [self._of(schema["items"], name, model, sent=sent)]
        for known in (OF_MODEL.get(model, {}), FIELDS):
            if name in known and _fits(known[name], schema):
                return known[name]
        return self._made(schema, name, model, sent)

    def _named(self, target: str, name: str, model: str, sent: bool) -> Any:
        if name in OF_MODEL.get(model, {}):
            return OF_MODEL[model][name]
        schema = self.schemas[target]
        if "enum" in schema or "properties" not in schema:
            return self._of(schema, name, model, sent=sent)
        if _fits(FIELDS.get(name), schema):
            return FIELDS[name]
        return self._of(schema, "", target, sent=sent)

    def _made(self, schema: dict[str, Any], name: str, model: str, sent: bool) -> Any:
        if choices := schema.get("anyOf") or schema.get("oneOf"):
            return self._of(choices[0], name, model, sent=sent)
        for stated in ("const", "default"):
            if stated in schema:
                return schema[stated]
        if "enum" in schema:
            return schema["enum"][0]
        if "properties" in schema:
            return dict(self._properties(schema, model, sent))
        if made := _by_type(schema, name, model):
            return made[0]
        raise MissingExample(f"Give {model}.{name} an example, in rest/documents/words.py.")

    def _properties(
        self, schema: dict[str, Any], model: str, sent: bool
    ) -> Iterator[tuple[str, Any]]:
        model = schema.get("title", model)
        for name, part in schema["properties"].items():
            required = name in schema.get("required", ())
            if required or (sent and not part.get("deprecated")):
                value = self._of(part, name, model, sent=sent)
                if required or value is not None:
                    yield name, value


def _fits(value: Any, schema: dict[str, Any]) -> bool:
    """Whether a known value is of the schema's kind; a nullable field takes nothing as well."""
    if choices := schema.get("anyOf") or schema.get("oneOf"):
        return any("$ref" in choice or _fits(value, choice) for choice in choices)
    if "enum" in schema:
        return value in schema["enum"]
    kinds = {"string": str, "integer": int, "number": int, "boolean": bool, "object": dict}
    kind = kinds.get(schema.get("type", ""))
    if schema.get("type") == "null":
        return value is None
    return kind is not None and isinstance(value, kind)


def _by_type(schema: dict[str, Any], name: str, model: str) -> list[Any]:
    """What the type says by itself, in a list; nothing for plain text."""
    match schema.get("type"):
        case "boolean":
            return [False]
        case "integer" | "number":
            return [max(1, schema.get("minimum", 1))]
        case "string" if schema.get("format") == "date-time":
            return [TIME]
        case "string" if name == "id" or name.endswith(("_id", "_by")):
            return [f"{_word(name, model)}_{HEX}"]
    return []


def _word(name: str, model: str) -> str:
    if name == "id":
        return IDS.get(model, model.lower())
    word = name.removesuffix("_id")
    return IDS.get(word, word)


def refusal(error: type[StockroomError]) -> StockroomError:
    """A refusal of this class as it might be raised."""
    values, hints = {}, get_type_hints(error)
    for name in (f.name for f in fields(error) if f.name != "message"):
        adapter = TypeAdapter(hints[name])
        schema = adapter.json_schema(ref_template="#/{model}")
        found = Examples(schema.get("$defs", {})).parameter(schema, name)
        values[name] = adapter.validate_python(found)
    return error(inspect.getdoc(error) or error.title, **values)
