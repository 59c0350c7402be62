"""A customer sees and places its own orders, and nobody else's."""

from typing import Any

import pytest

from api.domain.actors import Actor, Role
from api.domain.asking import EVERY
from api.domain.customers import service as customers
from api.domain.errors import Forbidden, NotFound
from api.domain.fields import Id
from api.domain.orders import service as orders
from api.domain.orders.commands import CancelOrder, FulfillOrder
from api.domain.paging import CountMode, Window
from tests.factories import which
from tests.orders.shop import Shop

COUNTED = Window(count=CountMode.EXACT)

NOBODY_HAS_THIS = Id(f"order_{'0' * 31}1")


def customer_of(who: Actor) -> Id:
    """The customer that somebody signed in for."""
    assert who.customer_id
    return who.customer_id


async def two_customers(shop: Shop) -> tuple[Actor, Actor, Id]:
    """Two customers with a login each, and something that they can both order."""
    logins = [await shop.login(Role.CUSTOMER, await shop.customer()) for _ in range(2)]
    warehouse, chair = await shop.location(), await shop.item()
    await shop.receive(chair, warehouse, 50)
    return logins[0], logins[1], chair


async def test_a_customer_orders_for_itself(shop: Shop) -> None:
    ada, _, chair = await two_customers(shop)

    order = await shop.place((chair, 1), by=ada)

    assert order.customer_id == ada.customer_id
    assert (await shop.place((chair, 1), by=ada, customer_id=ada.customer_id)).id != order.id


async def test_b50_an_order_of_somebody_else_is_like_one_that_is_not_there(shop: Shop) -> None:
    ada, bob, chair = await two_customers(shop)
    order = await shop.place((chair, 1), by=ada, external_ref="first")

    refusals = []
    for id in (order.id, NOBODY_HAS_THIS):
        with pytest.raises(NotFound) as refused:
            await shop.run(orders.get_order, id, by=bob)
        refusals.append(str(refused.value).replace(id, "it"))
    assert refusals[0] == refusals[1]
    with pytest.raises(NotFound):
        await shop.run(orders.get_order, Id("ref:first"), by=bob)
    assert (await shop.run(orders.get_order, Id("ref:first"), by=ada)).id == order.id


async def test_b57_no_list_filter_or_link_leads_to_orders_of_somebody_else(shop: Shop) -> None:
    ada, bob, chair = await two_customers(shop)
    order = await shop.place((chair, 2), by=ada)
    await shop.run(
        orders.fulfill_order,
        order.id,
        FulfillOrder.model_validate({"lines": [{"line_id": order.lines[0].id, "quantity": 1}]}),
    )
    line, ids = order.lines[0].id, [order.id]

    async def seen_by(who: Actor) -> list[Any]:
        hers = which(orders.list_orders, {"customer_id": {"eq": customer_of(ada)}})
        numbered = which(orders.list_orders, q=str(order.number))
        pages = [
            await shop.run(orders.list_orders, each, COUNTED, by=who)
            for each in (EVERY, hers, numbered)
        ]
        parcels = await shop.run(
            orders.list_fulfillments,
            which(orders.list_fulfillments, {"order_id": {"in": ids}}),
            COUNTED,
            by=who,
        )
        linked = await shop.run(orders.orders_by_id, ids, by=who)
        sent = await shop.run(orders.fulfillments_of_orders, ids, by=who)
        held = await shop.run(orders.allocations_of_lines, [line], by=who)
        owner = await shop.run(customers.customers_by_id, [customer_of(ada)], by=who)
        counted = [*(page.total_count for page in pages), parcels.total_count]
        return [*counted, *map(len, (linked, sent[order.id], held[line], owner))]

    assert await seen_by(ada) == [1] * 8
    assert await seen_by(bob) == [0] * 8


async def test_a_customer_cannot_order_for_another_or_set_its_own_prices(shop: Shop) -> None:
    ada, bob, chair = await two_customers(shop)
    price = {"amount": "0.01", "currency": "EUR"}
    cheap = {"item_id": chair, "quantity": 1, "unit_price": price}
    reduced = {"item_id": chair, "quantity": 1, "discount": "0.5"}

    for lines, fields in (
        ([(chair, 1)], {"customer_id": bob.customer_id}),
        ([(chair, 1)], {"customer_id": f"customer_{'0' * 32}"}),
        ([(chair, 1)], {"discount": {"percent": "0.5"}}),
        ([(chair, 1)], {"source": "web"}),
        ([cheap], {}),
        ([reduced], {}),
    ):
        with pytest.raises(Forbidden):
            await shop.place(*lines, by=ada, **fields)


async def test_references_of_two_customers_never_meet(shop: Shop) -> None:
    ada, bob, chair = await two_customers(shop)

    first = await shop.place((chair, 1), by=ada, external_ref="1")
    second = await shop.place((chair, 1), by=bob, external_ref="1")

    assert first.id != second.id


async def test_a_login_without_a_customer_cannot_order_and_sees_nothing(shop: Shop) -> None:
    _, _, chair = await two_customers(shop)
    await shop.place((chair, 1))
    nobody = await shop.login(Role.CUSTOMER)

    with pytest.raises(Forbidden, match="belongs to no customer"):
        await shop.place((chair, 1), by=nobody)
    page = await shop.run(orders.list_orders, EVERY, COUNTED, by=nobody)
    assert page.total_count == 0


async def test_only_staff_sends_and_cancels(shop: Shop) -> None:
    ada, _, chair = await two_customers(shop)
    order = await shop.place((chair, 1), by=ada)

    for act in (
        shop.run(orders.cancel_order, order.id, CancelOrder(), by=ada),
        shop.run(orders.fulfill_order, order.id, FulfillOrder(), by=ada),
        shop.run(orders.allocate_order, order.id, by=ada),
    ):
        with pytest.raises(Forbidden):
            await act
