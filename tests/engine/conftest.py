"""A stocked shop and an attic, each behind both engines."""

from typing import Any

import pytest
from strawberry.fastapi import BaseContext

from api.domain.actors import Role
from api.domain.scope import Scope
from graphql_schema.context import Context
from graphql_schema.engine.plans import Plans
from graphql_schema.limits import LimitedSchema
from graphql_schema.loaders import Loaders
from graphql_schema.schema import make_schema
from tests.conftest import MakeScope
from tests.engine.attic import Lamp, Mutation, Query, Toy
from tests.engine.twins import Twins
from tests.faces import RestFace
from tests.factories import a_category, an_item, unique


class Caller(Context):
    """The context of somebody who did not come by HTTP."""

    def __init__(self, scope: Scope) -> None:
        BaseContext.__init__(self)
        self.scope, self.loaders = scope, Loaders(scope)

    async def charge(self, cost: int) -> None:
        """Nothing: who did not come by HTTP has no budget."""


COMPILED, REFERENCE = make_schema(), make_schema(engine="reference")
assert COMPILED.engine
COMPILED.engine.plans = Plans(COMPILED._schema, familiar=1)  # what is asked twice is in JSON


@pytest.fixture
def shop(scope_of: MakeScope) -> Twins:
    """The shop's own schema, for somebody who may do everything."""
    return shop_for(scope_of, None)


def shop_for(scope_of: MakeScope, role: Role | None) -> Twins:
    """The shop's own schema, for somebody of this role."""

    async def context() -> Caller:
        return Caller(scope_of(role))

    return Twins(COMPILED, REFERENCE, context)


@pytest.fixture
def attic() -> Twins:
    async def context() -> dict[str, Any]:
        return {}

    types = [Toy, Lamp]
    return Twins(
        LimitedSchema(Query, Mutation, types=types),
        LimitedSchema(Query, Mutation, types=types, engine="reference"),
        context,
    )


@pytest.fixture(scope="session")
async def stock(rest: RestFace) -> dict[str, Any]:
    """Three items with a common word in their names, in two categories, at two locations."""
    word = unique("oak")
    top = await a_category(rest)
    low = await a_category(rest, parent_id=top["id"])
    places = [await rest.call("create_location", code=unique("P"), name="Barn") for _ in range(2)]
    items = [
        await an_item(rest, name=f"{word} chair {n}", category_id=category)
        for n, category in enumerate([top["id"], low["id"], None])
    ]
    for item in items[:2]:
        for place in places:
            sent = {"item_id": item["id"], "location_id": place["id"], "quantity": 7}
            await rest.call("receive_stock", **sent, key=unique("key"))
    buyer = await rest.call("create_customer", name="Alder & Sons")
    lines = [{"item_id": item["id"], "quantity": 2} for item in items[:2]]
    order = await rest.call("place_order", customer_id=buyer["id"], lines=lines, key=unique("key"))
    await rest.call("fulfill_order", order_id=order["id"], key=unique("key"))
    return {"word": word, "items": items, "places": places, "order": order, "top": top}
