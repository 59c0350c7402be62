"""The same filter at every door of a list finds the same things."""

from typing import Any

import httpx2
import pytest

from api.domain.actors import Role
from tests.conftest import SignIn
from tests.faces import Face, Refused, RestFace
from tests.factories import a_category, an_item, unique

Tree = dict[str, Any]


async def ids(door: Face, tree: Tree, list_: str = "list_items", **more: Any) -> list[str]:
    """The ids that a list gives for a filter."""
    page = await door.call(list_, where=tree, **more)
    return [row["id"] for row in page["data"]]


async def test_a_tree_finds_the_same_at_both_doors(rest: Face, graphql: Face) -> None:
    shelf = await a_category(rest)
    mine = {"category_id": {"eq": shelf["id"]}}
    oak = await an_item(rest, name="Oak 100%_", category_id=shelf["id"], barcode=unique("B"))
    ash = await an_item(rest, name="Ash", category_id=shelf["id"], price=None)
    both = [oak["id"], ash["id"]]
    for tree, found in (
        ({}, both),
        ({"AND": []}, both),
        ({"OR": []}, []),
        ({"NOT": {}}, []),
        ({"id": {"in": []}}, []),
        ({"id": {"nin": []}}, both),
        ({"name": {"contains": "100%_"}}, both[:1]),
        ({"name": {"starts_with": "oAK"}}, both[:1]),
        ({"name": {"contains": "\\"}}, []),
        ({"sku": {"eq": oak["sku"].lower()}}, both[:1]),
        ({"price": {"gte": "49.50"}}, both[:1]),
        ({"price": {"is_null": True}}, both[1:]),
        ({"barcode": {"ne": oak["barcode"]}}, both[1:]),
        ({"NOT": {"barcode": {"eq": oak["barcode"]}}}, both[1:]),
        ({"NOT": {"price": {"lt": "1"}}}, both),
        ({"OR": [{"name": {"eq": "Ash"}}, {"price": {"gt": "1"}}]}, both),
        ({"category": {"slug": {"eq": shelf["slug"]}}}, both),
        ({"NOT": {"category": {"slug": {"eq": shelf["slug"]}}}}, []),
        ({"stock_levels": {"none": {}}}, both),
        ({"stock_levels": {"every": {"available": {"gt": 5}}}}, both),
        ({"stock_levels": {"some": {}}}, []),
        ({"is_archived": {"eq": True}}, []),
    ):
        order = [{"field": "CREATED_AT"}]
        for door in (rest, graphql):
            got = await ids(door, {"AND": [mine, tree]}, order_by=order)
            assert got == found, (door.name, tree)


async def test_query_post_and_parameters_are_one_list(
    rest: RestFace, client: httpx2.AsyncClient, admin: str
) -> None:
    shelf = await a_category(rest)
    for name in ("Ash", "Elm", "Oak"):
        await an_item(rest, name=name, category_id=shelf["id"])
    headers = {"Authorization": admin}
    body = {
        "where": {"category_id": {"eq": shelf["id"]}, "name": {"ne": "Elm"}},
        "order_by": [{"field": "NAME", "direction": "DESC"}],
        "count": "exact",
        "fields": ["name", "category.slug"],
    }
    asked = await client.request("QUERY", "/v1/items", json=body, headers=headers)
    posted = await client.post("/v1/items/query", json=body, headers=headers)
    flat = await client.get(
        f"/v1/items?category_id={shelf['id']}&name.ne=Elm&sort=-name&count=exact"
        "&fields=name,category.slug",
        headers=headers,
    )

    assert asked.status_code == posted.status_code == 200
    assert asked.json() == posted.json() == flat.json()
    assert [row["name"] for row in flat.json()["data"]] == ["Oak", "Ash"]
    assert (flat.json()["total_count"], flat.json()["is_capped"]) == (2, False)
    assert flat.headers["accept-query"] == "application/json"


async def test_links_lead_from_page_to_page_and_back(
    rest: RestFace, client: httpx2.AsyncClient, admin: str
) -> None:
    shelf = await a_category(rest)
    made = [await an_item(rest, category_id=shelf["id"]) for _ in range(5)]
    headers, seen = {"Authorization": admin}, []
    url: str | None = f"/v1/items?category_id={shelf['id']}&sort=created_at&limit=2"
    while url:
        page = await client.get(url, headers=headers)
        seen += [row["id"] for row in page.json()["data"]]
        last, url = page, page.links.get("next", {}).get("url")
    back = await client.get(last.links["prev"]["url"], headers=headers)
    first = await client.get(back.links["first"]["url"], headers=headers)

    assert seen == [item["id"] for item in made]
    assert [row["id"] for row in back.json()["data"]] == seen[2:4]
    assert [row["id"] for row in first.json()["data"]] == seen[:2]
    assert "prev" not in first.links


async def test_lines_of_one_order_are_judged_together(face: Face) -> None:
    chair, lamp = await an_item(face, track_stock=False), await an_item(face, track_stock=False)
    lines = [{"item_id": chair["id"], "quantity": 1}, {"item_id": lamp["id"], "quantity": 7}]
    order = await face.call("place_order", lines=lines, key=unique("key"))
    of = {"item": {"sku": {"eq": chair["sku"]}}}

    assert await ids(face, {"lines": {"some": of}}, "list_orders") == [order["id"]]
    both: Tree = {"lines": {"some": {**of, "quantity": {"eq": 7}}}}
    assert await ids(face, both, "list_orders") == []
    apart: Tree = {"AND": [{"lines": {"some": of}}, {"lines": {"some": {"quantity": {"eq": 7}}}}]}
    assert await ids(face, apart, "list_orders") == [order["id"]]


@pytest.mark.parametrize(
    ("tree", "name", "of"),
    [
        ({"password_hash": {"eq": "x"}}, "password_hash", "UserFilter"),
        ({"AND": [{"password_hash": {"eq": "x"}}]}, "password_hash", "UserFilter"),
        ({"email": {"like": "x"}}, "like", "TextFilter"),
        ({"role": {"contains": "A"}}, "contains", "RoleFilter"),
        ({"customer": {"secret": {"eq": "x"}}}, "secret", "CustomerFilter"),
    ],
)
async def test_what_nobody_declared_is_refused_in_the_same_words(
    rest: RestFace, graphql: Face, tree: Tree, name: str, of: str
) -> None:
    said = []
    for door in (rest, graphql):
        with pytest.raises(Refused) as refused:
            await door.call("list_users", where=tree)
        said.append((refused.value.code, refused.value.message.replace("passwordHash", name)))

    assert said == [("UNKNOWN_FILTER", f"There is no {name} in {of}.")] * 2


async def test_a_parameter_is_refused_as_the_tree_would_be(doors_get: Any) -> None:
    assert await doors_get("/v1/items?sku.like=x") == (400, "There is no like in TextFilter.")
    assert await doors_get("/v1/users?password_hash=x") == (
        400,
        "There is no password_hash in UserFilter.",
    )


@pytest.mark.parametrize(
    ("tree", "code"),
    [
        ({"AND": [{"sku": {"eq": "x"}}] * 51}, "too_long"),
        ({"AND": [{}] * 150}, "too_long"),
        ({"OR": [{"category": {"slug": {"eq": "x"}}}] * 11}, "too_long"),
        ({"OR": [{"stock_levels": {"some": {}, "none": {}}}] * 6}, "too_long"),
        ({"NOT": {"NOT": {"NOT": {"NOT": {"NOT": {"NOT": {}}}}}}}, "too_deep"),
        ({"sku": {"in": ["x"] * 201}}, "too_long"),
        ({"sku": {"eq": None}}, "null"),
        ({"sku": None}, "null"),
        ({"sku": {"eq": "\0"}}, "invalid_text"),
        ({"sku": {"contains": "x" * 501}}, "string_too_long"),
        ({"id": {"eq": "order_1"}}, "invalid_id"),
        ({"price": {"gt": "1e5"}}, "invalid_decimal"),
        ({"created_at": {"gt": "yesterday"}}, "invalid_time"),
        ({"stock_levels": {"some": {"available": {"gt": 10**30}}}}, "less_than_equal"),
    ],
)
async def test_bounds_and_values_are_refused_alike(
    rest: RestFace, graphql: Face, tree: Tree, code: str
) -> None:
    said = []
    for door in (rest, graphql):
        with pytest.raises(Refused) as refused:
            await door.call("list_items", where=tree)
        [fault] = refused.value.details["errors"]
        said.append((refused.value.code, fault["code"], fault["message"]))

    assert said[0] == said[1]
    assert said[0][:2] == ("VALIDATION_FAILED", code)


async def test_a_customer_sees_no_foreign_order_whatever_it_asks(
    rest: RestFace, graphql: Face, sign_in: SignIn
) -> None:
    item = await an_item(rest, track_stock=False)
    people = [await rest.call("create_customer", name=unique("Ada")) for _ in range(2)]
    orders = [
        await rest.call(
            "place_order",
            customer_id=person["id"],
            lines=[{"item_id": item["id"], "quantity": 1}],
            key=unique("key"),
        )
        for person in people
    ]
    ada = await sign_in(Role.CUSTOMER, customer_id=people[0]["id"])
    trees: list[Tree] = [
        {},
        {
            "OR": [
                {"customer_id": {"eq": people[1]["id"]}},
                {"customer_id": {"ne": people[1]["id"]}},
            ]
        },
        {"NOT": {"customer_id": {"eq": people[0]["id"]}}},
        {"NOT": {"id": {"in": []}}},
        {"customer_id": {"nin": []}},
        {"lines": {"every": {}}},
    ]
    for door in (rest, graphql):
        mine = door.signed_in(ada)
        for tree in trees:
            assert set(await ids(mine, tree, "list_orders")) <= {orders[0]["id"]}, tree
        with pytest.raises(Refused) as refused:
            await mine.call("list_items", where={"stock_levels": {"some": {}}})
        assert refused.value.code == "FORBIDDEN"


async def test_a_key_to_sort_by_is_named_once(face: Face) -> None:
    with pytest.raises(Refused) as refused:
        await face.call("list_items", order_by=[{"field": "NAME"}, {"field": "NAME"}])

    assert refused.value.details["errors"][0]["code"] == "duplicate"


async def test_flags_of_a_page_between_two_ends(graphql: Face) -> None:
    shelf = await a_category(graphql)
    for _ in range(4):
        await an_item(graphql, category_id=shelf["id"])
    asked = {"where": {"category_id": {"eq": shelf["id"]}}, "order_by": [{"field": "CREATED_AT"}]}
    first = (await graphql.call("list_items", first=1, **asked))["page_info"]["end_cursor"]
    last = (await graphql.call("list_items", last=1, **asked))["page_info"]["start_cursor"]
    ahead = await graphql.call("list_items", first=2, before=last, **asked)
    behind = await graphql.call("list_items", last=2, after=first, **asked)

    flags = [
        (page["page_info"]["has_previous_page"], page["page_info"]["has_next_page"])
        for page in (ahead, behind)
    ]
    assert flags == [(False, True), (True, False)]


async def test_a_count_may_be_estimated(
    rest: RestFace, client: httpx2.AsyncClient, admin: str
) -> None:
    headers = {"Authorization": admin}
    sku = (await an_item(rest))["sku"]
    guess = await client.get(f"/v1/items?count=estimated&limit=0&sku={sku}", headers=headers)
    where = f'where: {{sku: {{eq: "{sku}"}}}}'
    text = f"{{ items(first: 1, {where}) {{ totalCount(mode: ESTIMATED) isCapped }} }}"
    same = await client.post("/graphql", json={"query": text}, headers=headers)

    assert guess.json()["total_count"] >= 0
    assert same.json()["data"]["items"]["isCapped"] is False


async def test_of_thousands_of_faults_a_hundred_are_told(face: Face) -> None:
    with pytest.raises(Refused) as caught:
        await face.call("list_items", where={"AND": [{"id": {"in": ["x"] * 190}}] * 50})

    assert caught.value.code == "VALIDATION_FAILED"
    assert len(caught.value.details["errors"]) == 100
    assert "(and at least 99 more)" in caught.value.message
