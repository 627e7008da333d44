"""Compares the family as it declared itself with the registers (Art. 17, R17b)."""

from collections.abc import Iterator

from contracts.events.values import FamilyMember
from contracts.people import age_on
from contracts.readings import FIRST_READING
from procedures.hainan_2025.departments.civil_affairs import MARRIED, CivilAffairsRecord
from procedures.hainan_2025.departments.household_registry import HouseholdRecord
from procedures.hainan_2025.facts import CIVIL_AFFAIRS, HOUSEHOLD_REGISTRY, Facts

MARITAL_CODES: dict[str, frozenset[str | None]] = {
    "single": frozenset({"10"}),
    "married": MARRIED,
    "widowed": frozenset({"30"}),
    "divorced": frozenset({"40"}),
}
"""GB/T 2261.2; 90, "unknown", agrees with nothing. An empty cell is "not stated" and contradicts nothing."""


def disagreements(facts: Facts) -> list[str]:
    """Why the registers that answered do not bear out the declared family; no other reason counts."""
    reasons = [*_of_age(facts), *_elsewhere(facts)]
    if CIVIL_AFFAIRS in facts.answers:
        if _is_asked_about(facts, facts.applicant):
            reasons += _of_marriage(facts, facts.applicant, facts.marital_status, facts.spouse)
        if facts.spouse is not None and _is_asked_about(facts, facts.spouse):
            reasons += _of_marriage(facts, facts.spouse, "married", facts.applicant)
    if HOUSEHOLD_REGISTRY in facts.answers:
        for person in facts.persons:
            reasons += _of_life(facts, person)
    return reasons


def _is_asked_about(facts: Facts, person: FamilyMember) -> bool:
    """Civil affairs is asked about adults only."""
    adult_age = facts.law_at_acceptance.adult_age
    return facts.reading == FIRST_READING or age_on(person.id_number, facts.accepted_on) >= adult_age


def _of_age(facts: Facts) -> Iterator[str]:
    """Nobody can confirm a marriage of somebody below 18."""
    spouse, law = facts.spouse, facts.law_at_acceptance
    if spouse is not None and facts.reading != FIRST_READING:
        age = age_on(spouse.id_number, facts.accepted_on)
        if age < law.adult_age:
            yield f"the declared spouse was {age} on the day of acceptance, below {law.adult_age}"


def _elsewhere(facts: Facts) -> Iterator[str]:
    for person in facts.persons:
        if person.role == "child" and person.id_number in facts.children_elsewhere:
            yield f"{facts.called(person)} stood in another open application of the project at acceptance"


def _of_marriage(facts: Facts, person: FamilyMember, declared: str, spouse: FamilyMember | None) -> Iterator[str]:
    who = facts.called(person)
    rows = facts.said(CIVIL_AFFAIRS, person, CivilAffairsRecord, unmatched_is_none=True)
    if rows is None:
        yield f"civil affairs says nothing clear about {who}"
        return
    if not rows and declared == "married":
        yield f"civil affairs has no record of {who}, declared married"
    fields = ("marital_status", "spouse_id_number")
    yield from map(str, facts.not_understood(CIVIL_AFFAIRS, person, CivilAffairsRecord, *fields))
    stated = {row.marital_status for row in rows} - {None}
    if rows and not stated and declared == "married":
        yield f"civil affairs records no marital status for {who}, declared married"
    if stated - MARITAL_CODES[declared]:
        yield f"civil affairs records another marital status for {who} than declared ({declared})"
    expected = {spouse.id_number} if spouse else set()
    recorded = {row.spouse_id_number for row in rows if row.marital_status in MARITAL_CODES["married"]}
    if recorded - {None} - expected:
        yield f"civil affairs records another spouse for {who} than declared"


def _of_life(facts: Facts, person: FamilyMember) -> Iterator[str]:
    rows = facts.said(HOUSEHOLD_REGISTRY, person, HouseholdRecord, unmatched_is_none=True)
    if rows is None:
        yield f"the household registry says nothing clear about {facts.called(person)}"
    elif any(row.status == "deceased" for row in rows):
        yield f"the household registry records {facts.called(person)} as deceased"
    else:
        yield from map(str, facts.not_understood(HOUSEHOLD_REGISTRY, person, HouseholdRecord, "status"))
