"""Tags of what was read: good for asking again, and for changing what has not changed since."""

from typing import Any

import httpx2
import pytest

from tests.faces import GraphQLFace, Refused, RestFace
from tests.factories import a_category, an_item, unique

READS = ["/v1/items/{id}", "/v1/items?sku={sku}", "/v1/items/{id}?fields=sku", "/v1/me"]


@pytest.mark.parametrize("read", READS)
async def test_who_has_it_already_is_told_so_until_it_changes(
    client: httpx2.AsyncClient, rest: RestFace, admin: str, read: str
) -> None:
    item = await an_item(rest)
    path, headers = read.format(**item), {"Authorization": admin}
    first = await client.get(path, headers=headers)
    tag = first.headers["etag"]
    again = await client.get(path, headers=headers | {"If-None-Match": f'"other", W/{tag}'})
    any_one = await client.get(path, headers=headers | {"If-None-Match": "*"})

    assert (again.status_code, again.content) == (304, b"")
    assert any_one.status_code == 304
    for answer in (first, again):
        assert answer.headers["etag"] == tag
        assert answer.headers["cache-control"] == "private, no-cache"
        assert {"Authorization", "Cookie", "Accept"} <= set(answer.headers["vary"].split(", "))

    if read != "/v1/me":
        await rest.call("update_item", item_id=item["id"], sku=unique("NEW"), expected_version=1)
        changed = await client.get(
            f"/v1/items/{item['id']}", headers=headers | {"If-None-Match": tag}
        )
        assert changed.status_code == 200
        assert changed.headers["etag"] != tag


async def test_a_page_has_another_tag_once_a_row_of_it_has_changed(
    client: httpx2.AsyncClient, rest: RestFace, admin: str
) -> None:
    item = await an_item(rest)
    path, headers = f"/v1/items?sku={item['sku']}", {"Authorization": admin}
    headers["If-None-Match"] = (await client.get(path, headers=headers)).headers["etag"]
    same = await client.get(path, headers=headers)
    assert (same.status_code, same.headers.get("link"), same.headers["etag"]) == (
        *(304, None),
        headers["If-None-Match"],
    )
    await rest.call("update_item", item_id=item["id"], name="Ash", expected_version=1)
    changed = await client.get(path, headers=headers)

    assert changed.status_code == 200
    assert changed.json()["data"][0]["name"] == "Ash"


async def test_each_representation_has_a_tag_of_its_own_and_all_have_one_version(
    client: httpx2.AsyncClient, rest: RestFace, admin: str
) -> None:
    item = await an_item(rest, category_id=(await a_category(rest))["id"])
    path, headers = f"/v1/items/{item['id']}", {"Authorization": admin}
    asked = ["", "?fields=sku", "?fields=name", "?expand=category"]
    tags = [(await client.get(path + it, headers=headers)).headers["etag"] for it in asked]

    assert len(set(tags)) == 4
    assert {tag.partition(".")[0] for tag in tags} == {'"1'}
    for version, tag in enumerate(tags, 1):
        good = tag.replace('"1.', f'"{version}.')
        changed = await client.patch(
            path, json={"name": f"Chair {version}"}, headers=headers | {"If-Match": good}
        )
        assert changed.status_code == 200, (tag, changed.text)


async def test_what_a_command_answers_has_the_tag_that_a_read_would_have(
    client: httpx2.AsyncClient, admin: str
) -> None:
    headers = {"Authorization": admin}
    made = await client.post(
        "/v1/items", json={"sku": unique("S"), "name": "Chair"}, headers=headers
    )
    read = await client.get(made.headers["location"], headers=headers)
    had = await client.get(
        made.headers["location"], headers=headers | {"If-None-Match": made.headers["etag"]}
    )

    assert (made.content, made.headers["etag"]) == (read.content, read.headers["etag"])
    assert had.status_code == 304


@pytest.mark.parametrize(
    ("tag", "status"),
    [(good, 200) for good in ('"1"', '"1.0"', "*", 'W/"1"', 'W/"1.0f"', '"7","1.0"', ', "1" ,')]
    + [(stale, 412) for stale in ('"2"', '"2.00"', 'W/"2"', '"2", W/"3.0", "4"')]
    + [(bad, 400) for bad in ("", ",", "1", '"x"', 'w/"1"', '"1", *', '"1", "x"', '"1.G"')]
    + [('"' + "9" * 40 + '"', 400), ('"1" "1"', 400)],
)
async def test_a_change_goes_by_the_versions_in_tags(
    client: httpx2.AsyncClient, rest: RestFace, admin: str, tag: str, status: int
) -> None:
    item = await an_item(rest)
    answer = await client.patch(
        f"/v1/items/{item['id']}",
        json={"name": "Ash"},
        headers={"Authorization": admin, "If-Match": tag},
    )

    assert answer.status_code == status, answer.text
    if status != 200:
        assert (await rest.call("get_item", item_id=item["id"]))["version"] == 1


@pytest.mark.parametrize(("tags", "status"), [('"1" W/"2"', 200), ('"3" "2"', 412)])
async def test_tags_in_several_headers_are_one_list(
    client: httpx2.AsyncClient, rest: RestFace, admin: str, tags: str, status: int
) -> None:
    item = await an_item(rest)
    answer = await client.patch(
        f"/v1/items/{item['id']}",
        json={"name": "Ash"},
        headers=[("Authorization", admin), *(("If-Match", tag) for tag in tags.split())],
    )

    assert answer.status_code == status, answer.text


async def test_a_replacement_goes_by_one_version_of_several(
    client: httpx2.AsyncClient, rest: RestFace, admin: str
) -> None:
    item, headers = await an_item(rest), {"Authorization": admin}
    path, body = f"/v1/items/sku:{item['sku']}", {"name": "Ash"}
    sent = [("Authorization", admin), ("If-Match", '"4", "1"')]
    replaced = await client.put(path, json=body, headers=sent)
    stale = await client.put(path, json=body, headers=headers | {"If-Match": '"4", W/"1"'})

    assert (replaced.status_code, replaced.json()["version"]) == (200, 2)
    assert (stale.status_code, stale.json()["code"]) == (412, "VERSION_CONFLICT")


async def test_a_change_over_graphql_goes_by_the_same_version(
    graphql: GraphQLFace, rest: RestFace
) -> None:
    item = await an_item(rest)
    await graphql.call("update_item", item_id=item["id"], name="Ash", expected_version=1)

    with pytest.raises(Refused, match="VERSION_CONFLICT") as stale:
        await graphql.call("update_item", item_id=item["id"], name="Elm", expected_version=1)
    with pytest.raises(Refused, match="VERSION_CONFLICT") as known:
        await rest.call("update_item", item_id=item["id"], name="Elm", expected_version=1)

    assert stale.value.details["current_version"] == known.value.details["current_version"] == 2


@pytest.mark.parametrize("path", ["/v1/me", "/v1/items", "/v1/items/sku:nothing", "/v1/items?x=1"])
async def test_head_says_what_get_would_say_but_for_the_body(
    client: httpx2.AsyncClient, admin: str, path: str
) -> None:
    get = await client.get(path, headers={"Authorization": admin})
    head = await client.head(path, headers={"Authorization": admin})

    assert (head.status_code, head.content) == (get.status_code, b"")
    assert _lasting(head) == _lasting(get)


async def test_head_of_a_file_writes_none(client: httpx2.AsyncClient, admin: str) -> None:
    wanted = {"Authorization": admin, "Accept": "text/csv"}
    head = await client.head("/v1/stock-levels", headers=wanted)

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"].startswith("text/csv")
    assert head.headers["vary"] == "Authorization, Cookie, Accept"


def _lasting(answer: httpx2.Response) -> dict[str, Any]:
    passing = {"x-request-id", "server-timing", "date"}
    headers = {name: value for name, value in answer.headers.items() if name not in passing}
    if answer.is_error:
        del headers["content-length"]  # the trace id's, which differs
    return headers
