"""Order, its lines, the stock promised to them, and what has left."""

from api.domain.orders import fulfillments, reads
from graphql_schema.catalog.types import Item
from graphql_schema.customers.types import Customer
from graphql_schema.locations.types import Location
from graphql_schema.money import Money
from graphql_schema.outputs import Node, link, output


@output
class Allocation(fulfillments.Allocation):
    location: Location | None = link()


@output
class OrderLine(reads.OrderLine):
    unit_price: Money
    subtotal: Money
    discount_amount: Money
    total: Money
    item: Item | None = link()
    allocations: list[Allocation] = link()


@output
class FulfillmentLine(fulfillments.FulfillmentLine):
    item: Item | None = link()


@output
class Fulfillment(fulfillments.Fulfillment, Node):
    lines: list[FulfillmentLine]
    order: "Order | None" = link()
    location: Location | None = link()


@output
class Order(reads.Order, Node):
    subtotal: Money
    discount_total: Money
    total: Money
    lines: list[OrderLine]
    customer: Customer | None = link()
    fulfillments: list[Fulfillment] = link()
