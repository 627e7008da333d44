"""A department with one fault is BAD in the scenario about it, and is told what to change."""

from dataclasses import dataclass

import pytest

from contracts.key_register import Holding
from contracts.text import has_id_number
from inquiry.attachments.config import AttachmentConfig
from lianshen.conformance.advice import advice_for
from lianshen.conformance.connect import holding_with
from lianshen.conformance.kit import Options
from lianshen.conformance.scenarios import SCENARIOS
from tests.conformance import faulty
from tests.conformance.faulty import (
    SIGNER,
    STRANGER,
    Department,
    Says,
    changed,
    healthy,
    persons_changed,
    rows_changed,
    signing,
)
from tests.conformance.kits import a_kit, bad, checked
from tests.support.real_bus import RealBus

pytestmark = pytest.mark.slow
PLAYED = [scenario.name for scenario in SCENARIOS if scenario.name not in ("discoverable", "batch")]
"""Without those that wait two seconds for nobody."""
ADVICE = {scenario.name: scenario.advice for scenario in SCENARIOS}


@dataclass(frozen=True)
class Fault:
    """Who has it, how it shows, and the scenarios that find it."""

    name: str
    says: Says
    found_by: tuple[str, ...]
    on_garbage: str = "this is no question"
    dies_on_garbage: bool = False
    signs: bool = False
    timeout: float = 2.0


FAULTS: dict[str, Fault] = {
    "no fault": Fault("civil-affairs", healthy, ()),
    "signs, and no fault": Fault("tax", signing(), (), signs=True),
    "says nothing": Fault("tax", lambda *_: None, ("answers",)),
    "is no JSON": Fault("tax", lambda *_: b"<html>", ("answers",)),
    "ignores lower-case x": Fault("tax", persons_changed(faulty.ignores_lower_case_x), ("lower-case-x",)),
    "leaves a field out": Fault(
        "tax", rows_changed(faulty.leaves_a_field_out), ("found", "namesake", "lower-case-x", "names", "many-at-once")
    ),
    "cannot determine nothing": Fault(
        "social-security", persons_changed(faulty.could_not_look_where_there_is_nothing), ("none", "nobody")
    ),
    "no income of whom it does not know": Fault(
        "tax", persons_changed(faulty.says_no_income_of_whom_it_does_not_know), ("none", "nobody")
    ),
    "answers another round otherwise": Fault("tax", faulty.answers_another_round_otherwise, ("replay",)),
    "cannot determine zero homes": Fault(
        "real-estate", persons_changed(faulty.could_not_look_where_there_is_nothing), ("zero-homes", "burdened-home")
    ),
    "takes a home's question for its review's": Fault(
        "real-estate", faulty.takes_every_question_for_its_review, ("burdened-home",)
    ),
    "tells of another home's burdens": Fault("real-estate", faulty.tells_of_other_homes, ("burdened-home",)),
    "rounds a share": Fault("real-estate", rows_changed(faulty.rounds_shares), ("thirds",)),
    "matches by number alone": Fault("household-registry", faulty.matches_by_number_alone, ("not-matched",)),
    "finds by name alone": Fault("household-registry", faulty.finds_by_name_alone, ("namesake",)),
    "reads the basic plane only": Fault("household-registry", faulty.reads_only_the_basic_plane, ("names",)),
    "mixes up persons": Fault("civil-affairs", faulty.mixes_up_persons, ("several", "order", "many-persons")),
    "looks at the first person only": Fault("civil-affairs", faulty.looks_at_the_first_person_only, ("order",)),
    "tells about the spouse too": Fault("civil-affairs", faulty.tells_about_the_spouse_too, ("nobody-else",)),
    "hides other owners": Fault("real-estate", persons_changed(faulty.hides_other_owners), ("every-owner",)),
    "names outsiders": Fault("real-estate", rows_changed(faulty.names_outsiders), ("outsiders",)),
    "tells of units elsewhere": Fault("real-estate", faulty.tells_of_units_elsewhere, ("elsewhere",)),
    "echoes another's id": Fault("tax", changed(question_id="Q" * 26), ("question-id",)),
    "always says found": Fault("civil-affairs", faulty.answers_found_for_all, ("kinds", "nobody-to-ask")),
    "leaks a field": Fault("tax", rows_changed(lambda row: row.update(amount="12000")), ("no-surplus",)),
    "leaks a field of the answer": Fault("tax", changed(employer="somebody"), ("no-surplus",)),
    "repeats a row": Fault("social-security", persons_changed(faulty.repeats_a_row), ("no-row-beyond",)),
    "refuses what is new": Fault("tax", faulty.refuses_what_it_does_not_know, ("unknown-fields",)),
    "forgets what was asked twice": Fault("tax", faulty.forgets_what_was_asked_twice, ("duplicate", "reminder")),
    "silent about nobody": Fault("tax", faulty.says_nothing_about_nobody, ("nobody-to-ask",)),
    "silent when it is late": Fault("tax", faulty.says_nothing_when_late, ("expired",)),
    "stops altogether": Fault("tax", faulty.answers_no_more_after("stop"), ("withdrawn",)),
    "is upset by a reminder": Fault("tax", faulty.answers_no_more_after("reminder"), ("reminder",)),
    "takes ten persons": Fault("civil-affairs", faulty.takes_ten_persons, ("many-persons",)),
    "mixes up what is asked at once": Fault("tax", faulty.shares_one_variable, ("many-at-once",)),
    "answers slowly": Fault("tax", faulty.slowly, ("quick",), timeout=0.6),
    "promises the past": Fault("tax", faulty.promises_the_past, ("deferred",)),
    "repeats what it was asked in an error": Fault("tax", healthy, ("discreet",), on_garbage="no JSON: {asked}"),
    "dies of bad JSON": Fault("tax", healthy, ("no-question",), dies_on_garbage=True),
    "dies of a wrong signature": Fault("tax", faulty.dies_of_a_wrong_signature, ("broken-signature",)),
    "does not sign": Fault("tax", healthy, ("signed",), signs=True),
    "signs with a strange key": Fault("tax", signing(STRANGER), ("signed",), signs=True),
    "signs for something else": Fault("tax", signing(typ="JWT"), ("signed",), signs=True),
    "changes what it signed": Fault("tax", faulty.signs_and_adds_a_space, ("signed",), signs=True),
    "signs the wrong round": Fault("tax", signing(round=1), ("claims",), signs=True),
    "signs for another department": Fault("tax", signing(department="housing"), ("claims",), signs=True),
    "signs what it parsed": Fault("tax", faulty.signs_what_it_parsed, ("exact-bytes",), signs=True),
}


@pytest.mark.parametrize("fault", FAULTS.values(), ids=FAULTS)
async def test_a_fault_is_found_where_it_belongs_and_its_advice_is_given(real_bus: RealBus, fault: Fault) -> None:
    await Department(fault.name, fault.says, fault.on_garbage, fault.dies_on_garbage).start(real_bus)
    how = AttachmentConfig(timeout_seconds=fault.timeout, signature="required" if fault.signs else "accepted")
    kit = await a_kit(real_bus, fault.name, how, registered() if fault.signs else None, Options(wait=2))
    results = await checked(kit, PLAYED)
    assert tuple(bad(results)) == fault.found_by, bad(results)
    for name in fault.found_by:
        assert results[name].detail
        silent = results[name].detail == "no answer in time"
        assert results[name].advice == (advice_for("slow", "bus") if silent else ADVICE[name])
    assert not any(has_id_number(result.detail) for result in results.values())


def test_every_scenario_has_a_fault_that_it_finds() -> None:
    found = {name for fault in FAULTS.values() for name in fault.found_by}
    elsewhere = {"discoverable", "strangers", "without-certificate", "restart", "batch"}
    assert found | elsewhere == ADVICE.keys()


def registered() -> Holding:
    return holding_with(SIGNER.x)
