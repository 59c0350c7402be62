"""Made-up probes for rows of others, a few hundred; `tests.access.sweep` sends thousands."""

import random
from urllib.parse import quote

import httpx2
import pytest

from tests.access.customers import owners
from tests.access.probing import WAYS, Sweep, callers, state_of
from tests.access.table import TABLE
from tests.access.test_matrix import world
from tests.access.world import World
from tests.conftest import SignIn
from tests.faces import GraphQLFace, Refused, RestFace
from tests.factories import unique

__all__ = ["world"]
NASTY = {
    "nothing of the kind": "cellar_" + "0" * 32,
    "no id": "' OR 1=1 --",
    "base64 of a node": "T3JkZXI6MQ==",
    "bad base64": "T3J=kZXI6",
    "10 kB": "x" * 10_000,
    "an id and more": "item_" + "0" * 32 + "0",
    "a reference to nothing": "sku:",
    "NUL": "item_\0",
    "another script": "\u0661" * 20,
}
TOLD = {
    "NOT_FOUND",
    "VALIDATION_FAILED",
    "BULK_REFUSED",
    "BAD_REQUEST",
    "PERSISTED_QUERY_NOT_FOUND",
}


@pytest.mark.parametrize("seed", ["one", "two"])
async def test_b50_no_probe_tells_somebody_elses_row_from_one_that_never_was(
    rest: RestFace, graphql: GraphQLFace, sign_in: SignIn, seed: str
) -> None:
    everybody = await owners(rest, sign_in, 3)
    keys = await callers(rest, sign_in, everybody)
    before = [await state_of(owner, rest, (rest, graphql)) for owner in everybody]
    sweep = Sweep((rest, graphql), everybody, random.Random(seed), keys)

    await sweep.run(4 * len(WAYS))

    assert sweep.found == []
    assert before == [await state_of(owner, rest, (rest, graphql)) for owner in everybody]


async def _told(face: RestFace | GraphQLFace, operation: str, args: dict[str, object]) -> str:
    try:
        await face.call(operation, **args)
    except Refused as refused:
        return refused.code
    return ""


@pytest.mark.parametrize("nasty", NASTY)
async def test_b50_an_id_of_another_kind_or_of_none_is_refused_everywhere(
    rest: RestFace, graphql: GraphQLFace, world: World, nasty: str
) -> None:
    wrong = {}
    for operation, asks in TABLE.items():
        args = asks.args(world)
        for name in [name for name in args if name.endswith("_id")]:
            bad = NASTY[nasty]
            sent = args | {name: bad} | ({"key": unique("key")} if "quantity" in args else {})
            in_path = f"{{{name}}}" in rest._route(operation)[1]
            over_rest = sent | {name: quote(bad, safe="")} if in_path else sent
            for face, each in ((rest, over_rest), (graphql, sent)):
                told = await _told(face, operation, each)
                if told not in TOLD:
                    wrong[f"{face.name} {operation} {name}"] = told

    assert wrong == {}


async def test_b50_a_node_of_another_kind_is_nothing(
    client: httpx2.AsyncClient, rest: RestFace, world: World
) -> None:
    words = ["item", "order", "customer", "user", "level", "posting", "upload", "fulfillment"]
    swapped = [f"{word}_{id[-32:]}" for word in words for id in world.ids.values()]
    odd = [id for id in swapped if id not in world.ids.values()] + [*NASTY.values()]
    headers = {"Authorization": str(rest.authorization)}
    for at in range(0, len(odd), 50):
        ids = odd[at : at + 50]
        sent = {"query": "query N($ids: [ID!]!) { nodes(ids: $ids) { id } }"}
        answer = await client.post(
            "/graphql", json=sent | {"variables": {"ids": ids}}, headers=headers
        )
        assert answer.json() | {"extensions": 0} == {
            "data": {"nodes": [None] * len(ids)},
            "extensions": 0,
        }
