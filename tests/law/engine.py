"""The law of §3, read a second time: eight rules, one outcome, and the departments worth waiting for."""

from collections.abc import Callable

from tests.law.facts import Facts, Finding, Outcome, Truth, Verdict
from tests.law.rules.bureau import g20, r32
from tests.law.rules.family import r17a, r17b, r17c
from tests.law.rules.homes import r18c
from tests.law.rules.residence import r18a, r18b
from tests.law.rules.waiting import worth_waiting_for

RULES: tuple[tuple[str, Callable[[Facts], Finding]], ...] = (
    ("R17a", r17a),
    ("R17b", r17b),
    ("R17c", r17c),
    ("R18a", r18a),
    ("R18b", r18b),
    ("R18c", r18c),
    ("R32", r32),
)


def determine(facts: Facts) -> Verdict:
    """The outcome of a case, each rule's truth, the condition of Article 20, and whom the case waits for."""
    findings = read(facts)
    truths: dict[str, Truth] = {name: finding.truth for name, finding in findings.items()}
    conditions, rental = g20(facts)
    outcome = outcome_of(truths)
    waits_for, waiting = worth_waiting_for(facts, truths, read)
    reasons = (reason for finding in findings.values() for reason in finding.because)
    return Verdict(
        outcome,
        {**truths, "G20": "met"},
        conditions,
        waits_for,
        (*reasons, *rental, f"G20.{conditions}", f"outcome.{outcome}", *waiting),
    )


def read(facts: Facts) -> dict[str, Finding]:
    """Every rule but G20, which is met always."""
    return {name: rule(facts) for name, rule in RULES}


def outcome_of(truths: dict[str, Truth]) -> Outcome:
    """Any not_met makes ineligible; else any unknown, review; else eligible."""
    values = truths.values()
    if "not_met" in values:
        return "ineligible"
    return "review" if "unknown" in values else "eligible"
