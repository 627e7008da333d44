"""Random families with registers, from a seed: everyday ones, and every edge of the text often enough to be seen."""

from collections.abc import Iterator
from random import Random

from tests.law.facts import Facts
from tests.law.makers import situations
from tests.law.makers.households import a_household
from tests.law.makers.property import own_a_home

HOW_MANY = (0, 1, 1, 1, 2, 2, 3)
"""Situations that meet in one family: more would only make everybody ineligible."""


def a_family(random: Random) -> Facts:
    """One case: a household, what the registers hold, and what is twisted in them."""
    draft = a_household(random)
    draft.say_what_is_declared()
    if random.random() < 0.25:
        own_a_home(draft)
    chosen = random.choices(situations.SITUATIONS, situations.WEIGHTS, k=random.choice(HOW_MANY))
    for twist, _ in chosen:
        twist(draft)
    return draft.facts()


def families(seed: int, count: int) -> Iterator[Facts]:
    """The same families for the same seed. Each has a seed of its own, so that one can be made again alone."""
    for number in range(count):
        yield a_family(Random(f"{seed}/{number}"))
