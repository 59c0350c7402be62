"""The first page of the items in SQL, for the programs that list them."""

from api.domain.keyring import Keyring
from benchmarks.rows_in_sql import Json, cursor, public_id, simple, truth, words

SIZE = 50


def first_page(keyring: Keyring) -> str:
    """Two tables: `page` has a row more than is shown, `shown` has the rows with their cursors."""
    values = [words("sku"), public_id("item", "id")]
    sealed = cursor(keyring, "items", [["SKU", False]], values)
    return f"""
    page AS MATERIALIZED (SELECT * FROM items ORDER BY sku, id LIMIT {SIZE + 1}),
    shown AS MATERIALIZED (
        SELECT page.*, {sealed} AS cursor FROM page ORDER BY sku, id LIMIT {SIZE}
    )"""


def _edge(direction: str) -> Json:
    return simple(f"(SELECT cursor FROM shown ORDER BY sku {direction}, id {direction} LIMIT 1)")


HAS_NEXT = truth(f"(SELECT count(*) > {SIZE} FROM page)")
START_CURSOR, END_CURSOR = _edge("ASC"), _edge("DESC")
