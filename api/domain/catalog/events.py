"""What the catalog announces."""

from dataclasses import dataclass

from api.domain.events import Event


@dataclass(frozen=True, slots=True)
class ItemCreated(Event):
    """An item entered the catalog."""

    name = "item.created"
    sku: str


@dataclass(frozen=True, slots=True)
class ItemUpdated(Event):
    """An item's description, price or rules changed."""

    name = "item.updated"
    version: int


@dataclass(frozen=True, slots=True)
class ItemArchived(Event):
    """An item is no longer sold."""

    name = "item.archived"
