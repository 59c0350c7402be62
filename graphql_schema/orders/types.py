"""Order, its lines, the stock promised to them, and what has left."""

from api.domain.catalog import service as catalog
from api.domain.customers import service as customers
from api.domain.locations import service as locations
from api.domain.orders import fulfillments, reads
from api.domain.orders import service as orders
from graphql_schema.catalog.types import Item
from graphql_schema.customers.types import Customer
from graphql_schema.locations.types import Location
from graphql_schema.money import Money
from graphql_schema.outputs import Node, link, links, output


@output
class Allocation(fulfillments.Allocation):
    location: Location | None = link(locations.locations_by_id, "location_id")


@output
class OrderLine(reads.OrderLine):
    unit_price: Money
    subtotal: Money
    discount_amount: Money
    total: Money
    item: Item | None = link(catalog.items_by_id, "item_id")
    allocations: list[Allocation] = links(orders.allocations_of_lines)


@output
class FulfillmentLine(fulfillments.FulfillmentLine):
    item: Item | None = link(catalog.items_by_id, "item_id")


@output
class Fulfillment(fulfillments.Fulfillment, Node):
    lines: list[FulfillmentLine]
    order: "Order | None" = link(orders.orders_by_id, "order_id")
    location: Location | None = link(locations.locations_by_id, "location_id")


@output
class Order(reads.Order, Node):
    subtotal: Money
    discount_total: Money
    total: Money
    lines: list[OrderLine]
    customer: Customer | None = link(customers.customers_by_id, "customer_id")
    fulfillments: list[Fulfillment] = links(orders.fulfillments_of_orders)
