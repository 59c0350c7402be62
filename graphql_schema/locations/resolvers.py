"""The root fields of locations."""

import strawberry

from api.domain.locations import service as locations
from graphql_schema.bulk import Bulk
from graphql_schema.commands import mutation, query
from graphql_schema.locations.types import Location
from graphql_schema.paging import connection


@strawberry.type
class LocationQueries:
    location = query(locations.get_location, Location)
    locations = connection(locations.list_locations, Location)


@strawberry.type
class LocationMutations:
    create_location = mutation(locations.create_location, Location)
    location_bulk_create = mutation(locations.location_bulk_create, Bulk[Location])
    upsert_location = mutation(locations.upsert_location, Location)
    update_location = mutation(locations.update_location, Location)
    archive_location = mutation(locations.archive_location, Location)
