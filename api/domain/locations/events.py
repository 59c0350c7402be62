"""What locations announce."""

from dataclasses import dataclass

from api.domain.events import Event


@dataclass(frozen=True, slots=True)
class LocationCreated(Event):
    """There is a new place."""

    name = "location.created"
    code: str


@dataclass(frozen=True, slots=True)
class LocationUpdated(Event):
    """A place's description or rules changed."""

    name = "location.updated"
    version: int


@dataclass(frozen=True, slots=True)
class LocationArchived(Event):
    """A place is no longer used."""

    name = "location.archived"
