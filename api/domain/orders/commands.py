"""What may be asked about orders."""

from decimal import Decimal
from typing import Annotated, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from api.domain.bulk import BulkOf, Row
from api.domain.customers.commands import ExternalRef
from api.domain.fields import (
    Code,
    CustomerRef,
    Fraction,
    ItemRef,
    Line,
    Name,
    Note,
    OrderLineId,
    Strict,
    Units,
)
from api.domain.money import KnownCurrency, MoneyInput

MAX_LINES = 500
MAX_ORDERS = 100


class PlaceOrderLine(Strict):
    """A quantity of one item; the same item may stand on several lines."""

    item_id: ItemRef
    quantity: Units
    unit_price: MoneyInput | None = Field(
        None, description="Staff only; without it, the item's price now."
    )
    discount: Fraction = Field(
        Decimal(0), description="Staff only; '0.15' takes 15 % off the line."
    )


class OrderDiscount(Strict):
    """Off the whole order, after the discounts of its lines: a fraction or a fixed sum."""

    percent: Fraction | None = Field(None, description="A fraction: '0.1' takes 10 % off.")
    amount: MoneyInput | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.percent is None) == (self.amount is None):
            raise PydanticCustomError("contradiction", "Send percent or amount, one of them.")
        return self


class PlaceOrder(Strict):
    """An order to place; its prices are frozen, and stock is promised to it at once."""

    lines: Annotated[list[PlaceOrderLine], Field(min_length=1, max_length=MAX_LINES)]
    customer_id: CustomerRef | None = Field(
        None, description="Staff may name any customer or none; a customer orders for itself."
    )
    source: Code | None = Field(
        None, description="Staff only: the system that `external_ref` belongs to."
    )
    external_ref: ExternalRef | None = Field(
        None, description="The order's key in its source, which can be used once."
    )
    currency: KnownCurrency | None = Field(
        None, description="Refuses the order if its prices are in another currency."
    )
    discount: OrderDiscount | None = Field(None, description="Staff only.")
    note: Note | None = None
    allow_partial: bool = Field(
        False,
        description="Where stock is short, shorten the lines to what there is and leave out"
        " those with nothing, instead of refusing the order.",
    )


class PlaceOrders(BulkOf[PlaceOrder]):
    """Orders in the order in which they are promised stock."""

    items: list[Row[PlaceOrder]] = Field(min_length=1, max_length=MAX_ORDERS)


class CancelOrder(Strict):
    """Why an order is given up."""

    reason: Line | None = None


class FulfillOrderLine(Strict):
    """How much of a line leaves now."""

    line_id: OrderLineId
    quantity: Units


class FulfillOrder(Strict):
    """What leaves now: the lines named, or all that is allocated."""

    lines: Annotated[list[FulfillOrderLine], Field(min_length=1, max_length=MAX_LINES)] | None = (
        None
    )
    tracking: Name | None = Field(None, description="The carrier's number of the parcel.")
