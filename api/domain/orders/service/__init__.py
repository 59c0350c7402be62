"""What can be done with orders."""

from api.domain.orders.service.allocate import allocate_order
from api.domain.orders.service.cancel import cancel_order
from api.domain.orders.service.fulfill import fulfill_order
from api.domain.orders.service.place import place_order
from api.domain.orders.service.place_many import order_bulk_place
from api.domain.orders.service.read import (
    allocations_of_lines,
    fulfillments_by_id,
    fulfillments_of_orders,
    get_order,
    list_fulfillments,
    list_orders,
    orders_by_id,
)

__all__ = [
    "allocate_order",
    "allocations_of_lines",
    "cancel_order",
    "fulfill_order",
    "fulfillments_by_id",
    "fulfillments_of_orders",
    "get_order",
    "list_fulfillments",
    "list_orders",
    "order_bulk_place",
    "orders_by_id",
    "place_order",
]
