"""The root fields of orders."""

import strawberry

from api.domain.orders import service
from graphql_schema.bulk import Bulk
from graphql_schema.commands import mutation, query
from graphql_schema.orders.types import Fulfillment, Order
from graphql_schema.paging import connection


@strawberry.type
class OrderQueries:
    order = query(service.get_order, Order)
    orders = connection(service.list_orders, Order)
    fulfillments = connection(service.list_fulfillments, Fulfillment)


@strawberry.type
class OrderMutations:
    place_order = mutation(service.place_order, Order)
    order_bulk_place = mutation(service.order_bulk_place, Bulk[Order])
    cancel_order = mutation(service.cancel_order, Order)
    fulfill_order = mutation(service.fulfill_order, Order)
    allocate_order = mutation(service.allocate_order, Order)
