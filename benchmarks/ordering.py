"""Placing orders over both faces, beside pgbench placing the same ones without them."""

import asyncio
import json
from collections.abc import Sequence
from uuid import UUID

from benchmarks import pgbench
from benchmarks.load import Pace, Runner, Template, http
from benchmarks.race import race
from benchmarks.replay import script
from benchmarks.shop import Shop
from benchmarks.statements import record

MUTATION = """mutation P($input: PlaceOrderInput!) { placeOrder(input: $input) {
    result { id number status total { amount currency } lines { id sku quantity allocated } }
    errors { message }
} }"""

Draws = Sequence[tuple[int, int]]


def measure_orders(name: str, title: str, shop: Shop, ours: str, pace: Pace, draws: Draws) -> None:
    """Race the faces and pgbench; the n-th line's item is drawn from `draws[n]`."""
    runners = {
        f"{name}/rest": http(ours, _by_rest(shop, draws), shop.folder),
        f"{name}/graphql": http(ours, _by_graphql(shop, draws), shop.folder),
    }
    program = pgbench.found()
    if program is None:
        print("\nNo pgbench is installed, so there is nothing to compare with.")
    else:
        runners["pgbench"] = _replayed(program, shop, draws)
    race(title, runners, pace, ["pgbench"] if program else [])


def _replayed(program: str, shop: Shop, draws: Draws) -> Runner:
    recording = asyncio.run(record(shop, [first for first, _ in draws]))
    trips = len(recording.statements) + 2
    print(f"\nOne order takes {trips} round trips with BEGIN and COMMIT.")
    keep = {UUID(id.partition("_")[2]) for id in (shop.customer_id, shop.user_id)}
    return pgbench.replaying(program, shop, script(recording, draws, keep))


def _by_rest(shop: Shop, draws: Draws) -> Template:
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
