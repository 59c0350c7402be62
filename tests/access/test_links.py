"""What one's own rows lead to: the rest of one's own, and nothing that only staff may see."""

import asyncio
import json
import random
from typing import Any

import httpx2
import pytest

from api.domain.orders.reads import Order
from rest.wanted import link_paths
from tests.access.customers import Owner, owners
from tests.conftest import SignIn
from tests.faces import RestFace, camel

STAFFS = {"location", "stock_levels"}
"""The links that lead to what no customer may see, by our own account."""
PATHS = link_paths(Order, 3)
TURNS = 100


@pytest.fixture(scope="module")
async def pair(rest: RestFace, sign_in: SignIn) -> list[Owner]:
    return await owners(rest, sign_in, 2)


def selected(path: str) -> str:
    """The same path in a selection."""
    words = [next(iter(camel({word: 0}))) for word in path.split(".")]
    return " { ".join(words) + " { __typename" + " }" * len(words)


async def over_rest(client: httpx2.AsyncClient, owner: Owner, path: str) -> tuple[str, Any]:
    answer = await client.get(
        f"/v1/orders/{owner.ids['order']}?expand={path}",
        headers={"Authorization": owner.authorization},
    )
    return answer.json().get("code", "") if not answer.is_success else "", answer.json()


async def over_graphql(client: httpx2.AsyncClient, owner: Owner, path: str) -> tuple[str, Any]:
    query = f'{{ order(id: "{owner.ids["order"]}") {{ id note {selected(path)} }} }}'
    answer = await client.post(
        "/graphql", json={"query": query}, headers={"Authorization": owner.authorization}
    )
    told = answer.json()
    return told["errors"][0]["extensions"]["code"] if "errors" in told else "", told


def test_b52_there_are_links_of_either_kind() -> None:
    forbidden = [path for path in PATHS if STAFFS & set(path.split("."))]

    assert "lines.allocations.location" in forbidden
    assert "lines.item.stock_levels" in forbidden
    assert 0 < len(forbidden) < len(PATHS)


@pytest.mark.parametrize("path", PATHS)
async def test_b52_ones_own_order_leads_to_nothing_that_only_staff_may_see(
    client: httpx2.AsyncClient, pair: list[Owner], path: str
) -> None:
    mine, other = pair
    expected = "FORBIDDEN" if STAFFS & set(path.split(".")) else ""

    rest, told = await over_rest(client, mine, path)
    graphql, answer = await over_graphql(client, mine, path)

    assert (rest, graphql) == (expected, expected)
    assert not [mark for mark in other.own if mark in json.dumps([told, answer])]
    if expected:
        assert "Depot" not in json.dumps([told, answer])
        assert answer["data"]["order"]["id"] == mine.ids["order"]  # refused at the field alone


async def test_b53_nothing_of_one_caller_is_in_the_answer_of_another(
    client: httpx2.AsyncClient, pair: list[Owner]
) -> None:
    turns = [(owner, face) for owner in pair for face in (over_rest, over_graphql)] * TURNS
    random.Random(53).shuffle(turns)
    path = "customer,fulfillments,lines.item"

    async def turn(owner: Owner, face: Any) -> str:
        asked = path if face is over_rest else "customer"
        code, told = await face(client, owner, asked)
        assert code == ""
        return json.dumps(told)

    answers = await asyncio.gather(*(turn(*each) for each in turns))

    for (owner, _), answer in zip(turns, answers, strict=True):
        other = pair[1 - pair.index(owner)]
        assert owner.marks[2] in answer  # the note of their own order
        assert not [mark for mark in other.own if mark in answer]
