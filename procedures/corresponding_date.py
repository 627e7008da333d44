"""When a period of months or years ends: on the corresponding date, or the last day of a month without one (202)."""

from calendar import monthrange
from datetime import date


def after_months(day: date, months: int) -> date:
    """29 February and one year: 28 February."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


def after_years(day: date, years: int) -> date:
    return after_months(day, 12 * years)
