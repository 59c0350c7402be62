"""What may be filtered and sorted by has an index, or a reason to have none."""

from collections.abc import Iterator

import pytest
from sqlalchemy import text

from api.database import Database
from api.domain.filters.declaring import Column, Fields, Way
from api.domain.operations import OPERATIONS

LISTINGS = {entry.listing.name: entry.listing for entry in OPERATIONS.values() if entry.listing}
# Of a b-tree the first column counts, of trigrams each.
LEADING = text("""
SELECT DISTINCT t.relname || '.' || a.attname FROM pg_index i
JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_am am ON am.oid = c.relam
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = ANY(i.indkey)
WHERE am.amname = 'gin' OR i.indkey[0] = a.attnum
   OR (i.indkey[0] = 0 AND pg_get_indexdef(i.indexrelid, 1, true) LIKE '%(' || a.attname || '%')
""")


def every(fields: Fields, seen: set[str]) -> Iterator[tuple[str, str]]:
    """Each column that has no excuse, of a list and of all that its ways lead to."""
    if fields.name in seen:
        return
    seen.add(fields.name)
    for part in fields.parts.values():
        if isinstance(part, Way):
            yield from every(part.fields(), seen)
        elif isinstance(part, Column) and not part.unindexed:
            yield fields.name, f"{fields.model.__tablename__}.{part.name}"


@pytest.mark.parametrize("name", LISTINGS)
async def test_each_field_leads_an_index(database: Database, name: str) -> None:
    async with database.read() as connection:
        known = set((await connection.execute(LEADING)).scalars())
    wanted = set(every(LISTINGS[name].asking.fields, set()))
    indexed_by_expression = {"items.sku", "locations.code"}

    assert wanted
    assert {it for it in wanted if it[1] not in known | indexed_by_expression} == set()


SORTED_BY = text("""
SELECT t.relname || '.' || a.attname FROM pg_index i
JOIN pg_class t ON t.oid = i.indrelid JOIN pg_class c ON c.oid = i.indexrelid
JOIN pg_am am ON am.oid = c.relam
JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]
WHERE am.amname = 'btree' AND i.indpred IS NULL
""")
"""Of an expression's index the first column is none, and some rows are not in a partial one."""
UNSORTED = {
    "stock_levels.available": "It would have to be written with every change to the stock.",
    "stock_levels.updated_at": "It would have to be written with every change to the stock.",
    "api_keys.name": "Everybody lists their own keys, which are few.",
    "api_keys.created_at": "Everybody lists their own keys, which are few.",
}


async def test_each_field_that_sorts_a_list_leads_an_index_that_is_in_its_order(
    database: Database,
) -> None:
    async with database.read() as connection:
        known = set((await connection.execute(SORTED_BY)).scalars())
    wanted = {
        f"{column.class_.__tablename__}.{column.key}"
        for listing in LISTINGS.values()
        for column in listing.sortable.values()
    }

    assert wanted - known == UNSORTED.keys()
