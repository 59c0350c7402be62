"""The rows of locations as both faces send them, and the statements that read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Row, or_, select

from api.domain.base import matches
from api.domain.errors import NotFound
from api.domain.fields import Id
from api.domain.locations.commands import LocationFilter
from api.domain.locations.models import Location as L
from api.domain.locations.models import LocationKind
from api.domain.paging import Listing, SortKey
from api.domain.references import any_case, rows_by_ref
from api.domain.scope import Scope


@dataclass(slots=True)
class Location:
    """A place, which holds stock or groups other places."""

    id: Id
    code: str
    name: str
    kind: LocationKind
    parent_id: Id | None
    holds_stock: bool
    sellable: bool
    priority: int
    archived_at: datetime | None
    version: int
    created_at: datetime


def _location(row: Row[Any]) -> Location:
    return Location(
        id=row.id,
        code=row.code,
        name=row.name,
        kind=row.kind,
        parent_id=row.parent_id,
        holds_stock=row.holds_stock,
        sellable=row.sellable,
        priority=row.priority,
        archived_at=row.archived_at,
        version=row.version,
        created_at=row.created_at,
    )


_LOCATIONS = select(*L.__table__.columns)

LOCATIONS = Listing(
    name="locations",
    statement=_LOCATIONS,
    row=_location,
    id=L.__table__.c.id,
    sortable={
        "CODE": L.__table__.c.code,
        "NAME": L.__table__.c.name,
        "PRIORITY": L.__table__.c.priority,
        "CREATED_AT": L.__table__.c.created_at,
    },
    default=(SortKey("CODE"),),
)


def which_locations(filter: LocationFilter) -> list[ColumnElement[bool]]:
    """The filter as SQL."""
    where: list[ColumnElement[bool]] = []
    if filter.q is not None:
        where.append(or_(matches(L.name, filter.q), matches(L.code, filter.q)))
    if filter.code is not None:
        where.append(any_case(L.code, filter.code))
    if filter.kind is not None:
        where.append(L.kind.in_(filter.kind))
    if filter.parent_id is not None:
        where.append(L.parent_id == filter.parent_id)
    if filter.is_root is not None:
        where.append(L.parent_id.is_(None) if filter.is_root else L.parent_id.is_not(None))
    if filter.sellable is not None:
        where.append(L.sellable.is_(filter.sellable))
    if filter.is_archived is not None:
        archived = L.archived_at.is_not(None) if filter.is_archived else L.archived_at.is_(None)
        where.append(archived)
    return where


async def locations_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, Location]:
    """The locations that exist, by id."""
    rows = await scope.fetch(_LOCATIONS.where(L.id.in_(ids)))
    return {row.id: _location(row) for row in rows}


async def location(scope: Scope, ref: Id, *, held: bool = False) -> Location:
    """One location by id or `code:`."""
    known = await known_locations(scope, [ref], held=held)
    if ref not in known:
        raise NotFound(f"There is no location {ref}.", ref)
    return known[ref]


async def known_locations(
    scope: Scope, refs: Sequence[Id], *, held: bool = False
) -> dict[Id, Location]:
    """The locations that exist, by id or `code:`; those that are held stay as they are until this
    command ends, and are locked in id order, before any stock level.
    """
    places = _LOCATIONS.with_for_update(read=True) if held else _LOCATIONS
    rows = await rows_by_ref(scope, places, L.id, L.code, refs)
    return {ref: _location(row) for ref, row in rows.items()}
