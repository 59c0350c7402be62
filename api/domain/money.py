"""Money: exact decimals with a currency, as text on the wire."""

from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from functools import lru_cache
from typing import Annotated

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from api.domain.fields import Amount, Currency, CurrencyCode, Strict


@lru_cache
def minor_digits(currency: str) -> int:
    """How many decimals the currency's smallest coin has (ISO 4217); raises ValueError for an
    unknown code.
    """
    from iso4217 import Currency as Iso4217  # reads a large file of XML

    exponent = Iso4217(currency).exponent
    return 2 if exponent is None else exponent


def _known(currency: Currency) -> Currency:
    try:
        minor_digits(currency)
    except ValueError:
        raise PydanticCustomError("unknown_currency", "Not a currency of ISO 4217.") from None
    return currency


KnownCurrency = Annotated[CurrencyCode, AfterValidator(_known)]


def rounded(amount: Decimal, currency: str) -> Decimal:
    """The amount in whole minor units, half to even."""
    return amount.quantize(Decimal(1).scaleb(-minor_digits(currency)), ROUND_HALF_EVEN)


@dataclass(slots=True)
class Money:
    """An amount as decimal text, never with fewer decimals than the currency's coins."""

    amount: str
    currency: Currency

    @staticmethod
    def read(amount: str | None, currency: str | None) -> "Money | None":
        """Money from the text of a column without trailing zeros; one that is often read is shared,
        so nobody may change it.
        """
        return None if amount is None or currency is None else _read(amount, currency)

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> "Money":
        """Money from a column's value, without the zeros that only the column's scale put there."""
        digits = minor_digits(currency)
        text = format(amount.normalize(), "f")
        decimals = len(text.partition(".")[2])
        return cls(
            text if decimals >= digits else format(amount, f".{digits}f"), Currency(currency)
        )


@lru_cache(maxsize=10_000)
def _read(amount: str, currency: str) -> Money:
    digits, decimals = minor_digits(currency), len(amount.partition(".")[2])
    if decimals < digits:
        amount = f"{amount}{'' if decimals else '.'}{'0' * (digits - decimals)}"
    return Money(amount, Currency(currency))


class MoneyInput(Strict):
    """A price or a fixed sum in a command."""

    amount: Amount
    currency: KnownCurrency
