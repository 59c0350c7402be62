"""What is announced about customers."""

from dataclasses import dataclass

from api.domain.events import Event


@dataclass(frozen=True, slots=True)
class CustomerCreated(Event):
    """There is a new customer."""

    name = "customer.created"


@dataclass(frozen=True, slots=True)
class CustomerUpdated(Event):
    """A customer's name, address or reference changed."""

    name = "customer.updated"
    version: int
