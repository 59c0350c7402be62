"""Location."""

from api.domain.locations import reads
from api.domain.locations import service as locations
from graphql_schema.outputs import Node, link, output


@output
class Location(reads.Location, Node):
    parent: "Location | None" = link(locations.locations_by_id, "parent_id")
