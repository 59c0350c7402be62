"""The first page of the items in SQL, for the programs that list them."""

from api.domain.keyring import Keyring
from benchmarks.rows_in_sql import cursor, public_id

SIZE = 50


def first_page(keyring: Keyring) -> str:
    """Two tables: `page` has a row more than is shown, `shown` has the rows with their cursors."""
    values = rf"""'["' || sku || '","' || {public_id("item", "id")} || '"]'"""
    sealed = cursor(keyring, "items", [["SKU", False]], values)
    return f"""
    WITH page AS (
        SELECT items.*, row_number() OVER (ORDER BY sku, id) AS place
        FROM items ORDER BY sku, id LIMIT {SIZE + 1}
    ), shown AS (
        SELECT page.*, {sealed} AS cursor FROM page WHERE place <= {SIZE}
    )"""


HAS_NEXT = f"(SELECT count(*) > {SIZE} FROM page)"
START_CURSOR = "(SELECT cursor FROM shown ORDER BY place LIMIT 1)"
END_CURSOR = "(SELECT cursor FROM shown ORDER BY place DESC LIMIT 1)"
