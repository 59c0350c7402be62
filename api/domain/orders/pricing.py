"""What an order costs: exact to the smallest coin, on every line and in the sum."""

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from api.domain.errors import ValidationFailed
from api.domain.money import minor_digits, rounded
from api.domain.orders.commands import OrderDiscount

TOO_MUCH = Decimal(10) ** 14  # the first sum that the books' columns cannot hold


@dataclass(frozen=True, slots=True)
class Priced:
    """A line's quantity, what one unit costs, and the fraction taken off."""

    quantity: int
    unit_price: Decimal
    discount: Decimal = Decimal(0)


@dataclass(frozen=True, slots=True)
class Totals:
    """Before discounts, the discounts, and what is left to pay; of a line or of an order."""

    subtotal: Decimal
    discount: Decimal

    @property
    def total(self) -> Decimal:
        """What is left to pay."""
        return self.subtotal - self.discount

    @classmethod
    def of(cls, parts: Sequence["Totals"]) -> "Totals":
        """The sum."""
        none = Decimal(0)
        return cls(
            sum((part.subtotal for part in parts), none),
            sum((part.discount for part in parts), none),
        )


def totals_of_lines(
    lines: Sequence[Priced], discount: OrderDiscount | None, currency: str
) -> list[Totals]:
    """Each line rounded half to even by itself, then its share of the order's discount off."""
    own = [_line(n, line, currency) for n, line in enumerate(lines)]
    whole = Totals.of(own)
    if whole.subtotal >= TOO_MUCH:
        raise ValidationFailed.at(
            ["lines"], "too_much", "The order costs more than books can hold."
        )
    if discount is None:
        return own
    shares = spread(
        _off(discount, whole.total, currency), [line.total for line in own], minor_digits(currency)
    )
    return [
        Totals(line.subtotal, line.discount + share)
        for line, share in zip(own, shares, strict=True)
    ]


def spread(amount: Decimal, over: Sequence[Decimal], digits: int) -> list[Decimal]:
    """An amount dealt out in proportion, to the last coin: by largest remainder, then in order."""
    coins, weights = _coins(amount, digits), [_coins(part, digits) for part in over]
    whole = sum(weights)
    if whole == 0:
        return [Decimal(0)] * len(weights)
    shares = [coins * weight // whole for weight in weights]
    by_remainder = sorted(range(len(weights)), key=lambda n: -(coins * weights[n] % whole))
    for n in by_remainder[: coins - sum(shares)]:
        shares[n] += 1
    return [Decimal(share).scaleb(-digits) for share in shares]


def _line(n: int, line: Priced, currency: str) -> Totals:
    full = line.unit_price * line.quantity
    if full >= TOO_MUCH:
        message = "The line costs more than books can hold."
        raise ValidationFailed.at(["lines", n, "quantity"], "too_much", message)
    subtotal = rounded(full, currency)
    return Totals(subtotal, subtotal - rounded(full * (1 - line.discount), currency))


def _off(discount: OrderDiscount, total: Decimal, currency: str) -> Decimal:
    """What the whole order is reduced by."""
    fixed = discount.amount
    if fixed is None:
        return rounded(total * (discount.percent or 0), currency)
    if fixed.currency != currency:
        fault, message = "currency_mismatch", f"The order is in {currency}, not {fixed.currency}."
    elif fixed.amount != rounded(fixed.amount, currency):
        fault, message = "too_precise", f"{currency} has {minor_digits(currency)} decimals."
    elif fixed.amount > total:
        fault, message = "out_of_range", f"The order costs {total}, less than this discount."
    else:
        return fixed.amount
    raise ValidationFailed.at(["discount", "amount"], fault, message)


def _coins(amount: Decimal, digits: int) -> int:
    return int(amount.scaleb(digits))
