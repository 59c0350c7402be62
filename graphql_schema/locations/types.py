"""Location."""

from api.domain.locations import reads
from graphql_schema.outputs import Node, link, output


@output
class Location(reads.Location, Node):
    parent: "Location | None" = link()
