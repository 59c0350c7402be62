"""The query strings of the catalog's lists."""

from api.domain.catalog.commands import CategoryFilter, ItemFilter
from rest.paging import ListQuery


class CategoryQuery(ListQuery, CategoryFilter):
    """Filter, order and window of categories."""


class ItemQuery(ListQuery, ItemFilter):
    """Filter, order and window of items."""
