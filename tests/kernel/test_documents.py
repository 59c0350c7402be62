"""Several fields in one GraphQL document: each has its own answer, and sees what came before."""

import httpx2

from api.domain.actors import Role
from tests.conftest import SignIn
from tests.faces import RestFace
from tests.factories import a_category, an_item, unique

RENAME = """mutation($category: ID!, $item: ID!, $one: String!, $two: String!) {
  first: updateCategory(input: { categoryId: $category, name: $one, expectedVersion: 1 }) {
    result { name }
  }
  before: updateItem(input: { itemId: $item, name: "Ash chair", expectedVersion: 1 }) {
    result { name category { name } }
  }
  second: updateCategory(input: { categoryId: $category, name: $two, expectedVersion: 2 }) {
    result { name }
  }
  after: updateItem(input: { itemId: $item, name: "Elm chair", expectedVersion: 2 }) {
    result { name category { name } }
  }
}"""


async def test_each_field_is_refused_alone(
    client: httpx2.AsyncClient, rest: RestFace, sign_in: SignIn
) -> None:
    item = await an_item(rest)
    text = """query($id: ID!) {
      users { nodes { id } }
      item(id: $id) { sku }
      wrong: item(id: "chair") { sku }
      gone: item(id: "sku:no-such-thing") { sku }
      categories(first: 1, last: 1) { nodes { id } }
    }"""
    answer = await client.post(
        "/graphql",
        json={"query": text, "variables": {"id": item["id"]}},
        headers={"Authorization": await sign_in(Role.VIEWER)},
    )
    told = answer.json()

    assert told["data"]["item"] == {"sku": item["sku"]}
    refused = {error["path"][0]: error["extensions"]["code"] for error in told["errors"]}
    assert refused.pop("gone", "NOT_FOUND") == "NOT_FOUND"
    assert refused == {
        "users": "FORBIDDEN",
        "wrong": "VALIDATION_FAILED",
        "categories": "VALIDATION_FAILED",
    }


async def test_what_a_mutation_changed_the_next_one_sees(
    client: httpx2.AsyncClient, rest: RestFace, admin: str
) -> None:
    category = await a_category(rest)
    item = await an_item(rest, category_id=category["id"])
    one, two = unique("Seating"), unique("Seats")
    variables = {"category": category["id"], "item": item["id"], "one": one, "two": two}
    answer = await client.post(
        "/graphql",
        json={"query": RENAME, "variables": variables},
        headers={"Authorization": admin},
    )
    data = answer.json()["data"]

    assert data["before"]["result"]["category"] == {"name": one}
    assert data["after"]["result"] == {"name": "Elm chair", "category": {"name": two}}


async def test_a_change_must_say_which_version_it_means(
    client: httpx2.AsyncClient, rest: RestFace, admin: str
) -> None:
    item = await an_item(rest)
    path, headers = f"/v1/items/{item['id']}", {"Authorization": admin}
    silent = await client.patch(path, json={"name": "Ash"}, headers=headers)
    stale = await client.patch(path, json={"name": "Ash"}, headers=headers | {"If-Match": '"7"'})
    any_one = await client.patch(path, json={"name": "Ash"}, headers=headers | {"If-Match": "*"})

    assert (silent.status_code, silent.json()["code"]) == (428, "PRECONDITION_REQUIRED")
    assert (stale.status_code, stale.json()["current_version"]) == (412, 1)
    assert any_one.status_code == 200
    assert any_one.headers["etag"].startswith('"2.')
    created = await client.post(
        "/v1/items",
        json={"sku": unique("S"), "name": "x"},
        headers=headers | {"If-Match": '"1"'},
    )
    assert (created.status_code, created.json()["code"]) == (400, "BAD_REQUEST")
