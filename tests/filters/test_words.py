"""What is wrong with a list's parameters is told in its caller's own words."""

from typing import Any

import httpx2
import pytest

from tests.faces import Face
from tests.factories import an_item, unique


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("sku.eq=x", "There is no sku.eq: write sku=."),
        ("sku.in=x", "There is no sku.in: write sku=, once for each value."),
        ("sku.nin=x", "There is no sku.nin: write sku.ne=, once for each value."),
        ("sku.is_null=true", "There is no sku.is_null: sku is never empty."),
    ],
)
async def test_a_query_string_says_what_to_write_instead(
    doors_get: Any, asked: str, said: str
) -> None:
    assert await doors_get(f"/v1/items?{asked}") == (400, said)


async def test_a_wrong_order_is_told_in_the_words_of_its_caller(
    client: httpx2.AsyncClient, admin: str
) -> None:
    async def refused(sort: str) -> tuple[str, list[str]]:
        asked = {"sort": sort}
        answer = await client.get("/v1/items", params=asked, headers={"Authorization": admin})
        return answer.json()["detail"], answer.json()["errors"][0]["path"]

    message, path = await refused("wrong")
    assert path == ["sort"]
    assert "sorted by wrong, only by" in message
    assert "created_at" in message
    assert (await refused("name,-name"))[1] == ["sort"]


async def test_an_instant_that_is_missing_is_named(doors_get: Any) -> None:
    assert await doors_get("/v1/stock/as-of") == (422, "at: Field required")


async def test_letter_case_of_a_sku_is_as_little_to_lines_as_to_items(face: Face) -> None:
    chair = await an_item(face, track_stock=False)
    lines = [{"item_id": chair["id"], "quantity": 1}]
    order = await face.call("place_order", lines=lines, key=unique("key"))
    of: dict[str, Any] = {"lines": {"some": {"sku": {"eq": chair["sku"].swapcase()}}}}

    page = await face.call("list_orders", where=of)
    assert [row["id"] for row in page["data"]] == [order["id"]]


ALIKE = [
    ("limit=201", "first: 201"),
    ("limit=-1", "first: -1"),
    ("after=zzz", 'after: "zzz"'),
    ("after=x&before=y", 'after: "x", before: "y"'),
    ("sort=sku,-sku", "orderBy: [{field: SKU}, {field: SKU, direction: DESC}]"),
    (
        "sort=sku,name,created_at,-sku,name",
        "orderBy: [{field: SKU}, {field: NAME}, {field: CREATED_AT}, {field: SKU}, {field: NAME}]",
    ),
    ("q=a&search=b", 'q: "a", search: "b"'),
    ("q=", 'q: ""'),
    ("nope=1", 'where: {nope: {eq: "1"}}'),
    ("sku.like=1", 'where: {sku: {like: "1"}}'),
    ("sku=", 'where: {sku: {eq: ""}}'),
    ("sku=%00", 'where: {sku: {eq: "\\u0000"}}'),
    ("sku.starts_with=", 'where: {sku: {startsWith: ""}}'),
    ("category_id=x", 'where: {categoryId: {eq: "x"}}'),
    ("created_at.gte=yesterday", 'where: {createdAt: {gte: "yesterday"}}'),
    ("price.gte=abc", 'where: {price: {gte: "abc"}}'),
]


@pytest.mark.parametrize(("asked", "arguments"), ALIKE, ids=[asked for asked, _ in ALIKE])
async def test_a_wrong_question_is_refused_in_the_same_words_at_both_doors(
    client: httpx2.AsyncClient, admin: str, asked: str, arguments: str
) -> None:
    headers = {"Authorization": admin}
    rest = (await client.get(f"/v1/items?{asked}", headers=headers)).json()
    text = f"{{ items({arguments}) {{ nodes {{ id }} }} }}"
    [error] = (await client.post("/graphql", json={"query": text}, headers=headers)).json()[
        "errors"
    ]

    said = error["extensions"]
    assert rest["code"] == said["code"]
    faults = [[(it["code"], it["message"]) for it in of.get("errors", ())] for of in (rest, said)]
    assert faults[0] == faults[1]
    if not faults[0]:
        assert rest["detail"] == error["message"]


@pytest.mark.parametrize("limit", [-1, -(10**6), 201, 10**18])
async def test_a_page_of_no_size_costs_nothing_and_brings_nothing(
    client: httpx2.AsyncClient, admin: str, limit: int
) -> None:
    headers = {"Authorization": admin}
    got = await client.get(f"/v1/items?limit={limit}", headers=headers)
    posted = await client.post("/v1/items/query", json={"limit": limit}, headers=headers)

    for answer in (got, posted):
        assert answer.status_code == 422
        assert answer.json()["errors"][0]["path"] == ["limit"]
