"""Synthetic people: valid numbers of a wanted age, sex and place of first registration."""

from datetime import date, timedelta
from random import Random

from tests.law.idnumbers import check_character

PREFIXES = ("150303", "150303", "150303", "150302", "150304", "110105", "440524", "460106", "513022")
"""Most are born in Hainan District; the prefix decides nothing. 513022 is an abolished county."""
FOREIGN_PREFIX = "911156"


def on_same_day(day: date, year: int) -> date:
    """The birthday in another year; 29 February falls on 1 March where there is none."""
    try:
        return day.replace(year=year)
    except ValueError:
        return date(year, 3, 1)


def born_at(random: Random, age: int, day: date) -> date:
    """A birth date of somebody who is `age` on `day`; often one whose birthday is today or tomorrow."""
    latest = on_same_day(day, day.year - age)
    earliest = on_same_day(day, day.year - age - 1) + timedelta(1)
    edge = random.random()
    if edge < 0.06:
        return latest
    if edge < 0.12:
        return max(earliest, latest - timedelta(364))
    return earliest + timedelta(random.randrange((latest - earliest).days + 1))


def a_number(random: Random, born: date, *, man: bool | None = None, prefix: str | None = None) -> str:
    """A number as GB 11643 makes it."""
    order = random.randrange(1, 1000)
    if man is not None and order % 2 != man:
        order = order - 1 if order > 1 else 2
    first = f"{prefix or random.choice(PREFIXES)}{born:%Y%m%d}{order:03d}"
    return first + check_character(first)


def a_foreign_number(random: Random, born: date) -> str:
    """A foreigner's card (GA 2102): 18 digits, no X among them."""
    while (number := a_number(random, born, prefix=FOREIGN_PREFIX)).endswith("X"):
        pass
    return number


def a_small_x_number(random: Random, born: date) -> str:
    """A number that ends with X, which registers may write small."""
    while not (number := a_number(random, born)).endswith("X"):
        pass
    return number
