"""An order as it is written: itself, its lines and its stock by one statement, because its levels
are locked until the commit; and as it is told, without reading it again.
"""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import ARRAY, bindparam, text

from api.domain.fields import Id, Quantity, new_id
from api.domain.money import Money
from api.domain.orders import models
from api.domain.orders.commands import PlaceOrder
from api.domain.orders.models import OrderStatus
from api.domain.orders.pricing import Totals
from api.domain.orders.promising import Part, allocating, book, sums
from api.domain.orders.reads import Order, OrderLine, progress
from api.domain.orders.service.draft import Draft, DraftLine
from api.domain.scope import Scope
from api.domain.statements import Statement

_ORDER = (
    "id",
    "source",
    "external_ref",
    "customer_id",
    "status",
    "currency",
    "note",
    "subtotal",
    "discount_total",
    "total",
    "placed_by",
)
_LINE = (
    "id",
    "position",
    "item_id",
    "sku",
    "name",
    "track_stock",
    "quantity",
    "unit_price",
    "discount",
    "subtotal",
    "discount_amount",
    "total",
    "allocated",
)
# Put together from these names alone (S608).
_STEPS = f"""
    placed AS (
        INSERT INTO orders ({", ".join(_ORDER)})
        VALUES ({", ".join(f":order_{name}" for name in _ORDER)})
        RETURNING number, placed_at
    ), lined AS (
        INSERT INTO order_lines (order_id, {", ".join(_LINE)})
        SELECT :order_id, line.*
        FROM unnest({", ".join(f":line_{name}" for name in _LINE)}) AS line
    )
"""  # noqa: S608
_ANSWER = "SELECT number, placed_at FROM placed"
_PARAMETERS = [
    *(bindparam(f"order_{name}", type_=models.Order.__table__.c[name].type) for name in _ORDER),
    *(
        bindparam(f"line_{name}", type_=ARRAY(models.OrderLine.__table__.c[name].type))
        for name in _LINE
    ),
]
_WITH_STOCK = allocating(f"{_STEPS},", _ANSWER, _PARAMETERS)
_WITHOUT_STOCK = Statement(text(f"WITH {_STEPS} {_ANSWER}").bindparams(*_PARAMETERS))


async def write(
    scope: Scope,
    command: PlaceOrder,
    new: Draft,
    taken: Sequence[tuple[DraftLine, int]],
    totals: Sequence[Totals],
    parts: Sequence[Part],
) -> Order:
    """Write an order with the lines that it got, and book its stock; what a later read gives."""
    about = _about(scope, command, new, Totals.of(totals))
    allocated = sums((part.line_id, part.quantity) for part in parts)
    lines = [
        _line(about["id"], new.currency, line, quantity, costs, allocated.get(line.id, 0))
        for (line, quantity), costs in zip(taken, totals, strict=True)
    ]
    values = {f"order_{name}": _value(value) for name, value in about.items()}
    values |= {f"line_{name}": [_value(getattr(line, name)) for line in lines] for name in _LINE}
    if parts:
        rows = await book(scope, about["id"], parts, _WITH_STOCK, values)
    else:
        rows = await scope.write(_WITHOUT_STOCK, values)
    return Order(
        **about,
        number=rows[0]["number"],
        placed_at=rows[0]["placed_at"],
        completed_at=None,
        cancelled_at=None,
        cancel_reason=None,
        version=1,
        fulfillment_status=progress(lines),
        lines=lines,
    )


def _about(scope: Scope, command: PlaceOrder, new: Draft, whole: Totals) -> dict[str, Any]:
    """The fields that an order is written with."""
    return {
        "id": new_id("order"),
        "source": new.source,
        "external_ref": command.external_ref,
        "customer_id": new.customer_id,
        "status": OrderStatus.PLACED,
        "currency": new.currency,
        "note": command.note,
        "subtotal": Money.of(whole.subtotal, new.currency),
        "discount_total": Money.of(whole.discount, new.currency),
        "total": Money.of(whole.total, new.currency),
        "placed_by": scope.actor.user_id,
    }


def _line(
    order_id: Id, currency: str, line: DraftLine, quantity: int, costs: Totals, allocated: int
) -> OrderLine:
    item = line.item
    return OrderLine(
        id=line.id,
        order_id=order_id,
        position=line.position,
        item_id=item.id,
        sku=item.sku,
        name=item.name,
        track_stock=item.track_stock,
        quantity=Quantity(quantity),
        unit_price=Money.of(line.unit_price, currency),
        discount=_shortest(line.asked.discount),
        subtotal=Money.of(costs.subtotal, currency),
        discount_amount=Money.of(costs.discount, currency),
        total=Money.of(costs.total, currency),
        allocated=Quantity(allocated),
        fulfilled=Quantity(0),
        cancelled=Quantity(0),
        backordered=Quantity(quantity - allocated if item.track_stock else 0),
    )


def _shortest(fraction: Decimal) -> Decimal:
    """As a column is read: without zeros at the end."""
    return Decimal(format(fraction.normalize(), "f"))


def _value(field: Any) -> Any:
    """A field as its column takes it."""
    return Decimal(field.amount) if isinstance(field, Money) else field
