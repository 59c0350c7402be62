"""The query string of the list of locations."""

from api.domain.locations.commands import LocationFilter
from rest.paging import ListQuery


class LocationQuery(ListQuery, LocationFilter):
    """Filter, order and window of locations."""
