"""The price of a buy-back is exact to the cent, never more than was paid, and its months follow the calendar."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from after_care.decide.depreciation import reckon, to_the_cent, whole_months
from hypothesis import given, settings
from hypothesis import strategies as st

money = st.decimals(Decimal("0.01"), Decimal("9999999.99"), places=2)
days = st.dates(date(2025, 1, 1), date(2120, 12, 31))
rates = st.sampled_from([Decimal(rate) for rate in ("0", "0.01", "0.02", "0.0143", "0.5")])


@pytest.mark.parametrize(
    ("since", "until", "months"),
    [
        (date(2026, 1, 15), date(2026, 2, 14), 0),
        (date(2026, 1, 15), date(2026, 2, 15), 1),
        (date(2026, 1, 31), date(2026, 2, 28), 1),
        (date(2024, 2, 29), date(2025, 2, 27), 11),
        (date(2024, 2, 29), date(2025, 2, 28), 12),
        (date(2024, 2, 29), date(2028, 2, 28), 47),
        (date(2024, 2, 29), date(2028, 2, 29), 48),
        (date(2026, 5, 1), date(2026, 4, 1), 0),
    ],
)
def test_a_month_ends_on_the_corresponding_date(since: date, until: date, months: int) -> None:
    assert whole_months(since, until) == months


@settings(deadline=None)
@given(money, rates, days, st.integers(0, 40_000))
def test_the_lines_add_up_to_the_cent(original: Decimal, rate: Decimal, since: date, later: int) -> None:
    today = min(since + timedelta(days=later), date(2199, 1, 1))
    lines, price = reckon(original, rate, since, today)
    first, lost = (line.amount for line in lines)
    assert first == original
    assert first - lost == price
    assert Decimal(0) <= price <= original
    assert price == price.quantize(Decimal("0.01"))
    exact = min(Fraction(original) * Fraction(rate) * whole_months(since, today) / 12, Fraction(original))
    assert abs(Fraction(lost) - exact) <= Fraction(1, 200)


@given(money, rates, days, st.integers(0, 20_000), st.integers(0, 2_000))
def test_a_home_is_never_worth_more_later(
    original: Decimal, rate: Decimal, since: date, early: int, more: int
) -> None:
    sooner, later = since + timedelta(days=early), since + timedelta(days=early + more)
    one, other = (reckon(original, rate, since, day)[1] for day in (sooner, later))
    assert other <= one


@pytest.mark.parametrize(
    ("amount", "cents"), [("1/200", "0.00"), ("3/200", "0.02"), ("1/3", "0.33"), ("2/3", "0.67"), ("7", "7.00")]
)
def test_half_a_cent_goes_to_the_even_one(amount: str, cents: str) -> None:
    assert to_the_cent(Fraction(amount)) == Decimal(cents)
