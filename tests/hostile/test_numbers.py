"""Numbers, money and times that are not what they seem."""

from typing import Any

import pytest

from tests.faces import camel
from tests.factories import unique
from tests.hostile.doors import Doors, raw

EITHER = {"VALIDATION_FAILED", "BAD_REQUEST"}
NO_COUNT: dict[str, Any] = {
    "2^31": 2**31,
    "2^63": 2**63,
    "10^5000": raw("1" + "0" * 5000),
    "10^290": raw("1" + "0" * 290),
    "-1": -1,
    "true": True,
    "1_0 as text": "1_0",
    "0x1 as text": "0x1",
    "1 as text": "1",
    "1.0": raw("1.0"),
    "1e2": raw("1e2"),
    "a list": [1],
    "NaN": raw("NaN"),
}
NO_AMOUNT: dict[str, Any] = {
    "NaN": raw("NaN"),
    "Infinity": raw("-Infinity"),
    "NaN as text": "NaN",
    "Infinity as text": "Infinity",
    "1e400": raw("1e400"),
    "1e-30": "1e-30",
    "five decimals": "1.00001",
    "-0": "-0",
    "minus one": "-1.00",
    "a comma": "1,00",
    "a float": 1.5,
    "an integer": 2,
    "a leading zero": "01.00",
    "a plus": "+1",
    "spaces": " 1.00 ",
    "digits of another script": "\u0661\u0662",
    "thirteen digits": "1000000000000",
    "null": None,
}
NO_TIME: dict[str, Any] = {
    "year 1 with an offset": "0001-01-01T00:00:00+14:00",
    "year 9999 with an offset": "9999-12-31T23:59:59-14:00",
    "no zone": "2030-01-01T00:00:00",
    "a date": "2030-01-01",
    "February 30": "2030-02-30T00:00:00Z",
    "seconds since 1970": 1_900_000_000,
    "the same as text": "1900000000",
    "infinity": "infinity",
    "now": "now",
    "a NUL": "2030-01-01T00:00:00\0Z",
}
CREATE_KEY = """mutation K($input: CreateApiKeyInput!) {
  createApiKey(input: $input) { result { secret } errors { code } }
}"""


@pytest.mark.parametrize("nasty", NO_COUNT)
async def test_b82_a_quantity_is_a_whole_number_in_range_or_refused(
    doors: Doors, nasty: str
) -> None:
    sku = unique("S")
    rest, graphql = await doors.create_item(sku=sku, backorder_limit=NO_COUNT[nasty])

    assert rest.code in EITHER
    assert graphql.code in EITHER
    assert rest.status in (400, 422)
    await _nothing_was_kept(doors, sku)


async def test_zero_is_a_quantity(doors: Doors) -> None:
    rest, graphql = await doors.create_item(sku=unique("S"), backorder_limit=0)

    assert (rest.code, graphql.code) == ("", "")
    assert rest.body["backorder_limit"] == 0


@pytest.mark.parametrize("nasty", NO_AMOUNT)
async def test_b83_an_amount_is_plain_decimal_text_or_refused(doors: Doors, nasty: str) -> None:
    sku = unique("S")
    price = {"amount": NO_AMOUNT[nasty], "currency": "EUR"}
    rest, graphql = await doors.create_item(sku=sku, price=price)

    assert rest.code in EITHER
    assert graphql.code in EITHER
    await _nothing_was_kept(doors, sku)


@pytest.mark.parametrize("currency", ["EURO", "eur", "XYZ", "", "\0\0\0", "\u20ac"])
async def test_a_currency_is_one_of_the_worlds_or_refused(doors: Doors, currency: str) -> None:
    rest, graphql = await doors.create_item(
        sku=unique("S"), price={"amount": "1.00", "currency": currency}
    )

    assert (rest.code, graphql.code) == ("VALIDATION_FAILED", "VALIDATION_FAILED")


@pytest.mark.parametrize("nasty", NO_TIME)
async def test_a_time_has_a_zone_and_a_sensible_year_or_is_refused(
    doors: Doors, nasty: str
) -> None:
    key = {"name": "Till", "scopes": ["catalog:read"], "expires_at": NO_TIME[nasty]}
    rest = await doors.rest("POST", "/v1/api-keys", key)
    sent = {"name": "Till", "scopes": ["CATALOG_READ"], "expiresAt": NO_TIME[nasty]}
    graphql = await doors.graphql(CREATE_KEY, {"input": sent})

    assert rest.code == "VALIDATION_FAILED"
    assert graphql.code in EITHER


@pytest.mark.parametrize(
    "value", [2**53, -(2**53), raw("1.5"), [1], {"deep": 1}, "x" * 501, raw("1e3")]
)
async def test_an_attribute_is_text_a_flag_or_an_exact_whole_number(
    doors: Doors, value: Any
) -> None:
    rest, graphql = await doors.create_item(sku=unique("S"), attributes={"size": value})

    assert (rest.code, graphql.code) == ("VALIDATION_FAILED", "VALIDATION_FAILED")


@pytest.mark.parametrize("tag", ["2", '"0"', '"-1"', '"x"', '"' + "9" * 400 + '"', "", '"1'])
async def test_an_if_match_that_is_no_tag_of_ours_is_refused(doors: Doors, tag: str) -> None:
    item, _ = await doors.create_item(sku=unique("S"))
    path = f"/v1/items/{item.body['id']}"
    answer = await doors.rest("PATCH", path, {"name": "Stool"}, if_match=tag)

    assert answer.status in (400, 412), answer.text
    assert answer.code in {"BAD_REQUEST", "VERSION_CONFLICT"}
    assert (await doors.rest("GET", path)).body["name"] == "Chair"


@pytest.mark.parametrize("version", [0, -1, 2**31, 2**63, True, "1", raw("1.5"), None])
async def test_an_expected_version_that_is_none_is_refused(doors: Doors, version: Any) -> None:
    item, _ = await doors.create_item(sku=unique("S"))
    text = "mutation U($input: UpdateItemInput!) { updateItem(input: $input) { errors { code } } }"
    sent = {"itemId": item.body["id"], "name": "Stool", "expectedVersion": version}
    answer = await doors.graphql(text, {"input": sent})

    assert answer.code in {"BAD_REQUEST", "VERSION_CONFLICT", "VALIDATION_FAILED"}
    assert (await doors.rest("GET", f"/v1/items/{item.body['id']}")).body["name"] == "Chair"


@pytest.mark.parametrize("nasty", [*NO_COUNT, "0"])
async def test_b82_nobody_orders_or_receives_what_is_no_quantity(doors: Doors, nasty: str) -> None:
    quantity = {**NO_COUNT, "0": 0}[nasty]
    sku, key = unique("S"), unique("key")
    await doors.create_item(sku=sku, price={"amount": "1.00", "currency": "EUR"})
    line = {"item_id": f"sku:{sku}", "quantity": quantity}
    before = (await doors.rest("GET", "/v1/orders?count=exact&limit=0")).body["total_count"]

    order = await doors.rest("POST", "/v1/orders", {"lines": [line]}, idempotency_key=key)
    stock = await doors.rest(
        "POST", "/v1/stock/receive", line | {"location_id": "code:MAIN"}, idempotency_key=key
    )
    graphql = await doors.graphql(
        "mutation P($input: PlaceOrderInput!) { placeOrder(input: $input) { errors { code } } }",
        {"input": camel({"lines": [line], "idempotency_key": key})},
    )

    assert {order.code, stock.code, graphql.code} <= EITHER
    after = (await doors.rest("GET", "/v1/orders?count=exact&limit=0")).body["total_count"]
    assert after == before


async def _nothing_was_kept(doors: Doors, sku: str) -> None:
    for kept in (sku, f"{sku}-G"):
        assert (await doors.rest("GET", f"/v1/items/sku:{kept}")).status == 404
