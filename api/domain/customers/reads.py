"""Customers as both faces send them, and the statements that read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.domain.actors import Actor
from api.domain.asking import Asking, search
from api.domain.conditions import Applied, contains, equals, one_of
from api.domain.customers.models import Customer as C
from api.domain.customers.selection import CUSTOMERS as FIELDS
from api.domain.errors import NotFound
from api.domain.fields import Id
from api.domain.paging import Listing, SortKey
from api.domain.scope import Scope
from api.domain.selecting import Source


@dataclass(slots=True)
class Customer:
    """Somebody who orders."""

    id: Id
    name: str
    email: str | None
    external_ref: str | None
    version: int
    created_at: datetime


CUSTOMER = Source(Customer, C).keyed("id")
_BY_ID = one_of("ids", C.id)
_ITS_ID = equals("id", C.id)
_ITS_REF = equals("ref", C.external_ref)
_OWN = equals("own_customer_id", C.id)

CUSTOMERS = Listing(
    name="customers",
    source=CUSTOMER,
    id=C.id,
    asking=Asking(
        FIELDS,
        (
            search(
                contains("q", C.name, C.email, C.external_ref),
                "Part of the name, the e-mail address or the external reference.",
            ),
        ),
    ),
    sortable={"NAME": C.name, "CREATED_AT": C.created_at},
    default=(SortKey("NAME"),),
)


def visible(actor: Actor) -> list[Applied]:
    """The caller's row rule: a customer sees itself and nobody else, and who is no customer yet
    sees nobody.
    """
    return [_OWN(actor.customer_id)] if actor.sees_only_own_orders else []


async def customers_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, Customer]:
    """The customers that exist and that the caller may see, by id."""
    rows = await CUSTOMER.rows(scope, _BY_ID(ids), *visible(scope.actor))
    return {row.id: row for row in rows}


async def customer(scope: Scope, ref: Id) -> Customer:
    """One customer by id or `ref:`; one that the caller may not see is not there."""
    named = _ITS_REF(ref[4:]) if ref.startswith("ref:") else _ITS_ID(ref)
    found = await CUSTOMER.rows(scope, named, *visible(scope.actor))
    if not found:
        raise NotFound(f"There is no customer {ref}.", ref)
    return found[0]
