"""What an order costs."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.domain.errors import ValidationFailed
from api.domain.money import minor_digits, rounded
from api.domain.orders.commands import OrderDiscount
from api.domain.orders.pricing import Priced, Totals, spread, totals_of_lines

prices = st.decimals("0", "99999.9999", places=4)
fractions = st.decimals("0", "1", places=6)
lines = st.lists(
    st.builds(Priced, st.integers(1, 100_000), prices, fractions), min_size=1, max_size=30
)
currencies = st.sampled_from(["EUR", "JPY", "KWD"])


def percent(fraction: str) -> OrderDiscount:
    return OrderDiscount.model_validate({"percent": fraction})


def fixed(amount: str, currency: str = "EUR") -> OrderDiscount:
    return OrderDiscount.model_validate({"amount": {"amount": amount, "currency": currency}})


def line(price: str, quantity: int = 1, discount: str = "0") -> Priced:
    return Priced(quantity, Decimal(price), Decimal(discount))


def test_half_a_cent_goes_to_the_even_cent_at_the_line() -> None:
    totals = totals_of_lines([line("0.125"), line("0.135"), line("0.125", 3)], None, "EUR")

    assert [str(each.total) for each in totals] == ["0.12", "0.14", "0.38"]


def test_a_discount_is_taken_before_the_line_is_rounded_and_only_once() -> None:
    (only,) = totals_of_lines([line("9.99", 3, "0.1")], None, "EUR")

    assert (only.subtotal, only.total) == (Decimal("29.97"), Decimal("26.97"))


def test_yen_have_no_cents_and_dinars_have_a_thousand() -> None:
    assert totals_of_lines([line("10.5")], None, "JPY")[0].total == Decimal(10)
    assert totals_of_lines([line("10.5005")], None, "KWD")[0].total == Decimal("10.500")


def test_ten_euros_off_three_equal_lines_leave_no_cent_behind() -> None:
    totals = totals_of_lines([line("20")] * 3, fixed("10"), "EUR")

    assert [str(each.discount) for each in totals] == ["3.34", "3.33", "3.33"]


def test_the_odd_cent_goes_to_the_line_that_lost_most_by_rounding() -> None:
    shares = spread(Decimal("0.05"), [Decimal("1.00"), Decimal("2.00"), Decimal("3.00")], 2)

    assert [str(share) for share in shares] == ["0.01", "0.02", "0.02"]


def test_the_whole_price_can_be_waived() -> None:
    assert Totals.of(totals_of_lines([line("7.77", 3)], percent("1"), "EUR")).total == 0
    assert Totals.of(totals_of_lines([line("0")], percent("0.5"), "EUR")).total == 0


@pytest.mark.parametrize(
    ("discount", "code"),
    [
        (fixed("10.01"), "out_of_range"),
        (fixed("1", "USD"), "currency_mismatch"),
        (fixed("0.005"), "too_precise"),
    ],
)
def test_a_fixed_discount_must_fit_the_order(discount: OrderDiscount, code: str) -> None:
    with pytest.raises(ValidationFailed) as refused:
        totals_of_lines([line("10")], discount, "EUR")
    assert [(fault.path, fault.code) for fault in refused.value.errors] == [
        (["discount", "amount"], code)
    ]


def test_what_the_books_cannot_hold_is_refused_not_cut_off() -> None:
    with pytest.raises(ValidationFailed):
        totals_of_lines([line("999999999999.9999", 1_000_000_000)], None, "EUR")
    with pytest.raises(ValidationFailed):
        totals_of_lines([line("999999999999", 99)] * 2, None, "EUR")


@given(lines, st.none() | fractions, currencies)
def test_lines_add_up_to_the_order_to_the_last_coin(
    ordered: list[Priced], off: Decimal | None, currency: str
) -> None:
    discount = None if off is None else percent(format(off, "f"))
    own = totals_of_lines(ordered, None, currency)
    totals = totals_of_lines(ordered, discount, currency)

    before, whole = Totals.of(own), Totals.of(totals)
    reduced = rounded(before.total * off, currency) if off is not None else 0
    assert whole.total == before.total - reduced == sum(each.total for each in totals)
    for priced, each in zip(ordered, totals, strict=True):
        assert each.subtotal == rounded(priced.unit_price * priced.quantity, currency)
        assert 0 <= each.discount <= each.subtotal
        assert each.total == rounded(each.total, currency)


@given(st.lists(st.integers(0, 10**9), min_size=1, max_size=40), st.fractions(0, 1), currencies)
def test_a_sum_is_dealt_out_whole_and_nobody_is_a_coin_away_from_fair(
    weights: list[int], part: object, currency: str
) -> None:
    digits = minor_digits(currency)
    over = [Decimal(weight).scaleb(-digits) for weight in weights]
    amount = Decimal(int(sum(weights) * part)).scaleb(-digits)  # type: ignore[operator]

    shares = spread(amount, over, digits)

    assert sum(shares) == amount
    coin = Decimal(1).scaleb(-digits)
    for share, own in zip(shares, over, strict=True):
        assert 0 <= share <= own
        assert sum(weights) == 0 or abs(share - amount * own / sum(over)) < coin
