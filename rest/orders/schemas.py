"""The query strings of the lists of orders and fulfillments."""

from api.domain.orders.commands import FulfillmentFilter, OrderFilter
from rest.paging import ListQuery


class OrderQuery(ListQuery, OrderFilter):
    """Filter, order and window of orders."""


class FulfillmentQuery(ListQuery, FulfillmentFilter):
    """Filter, order and window of fulfillments."""
