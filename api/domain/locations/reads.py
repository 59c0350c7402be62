"""The rows of locations as both faces send them, and the statements that read them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from api.domain.asking import Asking, search
from api.domain.conditions import contains
from api.domain.errors import NotFound
from api.domain.fields import Id
from api.domain.locations.models import Location as L
from api.domain.locations.models import LocationKind
from api.domain.locations.selection import LOCATIONS as FIELDS
from api.domain.lookups import Lookup
from api.domain.paging import Listing, SortKey
from api.domain.references import ByRef
from api.domain.scope import Scope
from api.domain.selecting import Source


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


LOCATION = Source(Location, L).keyed("id")
_BY_REF = ByRef(LOCATION, L.id, L.code)
_HELD_BY_REF = ByRef(LOCATION.held(read=True), L.id, L.code)
LOCATIONS_BY_ID = Lookup(LOCATION, "id")

LOCATIONS = Listing(
    name="locations",
    source=LOCATION,
    id=L.id,
    asking=Asking(
        FIELDS, (search(contains("q", L.name, L.code), "Part of the name or the code."),)
    ),
    sortable={
        "CODE": L.code,
        "NAME": L.name,
        "PRIORITY": L.priority,
        "CREATED_AT": L.created_at,
    },
    default=(SortKey("CODE"),),
)


async def location(scope: Scope, ref: Id, *, held: bool = False) -> Location:
    """One location by id or `code:`."""
    known = await known_locations(scope, [ref], held=held)
    if ref not in known:
        raise unknown_location(ref)
    return known[ref]


def unknown_location(ref: Id) -> NotFound:
    """The refusal of a reference that leads to no location."""
    return NotFound(f"There is no location {ref}.", ref)


async def known_locations(
    scope: Scope, refs: Sequence[Id], *, held: bool = False
) -> dict[Id, Location]:
    """The locations that exist, by id or `code:`; those that are held stay as they are until this
    command ends, and are locked in id order, before any stock level.
    """
    return await (_HELD_BY_REF if held else _BY_REF).rows(scope, refs)
