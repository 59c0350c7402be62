"""Placing orders over both faces, beside pgbench placing the same ones without them."""

import asyncio
import json
from collections.abc import Sequence
from uuid import UUID

from benchmarks import pgbench
from benchmarks.load import Runner, Template, http
from benchmarks.race import race
from benchmarks.replay import script
from benchmarks.shop import Shop
from benchmarks.stage import Stage
from benchmarks.statements import Recording, record

MUTATION = """mutation P($input: PlaceOrderInput!) { placeOrder(input: $input) {
    result { id number status total { amount currency } lines { id sku quantity allocated } }
    errors { message }
} }"""

Draws = Sequence[tuple[int, int]]


def measure_orders(stage: Stage, name: str, title: str, draws: Draws) -> None:
    """Race the faces and pgbench; the n-th line's item is drawn from `draws[n]`."""
    shop, ours = stage.shop, stage.ours
    runners = {
        f"{name}/rest": http(ours, by_rest(shop, draws), shop.folder),
        f"{name}/graphql": http(ours, _by_graphql(shop, draws), shop.folder),
    }
    program = pgbench.found()
    if program is None:
        print("\nNo pgbench is installed, so there is nothing to compare with.")
    else:
        recording = asyncio.run(record(shop, [first for first, _ in draws]))
        print()
        stage.report.found(name, "Round trips of an order", str(recording.trips))
        runners["pgbench"] = _replayed(program, shop, recording, draws)
    race(stage.report, title, runners, stage.pace, ["pgbench"] if program else [])


def _replayed(program: str, shop: Shop, recording: Recording, draws: Draws) -> Runner:
    keep = {UUID(id.partition("_")[2]) for id in (shop.customer_id, shop.user_id)}
    return pgbench.replaying(program, shop, script(recording, draws, keep))


def by_rest(shop: Shop, draws: Draws) -> Template:
    """The request for an order; the n-th line's item is drawn from `draws[n]`."""
    lines = [{"item_id": f"<item {first} {last}>", "quantity": 2} for first, last in draws]
    body = {"customer_id": shop.customer_id, "lines": lines}
    headers = _headers(shop) | {"Idempotency-Key": "<unique>"}
    return Template("POST", "/v1/orders", headers, json.dumps(body))


def _by_graphql(shop: Shop, draws: Draws) -> Template:
    lines = [{"itemId": f"<item {first} {last}>", "quantity": 2} for first, last in draws]
    wanted = {"customerId": shop.customer_id, "lines": lines, "idempotencyKey": "<unique>"}
    body = {"query": MUTATION, "variables": {"input": wanted}}
    return Template("POST", "/graphql", _headers(shop), json.dumps(body))


def _headers(shop: Shop) -> dict[str, str]:
    return {"Authorization": shop.authorization, "Content-Type": "application/json"}
