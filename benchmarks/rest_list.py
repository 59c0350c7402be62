"""`rest-list`: fifty items as REST lists them."""

from api.domain.keyring import Keyring
from benchmarks.answers import same_answer
from benchmarks.item_pages import END_CURSOR, HAS_NEXT, SIZE, START_CURSOR, first_page
from benchmarks.load import Pace, Template, http
from benchmarks.race import race
from benchmarks.rows_in_sql import price, public_id
from benchmarks.servers import limit
from benchmarks.shop import Shop


def run(shop: Shop, ours: str, pace: Pace) -> None:
    """Measure the server at `ours`."""
    headers = {"Authorization": shop.authorization}
    template = Template("GET", f"/v1/items?limit={SIZE}", headers)
    statement = _STATEMENT.format(page=first_page(Keyring(shop.settings.secret_bytes)))
    with limit(shop, statement) as theirs:
        size = same_answer(template, ours, theirs)
        runners = {
            "rest-list": http(ours, template, shop.folder),
            "limit": http(theirs, template, shop.folder),
        }
        race(f"REST: {SIZE} items, {size / 1000:.1f} kB", runners, pace, ["limit"])


_ITEM = f"""json_build_object(
    'id', {public_id("item", "id")}, 'sku', sku, 'name', name, 'description', description,
    'barcode', barcode, 'category_id', {public_id("category", "category_id")}, 'unit', unit,
    'price', {price("price", "currency")}, 'track_stock', track_stock, 'tracking', tracking,
    'allow_backorder', allow_backorder, 'backorder_limit', backorder_limit,
    'attributes', attributes, 'archived_at', archived_at, 'version', version,
    'created_at', to_char(created_at, 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')
)"""
_STATEMENT = f"""{{page}}
SELECT json_build_object(
    'data', (SELECT json_agg({_ITEM} ORDER BY place) FROM shown),
    'page_info', json_build_object(
        'start_cursor', {START_CURSOR}, 'end_cursor', {END_CURSOR},
        'has_next_page', {HAS_NEXT}, 'has_previous_page', false
    ),
    'total_count', null
)::text"""
