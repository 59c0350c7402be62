"""Lists asked for in ways that they cannot be given."""

from typing import Any
from urllib.parse import quote

import pytest

from tests.factories import unique
from tests.hostile.doors import ITEMS, Doors, raw


@pytest.mark.parametrize("size", [100_000, -1, 201, 2**31, 2**63])
async def test_b70_a_page_has_a_size_in_range_or_is_refused(doors: Doors, size: int) -> None:
    rest = await doors.rest("GET", f"/v1/items?limit={size}")
    graphql = await doors.graphql(ITEMS, {"first": size})

    assert (rest.status, rest.code) == (422, "VALIDATION_FAILED")
    assert graphql.code in {"VALIDATION_FAILED", "BAD_REQUEST", "COST_LIMIT_EXCEEDED"}


@pytest.mark.parametrize(
    "text", ["1_0", "0x1", "1e2", "1.5", "", "%00", "%ff", "%D9%A1", "9" * 5000]
)
async def test_b87_a_limit_that_is_no_number_is_refused(doors: Doors, text: str) -> None:
    answer = await doors.rest("GET", f"/v1/items?limit={text}")

    assert (answer.status, answer.code) == (422, "VALIDATION_FAILED")


@pytest.mark.parametrize(
    "asked",
    [
        {"first": 1, "last": 1},
        {"after": "x", "before": "x"},
        {"first": True},
        {"first": "5"},
        {"first": raw("1e2000")},
        {"orderBy": [{"field": "PRICE"}]},
        {"where": {"passwordHash": "x"}},
        {"where": {"sku": "x"}},
    ],
)
async def test_b70_what_contradicts_itself_or_is_unknown_is_refused(
    doors: Doors, asked: dict[str, Any]
) -> None:
    answer = await doors.graphql(ITEMS, asked)

    assert answer.code in {"VALIDATION_FAILED", "BAD_REQUEST", "UNKNOWN_FILTER"}


@pytest.mark.parametrize(
    "cursor", ["x", "\0", "%", "' OR 1=1 --", "a" * 1990, "a" * 10_000, "=" * 8]
)
async def test_b70_a_cursor_that_was_not_made_here_is_refused(doors: Doors, cursor: str) -> None:
    rest = await doors.rest("GET", f"/v1/items?after={quote(cursor)}")
    graphql = await doors.graphql(ITEMS, {"after": cursor})

    assert graphql.code == "INVALID_CURSOR"
    assert rest.code == ("VALIDATION_FAILED" if len(cursor) > 2000 else "INVALID_CURSOR")


async def test_a_cursor_is_good_for_its_own_list_in_its_own_order_only(doors: Doors) -> None:
    await doors.create_item(sku=unique("S"))
    page = await doors.rest("GET", "/v1/items?limit=1")
    cursor = page.body["page_info"]["end_cursor"]
    broken = ("B" if cursor[0] == "A" else "A") + cursor[1:]

    for path in (
        f"/v1/categories?after={cursor}",
        f"/v1/items?sort=-created_at&after={cursor}",
        f"/v1/items?after={broken}",
        f"/v1/items?after={cursor[:-2]}",
    ):
        assert (await doors.rest("GET", path)).code == "INVALID_CURSOR"
    both = await doors.rest("GET", f"/v1/items?after={cursor}&before={cursor}")
    assert both.code == "VALIDATION_FAILED"


@pytest.mark.parametrize(
    "query", ["color=red", "offset=5", "Limit=5", "filter[q]=x", "%00=1", "q=a&page=2"]
)
async def test_b87_a_parameter_that_nobody_declared_is_refused(doors: Doors, query: str) -> None:
    answer = await doors.rest("GET", f"/v1/items?{query}")

    assert (answer.status, answer.code) == (400, "UNKNOWN_FILTER")


@pytest.mark.parametrize(
    "query", ["limit=1&limit=200", "q=a&q=b", "after=x&after=y", "count=none&count=exact"]
)
async def test_b87_a_parameter_sent_twice_is_refused(doors: Doors, query: str) -> None:
    answer = await doors.rest("GET", f"/v1/items?{query}")

    assert (answer.status, answer.code) == (400, "BAD_REQUEST")


async def test_a_parameter_that_takes_several_values_may_be_repeated(doors: Doors) -> None:
    first, _ = await doors.create_item(sku=unique("S"))
    second, _ = await doors.create_item(sku=unique("S"))
    skus = [first.body["sku"], second.body["sku"]]
    answer = await doors.rest("GET", f"/v1/items?sku={skus[0]}&sku={skus[1]}")

    assert [item["sku"] for item in answer.body["data"]] == sorted(skus)


@pytest.mark.parametrize(
    "query", ["sort=price", "sort=;--", "sort=name,,sku", "sort=" + "a" * 500, "count=all", "sort="]
)
async def test_an_order_that_the_list_does_not_have_is_refused(doors: Doors, query: str) -> None:
    answer = await doors.rest("GET", f"/v1/items?{query}")

    assert (answer.status, answer.code) == (422, "VALIDATION_FAILED")


async def test_b57_no_value_of_a_filter_means_no_rows_at_both_doors(doors: Doors) -> None:
    none: dict[str, Any] = {"where": {"sku": {"in": []}}}
    rest = await doors.rest("QUERY", "/v1/items", none)
    graphql = await doors.graphql(ITEMS, none)

    assert (rest.status, rest.body["data"]) == (200, [])
    assert graphql.body["data"]["items"]["nodes"] == []


async def test_too_many_values_of_a_filter_are_refused(doors: Doors) -> None:
    many = [f"S{n}" for n in range(201)]
    rest = await doors.rest("GET", "/v1/items?" + "&".join(f"sku={sku}" for sku in many))
    graphql = await doors.graphql(ITEMS, {"where": {"sku": {"in": many}}})

    assert (rest.code, graphql.code) == ("VALIDATION_FAILED", "VALIDATION_FAILED")
