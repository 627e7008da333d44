"""Articles 18(2) and 19: no housing in the three divisions, or less than 15 m² per family member.

Every home is an interval: what the family owns of it for certain, and the most it may own (None: nobody can say).
"""

from collections.abc import Iterable

from tests.law.facts import Facts, Finding
from tests.law.rules.areas import NOTHING, Home
from tests.law.rules.contracts_of_sale import contracted_homes
from tests.law.rules.register import read_register, registered_homes

PER_MEMBER_M2 = 15  # Art. 18(2): strictly below


def r18c(facts: Facts) -> Finding:
    """The family's homes, registered or under a filed contract, are compared with 15 m² per member."""
    register, register_gaps = read_register(facts)
    homes = [*register_gaps, *registered_homes(register, facts.family_numbers)]
    homes += contracted_homes(facts, register)
    return compare(homes, PER_MEMBER_M2 * len(facts.family))


def compare(homes: Iterable[Home], limit: int) -> Finding:
    """Known homes decide beside an unclear one; else an unclear one leaves it unknown.

    How much an unclear one may be is not guessed, however small it looks (ADR 0005): what is wrong in a row may be its
    area as well.
    """
    homes = list(homes)
    because = tuple(home.because for home in homes)
    least = sum((home.least for home in homes), NOTHING)
    if least >= limit:
        beside = ("R18c.decided_beside_unclear",) if any(home.most != home.least for home in homes) else ()
        return Finding("not_met", (*because, "R18c.exactly_15" if least == limit else "R18c.above_15", *beside))
    if any(home.most != home.least for home in homes):
        return Finding("unknown", (*because, "R18c.unclear_could_lift"))
    return Finding("met", (*because, "R18c.below_15" if least else "R18c.no_home"))
