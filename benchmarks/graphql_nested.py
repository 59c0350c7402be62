"""`graphql-nested`: fifty items with their category, and five levels each with their location."""

import json

from api.domain.keyring import Keyring
from benchmarks.answers import same_answer
from benchmarks.item_pages import END_CURSOR, HAS_NEXT, SIZE, first_page
from benchmarks.load import Template, http
from benchmarks.race import race
from benchmarks.rows_in_sql import (
    constant,
    listed,
    nullable,
    number,
    price,
    public_id,
    record,
    simple,
    words,
)
from benchmarks.servers import limit, stockroom
from benchmarks.shop import Shop
from benchmarks.stage import Stage

DOCUMENT = f"""query P {{ items(first: {SIZE}) {{
    edges {{ cursor node {{
        id sku name price {{ amount currency }} category {{ id name }}
        stockLevels {{ location {{ id code }} onHand reserved available }}
    }} }}
    pageInfo {{ hasNextPage endCursor }}
}} }}"""
PEERS = {
    "mercurius-jit": ["mercurius.js", "jit"],
    "mercurius": ["mercurius.js"],
    "apollo": ["apollo.js"],
}


def run(stage: Stage) -> None:
    """Measure, also with the reference engine in place of ours."""
    shop, ours = stage.shop, stage.ours
    template = nested(shop)
    extensions = json.loads(template.ask(ours)).get("extensions")
    with (
        limit(shop, _statement(shop, extensions)) as most,
        stockroom(shop, STOCKROOM_GRAPHQL_ENGINE="reference") as core,
        stage.peers.runners(shop, ours, template, PEERS) as peers,
    ):
        size = same_answer(template, ours, most)
        same_answer(template, ours, core.address)
        runners = {
            "graphql-nested": http(ours, template, shop.folder),
            "limit": http(most, template, shop.folder),
            **peers,
            "graphql-core": http(core.address, template, shop.folder, slow=True),
        }
        title = f"GraphQL: {SIZE} items, 3 links deep, {size / 1000:.1f} kB"
        race(stage.report, title, runners, stage.pace, [*runners][1:])


def nested(shop: Shop) -> Template:
    """The request."""
    headers = {"Authorization": shop.authorization, "Content-Type": "application/json"}
    return Template("POST", "/graphql", headers, json.dumps({"query": DOCUMENT}))


def _statement(shop: Shop, extensions: object) -> str:
    edge = record({"cursor": simple("i.cursor"), "node": _NODE})
    info = record({"hasNextPage": HAS_NEXT, "endCursor": END_CURSOR})
    edges = listed(edge, "FROM shown i LEFT JOIN kinds k ON k.id = i.category_id")
    answer = record(
        {
            "data": record({"items": record({"edges": edges, "pageInfo": info})}),
            "extensions": constant(extensions),
        }
    )
    return f"""WITH {first_page(Keyring(shop.settings.secret_bytes))},
    places AS MATERIALIZED (SELECT id, {_LOCATION.sql()} AS json FROM locations),
    kinds AS MATERIALIZED (SELECT id, {_CATEGORY.sql()} AS json FROM categories)
    SELECT convert_to({answer.sql()}, 'UTF8')"""


_LOCATION = record({"id": public_id("location", "id"), "code": words("code")})
_CATEGORY = record({"id": public_id("category", "id"), "name": words("name")})
_LEVEL = record(
    {
        "location": number("p.json"),
        "onHand": number("l.on_hand"),
        "reserved": number("l.reserved"),
        "available": number("l.available"),
    }
)
_NODE = record(
    {
        "id": public_id("item", "i.id"),
        "sku": words("i.sku"),
        "name": words("i.name"),
        "price": nullable("i.price", price("i.price", "i.currency")),
        "category": number("coalesce(k.json, 'null')"),
        "stockLevels": listed(
            _LEVEL,
            "FROM stock_levels l JOIN places p ON p.id = l.location_id WHERE l.item_id = i.id",
            order="l.id",
        ),
    }
)
