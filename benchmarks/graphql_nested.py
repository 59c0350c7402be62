"""`graphql-nested`: fifty items with their category, and five levels each with their location."""

import json

from api.domain.keyring import Keyring
from benchmarks.answers import same_answer
from benchmarks.item_pages import END_CURSOR, HAS_NEXT, SIZE, first_page
from benchmarks.load import Pace, Template, http
from benchmarks.race import race
from benchmarks.rows_in_sql import price, public_id
from benchmarks.servers import limit
from benchmarks.shop import Shop

DOCUMENT = f"""query P {{ items(first: {SIZE}) {{
    edges {{ cursor node {{
        id sku name price {{ amount currency }} category {{ id name }}
        stockLevels {{ location {{ id code }} onHand reserved available }}
    }} }}
    pageInfo {{ hasNextPage endCursor }}
}} }}"""


def run(shop: Shop, ours: str, pace: Pace) -> None:
    """Measure the server at `ours`."""
    headers = {"Authorization": shop.authorization, "Content-Type": "application/json"}
    template = Template("POST", "/graphql", headers, json.dumps({"query": DOCUMENT}))
    extensions = json.loads(template.ask(ours)).get("extensions")
    with limit(shop, _statement(shop, extensions)) as theirs:
        size = same_answer(template, ours, theirs)
        runners = {
            "graphql-nested": http(ours, template, shop.folder),
            "limit": http(theirs, template, shop.folder),
        }
        title = f"GraphQL: {SIZE} items, 3 links deep, {size / 1000:.1f} kB"
        race(title, runners, pace, ["limit"])


def _statement(shop: Shop, extensions: object) -> str:
    constant = json.dumps(extensions).replace("'", "''")
    return f"""{first_page(Keyring(shop.settings.secret_bytes))}
    SELECT json_build_object(
        'data', json_build_object('items', json_build_object(
            'edges', (
                SELECT json_agg(
                    json_build_object('cursor', i.cursor, 'node', {_NODE}) ORDER BY i.place
                )
                FROM shown i LEFT JOIN categories c ON c.id = i.category_id
            ),
            'pageInfo', json_build_object('hasNextPage', {HAS_NEXT}, 'endCursor', {END_CURSOR})
        )),
        'extensions', '{constant}'::json
    )::text"""


_NODE = f"""json_build_object(
    'id', {public_id("item", "i.id")}, 'sku', i.sku, 'name', i.name,
    'price', {price("i.price", "i.currency")},
    'category', json_build_object('id', {public_id("category", "c.id")}, 'name', c.name),
    'stockLevels', (
        SELECT json_agg(json_build_object(
            'location', json_build_object('id', {public_id("location", "p.id")}, 'code', p.code),
            'onHand', l.on_hand, 'reserved', l.reserved, 'available', l.available
        ) ORDER BY l.id)
        FROM stock_levels l JOIN locations p ON p.id = l.location_id WHERE l.item_id = i.id
    )
)"""
