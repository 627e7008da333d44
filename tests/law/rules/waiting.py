"""Whom a case waits for: the silent departments whose answer could still change the outcome.

Nothing is waited for where a rule is not met. Else, of the silent departments,
* the household registry may still put the hukou elsewhere, real estate find a large home, the bureau a ban;
* social security and tax may refuse only together with all other signs of residence, and lift only R18b;
* civil affairs can refuse nothing: it matters only if everything else can still be met.
"""

from collections.abc import Callable
from dataclasses import replace

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
    Finding,
    Member,
    PersonAnswer,
    Record,
    Truth,
    whole_kind,
)
from tests.law.rules.residence import HAINAN_DISTRICT, r18b

CODE = {"single": "10", "married": "20", "widowed": "30", "divorced": "40"}
CAN_ALWAYS_REFUSE = frozenset({REGISTRY, ESTATE, HOUSING})
Waiting = tuple[frozenset[str], tuple[str, ...]]


def worth_waiting_for(
    facts: Facts, truths: dict[str, Truth], read: Callable[[Facts], dict[str, Finding]]
) -> Waiting:  # fmt: skip
    """The departments, and the branches of the text that say so."""
    silent = [department for department in DEPARTMENTS if facts.is_silent(department)]
    if not silent:
        return frozenset(), ()
    if "not_met" in truths.values():
        return frozenset(), ("waits.ineligible_anyway",)
    hoped = read(with_answers(facts, silent, hopeful))
    all_met = all(finding.truth == "met" for finding in hoped.values())
    feared = r18b(with_answers(facts, silent, fearful)).truth == "not_met"
    waited = set(CAN_ALWAYS_REFUSE.intersection(silent))
    if truths["R18b"] == "unknown" and (all_met or feared):
        waited |= {SOCIAL, TAX}.intersection(silent)
    if all_met and truths["R17b"] == "unknown":
        waited |= {CIVIL}.intersection(silent)
    because = [f"waits.for_{department}" for department in sorted(waited)]
    if len(waited) < len(silent):
        because.append("waits.for_one_of_two" if waited else _certain(truths))
    return frozenset(waited), tuple(because)


def _certain(truths: dict[str, Truth]) -> str:
    return "waits.review_for_certain" if "unknown" in truths.values() else "waits.eligible_for_certain"


def with_answers(
    facts: Facts, silent: list[str], say: Callable[[Facts, str, Member], PersonAnswer]
) -> Facts:  # fmt: skip
    """The case as it would be, had the silent departments said so."""
    answers = dict(facts.answers)
    for department in silent:
        persons = {member.id_number: say(facts, department, member) for member in facts.asked(department)}
        answers[department] = Answer(whole_kind(persons.values()) if persons else "none", persons)
    return replace(facts, answers=answers)


def hopeful(facts: Facts, department: str, member: Member) -> PersonAnswer:
    """The best a department can say of a member."""
    if department == REGISTRY:
        return _found({"status": "normal", "hukou_division": HAINAN_DISTRICT, "residence": "yes"})
    if department == CIVIL:
        return _found({"marital_status": "20" if member.role == "spouse" else CODE[facts.marital_status]})
    if department == SOCIAL:
        return _found({"insured": True, "division": HAINAN_DISTRICT})
    if department == TAX:
        return _found({"income_recorded": True, "division": HAINAN_DISTRICT})
    if department == ESTATE and (small := _contracted_units_as_small_ones(facts)):
        return _found(*small)
    return PersonAnswer("none")


def _contracted_units_as_small_ones(facts: Facts) -> list[Record]:
    """A contract is absorbed by the registered unit it names, whose area may be as small as one likes."""
    codes = {
        row["unit_code"]
        for member in facts.family
        for row in facts.records(HOUSING, member)
        if row["register"] == "net_signed" and "unit_code" in row
    }
    return [
        {
            "unit_code": code,
            "division": HAINAN_DISTRICT,
            "use": "residential",
            "building_area_m2": "0",
            "ownership": "sole",
            "owner_id_number": facts.applicant.id_number,
            "status": "registered",
        }
        for code in sorted(codes)
    ]


def fearful(facts: Facts, department: str, member: Member) -> PersonAnswer:
    """The worst that the registers of residence can say."""
    return _found({"status": "normal", "residence": "no"}) if department == REGISTRY else PersonAnswer("none")


def _found(*rows: Record) -> PersonAnswer:
    return PersonAnswer("found", list(rows))
