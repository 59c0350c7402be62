"""Examples for every schema of the document, put together from one word for each field.

A field may bring its own (`Field(examples=[...])`); else its model and name are looked up here.
"""

import inspect
from collections.abc import Iterator, Mapping
from dataclasses import fields
from typing import Any, get_type_hints

from pydantic import TypeAdapter

from api.domain.errors import StockroomError

HEX = "0199f3a2c0de7a3b8c4d5e6f7a8b9c0d"
TIME = "2026-11-22T10:30:00Z"
EUR = "EUR"
DOCUMENT_ID = "sha256:9c36dd16b5b9e2b5b6ae4f6f6f6f8a3b7b5d9e1d4c3b2a190817263544536271"
IDS = {
    "": "item",
    "ApiKey": "key",
    "FulfillmentLine": "line",
    "OrderLine": "line",
    "StockLevel": "level",
    "api_key": "key",
    "existing": "item",
    "fulfilled_by": "user",
    "parent": "category",
    "placed_by": "user",
    "reversed_by": "posting",
    "reverses_posting": "posting",
}
"""The word of an id, where a model's or a field's own name is another."""


def _money(amount: str) -> dict[str, str]:
    return {"amount": amount, "currency": EUR}


FIELDS: dict[str, Any] = {
    "access_token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiJ1c2VyIn0.c2lnbmF0dXJl",
    "actor": f"user_{HEX}",
    "allowed": "OPEN",
    "amount": "49.50",
    "archived_at": None,
    "attributes": {"wood": "oak", "weight_g": 4200},
    "allocated": 2,
    "available": 8,
    "available_after": 10,
    "available_delta": 2,
    "backorder_limit": None,
    "backordered": 0,
    "barcode": "4006381333931",
    "cancel_reason": None,
    "cancelled": 0,
    "cancelled_at": None,
    "code": "BER-1",
    "committed": 2,
    "committed_after": 0,
    "committed_delta": 0,
    "completed_at": None,
    "csrf_token": "5f2c41d0b7a94e38",
    "currency": EUR,
    "current_status": "COMPLETED",
    "customer_id": f"customer_{HEX}",
    "damaged": 0,
    "damaged_after": 0,
    "damaged_delta": 0,
    "day": "2026-11-22",
    "delta": -1,
    "description": "A chair of oiled oak.",
    "device": "Till 2",
    "disabled_at": None,
    "discount": "0.1",
    "discount_amount": _money("9.90"),
    "discount_total": _money("9.90"),
    "email": "ada@example.com",
    "end_cursor": "eyJzIjoiTkFNRSJ9",
    "expected_quantity": 10,
    "expected": "12",
    "expires_in": 600,
    "external_ref": "WEB-1001",
    "field": "sku",
    "force": False,
    "found": "13",
    "fulfilled": 0,
    "fulfilled_by": f"user_{HEX}",
    "maximum": 5000,
    "message": "Expected a whole number.",
    "minimum": 3,
    "name": "Oak chair",
    "new_password": "another horse battery",
    "next_eta": None,
    "note": "Leave it at the back door.",
    "number": 1001,
    "on_hand": 10,
    "on_hand_after": 10,
    "on_hand_delta": 2,
    "parent_id": None,
    "password": "correct horse battery",
    "path": "quantity",
    "percent": "0.1",
    "permission": "catalog:write",
    "permissions": "catalog:read",
    "placed_by": f"user_{HEX}",
    "prefix": "sr_4f1c2a9b",
    "postings": 3,
    "priority": 100,
    "quality_hold": 0,
    "quality_hold_after": 0,
    "quality_hold_delta": 0,
    "quantity": 2,
    "ready": 1,
    "stored": 2,
    "known": 40,
    "text": "query Shelf { items { nodes { sku } } }",
    "texts": "query Shelf { items { nodes { sku } } }",
    "trusted_document_id": DOCUMENT_ID,
    "received": 40,
    "reason": "Counted on the shelf.",
    "reference": "DN-2026-117",
    "reference_id": "DN-2026-117",
    "reference_type": "receipt",
    "refresh_token": f"srt_{HEX}_example-of-a-secret-that-opens-nothing_0123",
    "refreshed_at": None,
    "removed": 6,
    "requested": 12,
    "reserved": 0,
    "reserved_after": 0,
    "reserved_delta": 0,
    "retry_after": 1,
    "reversed_by": f"posting_{HEX}",
    "reverses_posting_id": None,
    "revoked_at": None,
    "scopes": "catalog:read",
    "secret": "sr_4f1c2a9b_example-of-a-secret-that-opens-nothing",
    "seq": 42,
    "sku": "CHAIR-OAK",
    "slug": "chairs",
    "source": "web",
    "start_cursor": "eyJzIjoiTkFNRSJ9",
    "subtotal": _money("99.00"),
    "token_type": "bearer",
    "total": _money("89.10"),
    "total_count": None,
    "track_stock": True,
    "unit": "each",
    "value": _money("495.00"),
    "username": "ada@example.com",
    "version": 3,
}
_CODE = "the-43-characters-after-code-in-the-letter"
OF_MODEL: dict[str, dict[str, Any]] = {
    "StockValue": {"id": f"location_{HEX}", "name": "Berlin warehouse", "quantity": 10},
    "Difference": {"check": "on hand is the sum of its movements", "subject": f"level_{HEX}"},
    "ApiKey": {"name": "Web shop"},
    "Category": {"name": "Chairs"},
    "CancelOrder": {"reason": "Bought twice."},
    "ConfirmEmail": {"code": _CODE},
    "CreateApiKey": {"name": "Web shop", "expires_at": None},
    "CreateCategory": {"name": "Chairs"},
    "CreateCustomer": {"name": "Ada Lovelace", "external_ref": "CRM-77"},
    "CreateLocation": {"name": "Berlin warehouse", "sellable": True},
    "CreateUser": {"name": "Ada Lovelace", "role": "CUSTOMER"},
    "Customer": {"name": "Ada Lovelace", "external_ref": "CRM-77"},
    "Fault": {"code": "int_parsing"},
    "FulfillOrder": {"tracking": "JD0146000036", "lines": None},
    "Fulfillment": {"tracking": "JD0146000036"},
    "Location": {"name": "Berlin warehouse", "holds_stock": True, "sellable": True},
    "MoveStock": {"from_bucket": "AVAILABLE", "to_bucket": "DAMAGED", "quantity": 1},
    "OrderDiscount": {"amount": None},
    "PlaceOrder": {"discount": None, "customer_id": f"customer_{HEX}"},
    "PlaceOrderLine": {"item_id": "sku:CHAIR-OAK", "unit_price": None, "discount": "0.1"},
    "Notice": {"message": "A letter is on its way to this address: it says how to go on."},
    "Posting": {"note": None},
    "Register": {"name": "Ada Lovelace"},
    "ResetPassword": {"code": _CODE},
    "UpdateCategory": {"name": "Chairs"},
    "UpdateCustomer": {"name": "Ada King", "external_ref": "CRM-77"},
    "UpdateLocation": {"name": "Berlin warehouse", "holds_stock": True, "sellable": True},
    "TrustedDocument": {"id": DOCUMENT_ID},
    "UpdateUser": {"name": "Ada King", "role": "CLERK", "customer_id": None},
    "User": {"name": "Ada Lovelace", "customer_id": None},
}
"""Where a field of one model stands for something else than its name does elsewhere."""


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
        raise MissingExample(f"Give {model}.{name} an example, in rest/documents/examples.py.")

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
