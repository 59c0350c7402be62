"""Money."""

from api.domain import money
from graphql_schema.outputs import output


@output
class Money(money.Money):
    pass
