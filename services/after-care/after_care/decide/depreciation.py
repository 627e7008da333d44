"""The price of a buy-back: the original price less depreciation, exact to the cent, line by line (Art. 28). Pure."""

from datetime import date, timedelta
from decimal import Decimal
from fractions import Fraction

from contracts.events.after_care import Line
from procedures.hainan_2025.pages.reckoned import STRAIGHT_LINE


def whole_months(since: date, until: date) -> int:
    """By corresponding dates: a month from the 31st ends on the last day of a shorter one (Civil Code 202)."""
    months = (until.year - since.year) * 12 + until.month - since.month
    last_of_month = (until + timedelta(days=1)).month != until.month
    return max(months if until.day >= since.day or last_of_month else months - 1, 0)


def reckon(original: Decimal, yearly: Decimal, since: date, today: date) -> tuple[tuple[Line, ...], Decimal]:
    """The lines, in words that notices know, and the price. Decoration is not paid."""
    months = whole_months(since, today)
    part = min(Fraction(yearly) * months / 12, Fraction(1))
    lost = to_the_cent(Fraction(original) * part)
    how = STRAIGHT_LINE.en.format(rate=yearly * 100, months=months, since=since, until=today)
    lines = Line(what="original price", amount=original), Line(what="depreciation", amount=lost, how=how)
    return lines, original - lost


def to_the_cent(amount: Fraction) -> Decimal:
    """Exact until here, then to the nearest cent, a half to the even one."""
    cents = amount * 100
    whole, rest = divmod(cents.numerator, cents.denominator)
    twice = 2 * rest - cents.denominator
    whole += 1 if twice > 0 or (twice == 0 and whole % 2) else 0
    return Decimal(whole).scaleb(-2)
