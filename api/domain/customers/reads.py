"""Customers as both faces send them, and the statements that read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, false, or_, select, true

from api.domain.actors import Actor
from api.domain.base import matches
from api.domain.customers.commands import CustomerFilter
from api.domain.customers.models import Customer as C
from api.domain.errors import NotFound
from api.domain.fields import Id
from api.domain.paging import Listing, SortKey
from api.domain.scope import Scope


@dataclass(slots=True)
class Customer:
    """Somebody who orders."""

    id: Id
    name: str
    email: str | None
    external_ref: str | None
    version: int
    created_at: datetime


_CUSTOMERS = select(C.id, C.name, C.email, C.external_ref, C.version, C.created_at)


def _customer(row: Row[*tuple[Any, ...]]) -> Customer:
    return Customer(*row[:6])


CUSTOMERS = Listing(
    name="customers",
    statement=_CUSTOMERS,
    row=_customer,
    id=C.__table__.c.id,
    sortable={"NAME": C.__table__.c.name, "CREATED_AT": C.__table__.c.created_at},
    default=(SortKey("NAME"),),
)


def visible(actor: Actor) -> ColumnElement[bool]:
    """The caller's row rule: a customer sees itself and nobody else."""
    if not actor.sees_only_own_orders:
        return true()
    return false() if actor.customer_id is None else C.id == actor.customer_id


def known_as(ref: Id) -> ColumnElement[bool]:
    """The customer of an id or a `ref:`, as SQL."""
    return C.external_ref == ref[4:] if ref.startswith("ref:") else C.id == ref


def which_customers(actor: Actor, filter: CustomerFilter) -> list[ColumnElement[bool]]:
    """The filter as SQL, inside the caller's row rule."""
    where = [visible(actor)]
    if filter.q is not None:
        columns = (C.name, C.email, C.external_ref)
        where.append(or_(*(matches(column, filter.q) for column in columns)))
    if filter.email is not None:
        where.append(C.email == filter.email)
    if filter.external_ref is not None:
        where.append(C.external_ref == filter.external_ref)
    return where


async def customers_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, Customer]:
    """The customers that exist and that the caller may see, by id."""
    rows = await scope.fetch(_CUSTOMERS.where(C.id.in_(ids), visible(scope.actor)))
    return {row.id: _customer(row) for row in rows}


async def customer(scope: Scope, ref: Id) -> Customer:
    """One customer by id or `ref:`; one that the caller may not see is not there."""
    rows = await scope.fetch(_CUSTOMERS.where(known_as(ref), visible(scope.actor)))
    if not rows:
        raise NotFound(f"There is no customer {ref}.", ref)
    return _customer(rows[0])
