"""What REST answers with: all of a row, byte for byte as documented, or the fields asked for."""

import httpx2
import pytest
from pydantic import TypeAdapter

from api.domain.operations import OPERATIONS
from api.domain.paging import Window
from api.domain.scope import Scope
from rest.paging import PageInfo, PageOut
from rest.wanted import MAX_DEPTH, MAX_FIELDS, MAX_LINKS
from tests.contract.test_expanding import LISTS, NEEDED, row_of
from tests.faces import Refused, RestFace
from tests.factories import a_category, an_item, unique, which


async def test_an_answer_holds_the_fields_that_were_asked_for(
    rest: RestFace,
) -> None:
    sold, buyer = await an_item(rest, track_stock=False), unique("Buyer")
    customer = await rest.call("create_customer", name=buyer)
    lines = [{"item_id": sold["id"], "quantity": 1}]
    await rest.call("place_order", customer_id=customer["id"], lines=lines, key=unique("key"))
    where = {"customer_id": {"eq": customer["id"]}}
    fields = "total.amount,id,lines.sku,lines.item.name,customer.name"
    [order] = (await rest.call("list_orders", where=where, fields=fields))["data"]
    category = await a_category(rest)
    ref = (await an_item(rest, category_id=category["id"]))["id"]
    item = await rest.call("get_item", item_id=ref, fields="sku,id", expand="category")
    part = await rest.call("get_item", item_id=ref, fields="category.id", expand="category")
    whole = await rest.call("get_item", item_id=ref, fields="price,price.amount,category")
    me = await rest.call("get_me", fields="user.email")

    assert list(order) == ["id", "total", "lines", "customer"]
    assert list(order["total"]) == ["amount"]
    assert [list(line) for line in order["lines"]] == [["sku", "item"]]
    assert [list(line["item"]) for line in order["lines"]] == [["name"]]
    assert list(order["customer"]) == ["name"]
    assert list(item) == ["id", "sku", "category"]
    assert item["category"] == category
    assert part == {"category": {"id": category["id"]}}
    assert whole == {"price": {"amount": "49.50", "currency": "EUR"}, "category": category}
    assert list(me) == ["user"]
    assert list(me["user"]) == ["email"]


@pytest.mark.parametrize(
    ("asked", "code"),
    [
        ({"expand": "color"}, "unknown_link"),
        ({"expand": "price"}, "unknown_link"),
        ({"expand": "stock_levels.color"}, "unknown_link"),
        ({"expand": ""}, "unknown_link"),
        ({"expand": "category,"}, "unknown_link"),
        ({"expand": "Category"}, "unknown_link"),
        ({"expand": ".".join(["category", *["parent"] * MAX_DEPTH])}, "too_deep"),
        ({"expand": ",".join(["category"] * (MAX_LINKS + 1))}, "too_long"),
        ({"expand": "a" * 10_000}, "too_long"),
        ({"fields": "color"}, "unknown_field"),
        ({"fields": "sku.x"}, "unknown_field"),
        ({"fields": "category.color"}, "unknown_field"),
        ({"fields": "__class__"}, "unknown_field"),
        ({"fields": "sku,,id"}, "unknown_field"),
        ({"fields": "\x00"}, "unknown_field"),
        ({"fields": ",".join(["id"] * (MAX_FIELDS + 1))}, "too_long"),
        ({"fields": ".".join(["id"] * (MAX_DEPTH + 2))}, "too_deep"),
    ],
)
async def test_what_a_row_does_not_have_is_refused_with_what_it_has(
    rest: RestFace, asked: dict[str, str], code: str
) -> None:
    with pytest.raises(Refused) as refused:
        await rest.call("list_items", **asked)

    [parameter] = asked
    [error] = refused.value.details["errors"]
    assert (refused.value.code, error["code"]) == ("VALIDATION_FAILED", code)
    assert error["path"] == [parameter]
    if asked == {"expand": "color"}:
        assert all(path in error["message"] for path in ("category", "stock_levels.location"))


async def test_what_has_no_links_takes_no_expand(rest: RestFace) -> None:
    with pytest.raises(Refused, match="expand") as refused:
        await rest.call("list_customers", expand="orders")

    assert refused.value.code == "UNKNOWN_FILTER"


OWN = {"list_api_keys", "list_sessions"}  # of which the system itself has none


@pytest.mark.parametrize("operation", [name for name in LISTS if name not in OWN])
async def test_an_answer_is_byte_for_byte_what_its_schema_says(
    linked_shop: None, client: httpx2.AsyncClient, admin: str, scope: Scope, operation: str
) -> None:
    entry, row = OPERATIONS[operation], row_of(operation)
    page = await scope.run(entry, which(entry, **NEEDED.get(operation, {})), Window(limit=50))
    info = PageInfo(page.cursors[0], page.cursors[-1], page.has_next, page.has_previous)
    schema = TypeAdapter(PageOut[row])  # type: ignore[valid-type]
    expected = schema.dump_json(
        PageOut.model_construct(data=page.rows, page_info=info, total_count=None, is_capped=None)
    )
    path = {"list_stock_as_of": "stock/as-of", "list_all_sessions": "admin/sessions"}.get(
        operation, operation.removeprefix("list_").replace("_", "-")
    )

    answer = await client.get(
        f"/v1/{path}", params=NEEDED.get(operation, {}), headers={"Authorization": admin}
    )

    assert answer.headers["content-type"] == "application/json"
    assert answer.content == expected
