"""What orders announce."""

from dataclasses import dataclass

from api.domain.events import Event
from api.domain.fields import Id


@dataclass(frozen=True, slots=True)
class OrderPlaced(Event):
    """An order was placed, and stock promised to it."""

    name = "order.placed"
    customer_id: Id | None
    external_ref: str | None


@dataclass(frozen=True, slots=True)
class OrderFulfilled(Event):
    """A part of an order, or all of it, left."""

    name = "order.fulfilled"
    fulfillment_ids: list[Id]


@dataclass(frozen=True, slots=True)
class OrderCompleted(Event):
    """Nothing more will leave for this order: what was not fulfilled is cancelled."""

    name = "order.completed"


@dataclass(frozen=True, slots=True)
class OrderCancelled(Event):
    """An order was given up before anything of it left."""

    name = "order.cancelled"
    reason: str | None
