"""/v1/locations."""

from api.domain.bulk import Bulk, BulkOf, BulkRefused
from api.domain.errors import Conflict, Duplicate, NotFound
from api.domain.fields import LocationRef
from api.domain.locations import service as places
from api.domain.locations.commands import CreateLocation, UpdateLocation, UpsertLocation
from api.domain.locations.errors import LocationNotEmpty
from api.domain.locations.reads import Location
from rest.doors import ReaderDep, WriterDep
from rest.lists import lists
from rest.problems import refusals
from rest.routes import area, created

locations = area("/locations", "locations")


lists(locations, places.list_locations)


@locations.get("/{location_id}", responses=refusals(NotFound))
async def get_location(reader: ReaderDep, location_id: LocationRef) -> Location:
    """One location, by id or `code:`."""
    return await reader.run(places.get_location, location_id)


@locations.post("", status_code=201, responses=refusals(NotFound, Duplicate))
async def create_location(writer: WriterDep, command: CreateLocation) -> Location:
    """Add a place."""
    return await writer.run(places.create_location, command)


@locations.post("/bulk", responses=refusals(BulkRefused))
async def location_bulk_create(
    writer: WriterDep, command: BulkOf[CreateLocation]
) -> Bulk[Location]:
    """Add up to 500 places, those outside first; needs an `Idempotency-Key`."""
    return await writer.run(places.location_bulk_create, command)


@locations.put(
    "/{location_id}",
    responses=refusals(NotFound, Duplicate, Conflict, LocationNotEmpty) | created(Location),
)
async def upsert_location(
    writer: WriterDep, location_id: LocationRef, command: UpsertLocation
) -> Location:
    """Create the place of a `code:` (201), or replace what is there (200)."""
    return await writer.run(places.upsert_location, location_id, command)


@locations.patch(
    "/{location_id}", responses=refusals(NotFound, Duplicate, Conflict, LocationNotEmpty)
)
async def update_location(
    writer: WriterDep, location_id: LocationRef, command: UpdateLocation
) -> Location:
    """Change what is named, and only that."""
    return await writer.run(places.update_location, location_id, command)


@locations.post("/{location_id}/archive", responses=refusals(NotFound, LocationNotEmpty))
async def archive_location(writer: WriterDep, location_id: LocationRef) -> Location:
    """Close a place that has no stock."""
    return await writer.run(places.archive_location, location_id)
