"""Whom a case waits for, by brute force: every silent department says everything it might, from a palette.

A department matters if, beside some answers of the other silent ones, two of its own end in two outcomes.
"""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from itertools import product

from tests.law.engine import outcome_of, read
from tests.law.facts import (
    CIVIL,
    DEPARTMENTS,
    ESTATE,
    HOUSING,
    REGISTRY,
    SOCIAL,
    TAX,
    Answer,
    Facts,
    Member,
    Outcome,
    PersonAnswer,
    Record,
    whole_kind,
)
from tests.law.rules.waiting import hopeful

HERE, ELSEWHERE = "150303", "150302"
FAR_TOO_LARGE = "5000"


def waits_for_by_trying(facts: Facts) -> frozenset[str]:
    """The departments whose answer changes the outcome in at least one case."""
    silent = [department for department in DEPARTMENTS if facts.is_silent(department)]
    outcomes: dict[tuple[int, ...], Outcome] = {}
    palettes = [list(enumerate(answers(facts, department))) for department in silent]
    for choice in product(*palettes):
        said = dict(zip(silent, (answer for _, answer in choice), strict=True))
        tried = replace(facts, answers={**facts.answers, **said})
        findings = read(tried)
        outcomes[tuple(number for number, _ in choice)] = outcome_of({n: f.truth for n, f in findings.items()})
    matters = set()
    for place, department in enumerate(silent):
        by_the_others: dict[tuple[int, ...], set[Outcome]] = {}
        for numbers, outcome in outcomes.items():
            by_the_others.setdefault(numbers[:place] + numbers[place + 1 :], set()).add(outcome)
        if any(len(found) > 1 for found in by_the_others.values()):
            matters.add(department)
    return frozenset(matters)


def answers(facts: Facts, department: str) -> Iterator[Answer]:
    """Answers that differ wherever a rule could see it; about the others the best that can be said."""
    best = {member.id_number: hopeful(facts, department, member) for member in facts.asked(department)}
    if not best:
        yield Answer("none", {})
    for member in facts.asked(department):
        for said in persons(facts, department, member):
            everybody = {**best, member.id_number: said}
            yield Answer(whole_kind(everybody.values()), everybody)


def persons(facts: Facts, department: str, member: Member) -> Iterator[PersonAnswer]:
    """What a department may say of one member."""
    yield hopeful(facts, department, member)
    yield PersonAnswer("none")
    yield PersonAnswer("refused")
    if department in (REGISTRY, CIVIL, SOCIAL, TAX):
        yield PersonAnswer("not_matched")
    for row in ROWS[department]:
        yield PersonAnswer("found", [_of(member, row)])


def _of(member: Member, row: Record) -> Record:
    owner = {"owner_id_number": member.id_number} if row.get("ownership") else {}
    buyer = {"buyer_id_number": member.id_number} if row.get("register") == "net_signed" else {}
    return {**row, **owner, **buyer}


LARGE = {
    "unit_code": "U",
    "division": HERE,
    "use": "residential",
    "building_area_m2": FAR_TOO_LARGE,
    "status": "registered",
}
ROWS: dict[str, list[Record]] = {
    REGISTRY: [
        {"status": status, "hukou_division": division, "residence": residence}
        for status, division in (("normal", HERE), ("normal", ELSEWHERE), ("cancelled", HERE), ("deceased", HERE))
        for residence in ("yes", "no", "unknown")
    ],
    CIVIL: [{"marital_status": code} for code in ("10", "20", "30", "40", "90")],
    SOCIAL: [{"insured": True}, {"insured": True, "division": ELSEWHERE}, {"insured": False}],
    TAX: [{"income_recorded": True}, {"income_recorded": True, "division": ELSEWHERE}, {"income_recorded": False}],
    ESTATE: [{**LARGE, "ownership": "sole"}, {**LARGE, "ownership": "shares"}, {**LARGE, "use": "garage"}],
    HOUSING: [
        {"register": "net_signed", **LARGE, "share": "1/1", "status": "filed"},
        {"register": "ban", "article": "32"},
        {"register": "ban", "article": "32", "since": date(2000, 1, 1), "until": date(2100, 1, 1)},
    ],
}
