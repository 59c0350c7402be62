"""The query string of the list of customers."""

from api.domain.customers.commands import CustomerFilter
from rest.paging import ListQuery


class CustomerQuery(ListQuery, CustomerFilter):
    """Filter, order and window of customers."""
