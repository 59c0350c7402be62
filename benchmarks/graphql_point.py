"""`graphql-point`: four fields of one item, whose id is a variable, another with every request."""

import json

from benchmarks.answers import same_answer
from benchmarks.load import Template, http
from benchmarks.race import race
from benchmarks.rows_in_sql import constant, id_of, nullable, price, public_id, record, words
from benchmarks.servers import limit
from benchmarks.stage import Stage

DOCUMENT = "query P($id: ID!) { item(id: $id) { id sku name price { amount currency } } }"
PEERS = {"mercurius-jit": ["mercurius.js", "jit"]}


def run(stage: Stage) -> None:
    """Measure."""
    shop, ours = stage.shop, stage.ours
    headers = {"Authorization": shop.authorization, "Content-Type": "application/json"}
    body = {"query": DOCUMENT, "variables": {"id": f"<item 1 {shop.size.items}>"}}
    template = Template("POST", "/graphql", headers, json.dumps(body))
    extensions = json.loads(template.ask(ours)).get("extensions")
    with (
        limit(shop, _statement(extensions)) as most,
        stage.peers.runners(shop, ours, template, PEERS) as peers,
    ):
        size = same_answer(template, ours, most)
        runners = {
            "graphql-point": http(ours, template, shop.folder),
            "limit": http(most, template, shop.folder),
            **peers,
        }
        title = f"GraphQL: an item, {size} B"
        race(stage.report, title, runners, stage.pace, [*runners][1:])


def _statement(extensions: object) -> str:
    item = record(
        {
            "id": public_id("item", "i.id"),
            "sku": words("i.sku"),
            "name": words("i.name"),
            "price": nullable("i.price", price("i.price", "i.currency")),
        }
    )
    answer = record({"data": record({"item": item}), "extensions": constant(extensions)})
    return f"""SELECT convert_to({answer.sql()}, 'UTF8')
    FROM items i WHERE i.id = {id_of("item", "$1::text")}"""
