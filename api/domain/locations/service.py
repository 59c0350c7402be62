"""What can be done with locations."""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import func

from api.domain.actors import Permission
from api.domain.asking import Which
from api.domain.bulk import Bulk, BulkOf, one_by_one
from api.domain.errors import Conflict
from api.domain.fields import Id, LocationRef
from api.domain.locations import models, reads
from api.domain.locations.commands import CreateLocation, UpdateLocation, UpsertLocation
from api.domain.locations.errors import LocationNotEmpty
from api.domain.locations.events import LocationArchived, LocationCreated, LocationUpdated
from api.domain.locations.models import LocationKind
from api.domain.locations.reads import Location
from api.domain.operations import Key, Kind, operation
from api.domain.paging import Page, Window
from api.domain.scope import Scope
from api.domain.sqlstates import on_constraint, unique
from api.domain.upserting import Keyed

unique("uq_locations_code", "code", "Another location has this code.")
on_constraint(
    "ck_locations_not_its_own_parent", lambda: Conflict("It would come to stand inside itself.")
)
on_constraint(
    "location_is_empty", lambda: LocationNotEmpty("There is still stock here: move it out first.")
)

_KEYED = Keyed("location", models.Location, models.Location.code, "code", longest=40, any_case=True)
NOT_FOR_SALE = (LocationKind.TRANSIT, LocationKind.EXTERNAL)


@operation(Kind.QUERY, Permission.STOCK_READ, listing=reads.LOCATIONS)
async def list_locations(scope: Scope, which: Which, window: Window) -> Page[Location]:
    """Locations, by code unless asked otherwise."""
    return await reads.LOCATIONS.page(scope, which, window)


@operation(Kind.QUERY, Permission.STOCK_READ)
async def get_location(scope: Scope, location_id: LocationRef) -> Location:
    """One location, by id or `code:`."""
    return await reads.location(scope, location_id)


@operation(Kind.BULK, Permission.STOCK_READ, lookup=reads.LOCATIONS_BY_ID)
async def locations_by_id(scope: Scope, ids: Sequence[Id]) -> dict[Id, Location]:
    """Locations for links."""
    return await reads.LOCATIONS_BY_ID.one_each(scope, ids)


@operation(Kind.COMMAND, Permission.CATALOG_WRITE)
async def create_location(scope: Scope, command: CreateLocation) -> Location:
    """Add a place."""
    values = await _described(scope, command)
    row = models.Location(**values)
    scope.session.add(row)
    await scope.session.flush()
    scope.announce(LocationCreated(row.id, row.code))
    return await reads.location(scope, row.id)


@operation(Kind.COMMAND, Permission.CATALOG_WRITE, key=Key.REQUIRED)
async def location_bulk_create(scope: Scope, command: BulkOf[CreateLocation]) -> Bulk[Location]:
    """Add places; a row may stand inside an earlier one."""
    return await one_by_one(scope, command, create_location)


@operation(Kind.COMMAND, Permission.CATALOG_WRITE, versioned=True)
async def update_location(
    scope: Scope, location_id: LocationRef, command: UpdateLocation
) -> Location:
    """Change what is named, and only that; a place with stock cannot stop holding stock."""
    known = await reads.location(scope, location_id)
    row = await scope.lock(models.Location, known.id, "location")
    for name, value in (await _with_parent(scope, command.model_dump())).items():
        setattr(row, name, value)
    await scope.session.flush()
    scope.announce(LocationUpdated(row.id, row.version))
    return await reads.location(scope, row.id)


@operation(Kind.COMMAND, Permission.CATALOG_WRITE, upserts=True)
async def upsert_location(
    scope: Scope, location_id: LocationRef, command: UpsertLocation
) -> Location:
    """Create the place of a `code:`, at version 1, or replace what is there."""
    known = None if ":" in location_id else (await reads.location(scope, location_id)).id
    values = await _described(scope, command)
    key = _KEYED.key_put(location_id, values.pop("code", None))
    id, version = await _KEYED.put(scope, known, key, values)
    place = await reads.location(scope, id)
    new = version == 1
    scope.announce(LocationCreated(id, place.code) if new else LocationUpdated(id, version))
    return place


@operation(Kind.COMMAND, Permission.CATALOG_WRITE, versioned=True)
async def archive_location(scope: Scope, location_id: LocationRef) -> Location:
    """Close a place that has no stock; its history stays. Archiving twice changes nothing."""
    known = await reads.location(scope, location_id)
    row = await scope.lock(models.Location, known.id, "location")
    if row.archived_at is not None:
        scope.session.expire(row)  # the version that the lock counted up goes down again
        return await reads.location(scope, known.id)
    row.archived_at = func.clock_timestamp()  # the database's clock
    scope.announce(LocationArchived(known.id))
    await scope.session.flush()
    return await reads.location(scope, row.id)


async def _described(scope: Scope, command: CreateLocation) -> dict[str, Any]:
    values = await _with_parent(scope, command.model_dump())
    if values["sellable"] is None:
        values["sellable"] = command.kind not in NOT_FOR_SALE
    return values


async def _with_parent(scope: Scope, values: dict[str, Any]) -> dict[str, Any]:
    if values.get("parent_id") is not None:
        values["parent_id"] = (await reads.location(scope, values["parent_id"])).id
    return values
