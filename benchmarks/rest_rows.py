"""Whole rows as REST sends them, written by PostgreSQL."""

from collections.abc import Mapping

from benchmarks.rows_in_sql import (
    Json,
    moment,
    nullable,
    number,
    price,
    public_id,
    record,
    simple,
    truth,
    words,
)


def item(row: str, links: Mapping[str, Json] | None = None) -> Json:
    """An item, and what its links lead to."""
    members = {
        "id": public_id("item", f"{row}.id"),
        "sku": words(f"{row}.sku"),
        "name": words(f"{row}.name"),
        "description": nullable(f"{row}.description", words(f"{row}.description")),
        "barcode": nullable(f"{row}.barcode", words(f"{row}.barcode")),
        "category_id": _link(row, "category_id", "category"),
        "unit": words(f"{row}.unit"),
        "price": nullable(f"{row}.price", price(f"{row}.price", f"{row}.currency")),
        "track_stock": truth(f"{row}.track_stock"),
        "tracking": simple(f"{row}.tracking"),
        "allow_backorder": truth(f"{row}.allow_backorder"),
        "backorder_limit": number(f"coalesce({row}.backorder_limit::text, 'null')"),
        "attributes": number(f"{row}.attributes"),
        "archived_at": nullable(f"{row}.archived_at", moment(f"{row}.archived_at")),
        "version": number(f"{row}.version"),
        "created_at": moment(f"{row}.created_at"),
    }
    return record(members | dict(links or {}))


def category(row: str) -> Json:
    """A category."""
    return record(
        {
            "id": public_id("category", f"{row}.id"),
            "name": words(f"{row}.name"),
            "slug": words(f"{row}.slug"),
            "parent_id": _link(row, "parent_id", "category"),
            "version": number(f"{row}.version"),
            "created_at": moment(f"{row}.created_at"),
        }
    )


def level(row: str, location: Json) -> Json:
    """A stock level with its location."""
    counts = ("available", "reserved", "committed", "damaged", "quality_hold", "on_hand")
    return record(
        {
            "id": public_id("level", f"{row}.id"),
            "item_id": public_id("item", f"{row}.item_id"),
            "location_id": public_id("location", f"{row}.location_id"),
            **{name: number(f"{row}.{name}") for name in counts},
            "version": number(f"coalesce({row}.head_seq, 0)"),
            "updated_at": moment(f"{row}.updated_at"),
            "location": location,
        }
    )


def location(row: str) -> Json:
    """A location."""
    return record(
        {
            "id": public_id("location", f"{row}.id"),
            "code": words(f"{row}.code"),
            "name": words(f"{row}.name"),
            "kind": simple(f"{row}.kind"),
            "parent_id": _link(row, "parent_id", "location"),
            "holds_stock": truth(f"{row}.holds_stock"),
            "sellable": truth(f"{row}.sellable"),
            "priority": number(f"{row}.priority"),
            "archived_at": nullable(f"{row}.archived_at", moment(f"{row}.archived_at")),
            "version": number(f"{row}.version"),
            "created_at": moment(f"{row}.created_at"),
        }
    )


def _link(row: str, column: str, word: str) -> Json:
    return nullable(f"{row}.{column}", public_id(word, f"{row}.{column}"))
