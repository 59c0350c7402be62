"""Customer."""

from api.domain.customers import reads
from graphql_schema.outputs import Node, output


@output
class Customer(reads.Customer, Node):
    pass
