"""Real-estate registration is asked about one home on a real bus; what it does not say waits for a paper."""

from typing import Any

import pytest

from chassis.errors import CommandRefused
from chassis.log.journal import Journal
from contracts.events import BuyBackConditionShown
from lianshen.simulation.answers import real_estate
from lianshen.simulation.registers import Register
from procedures.hainan_2025.departments.real_estate import REAL_ESTATE
from procedures.hainan_2025.questions.encumbrances import ENCUMBRANCES
from tests.after_care.families import HOME, a_housed_family
from tests.after_care.test_after_care_on_the_bus import after_care
from tests.support.departments import OnTheBus, Question, Said, verifying
from tests.support.real_bus import RealBus

MORTGAGE = {"unit_code": HOME, "kind": "mortgage", "status": "registered", "since": "2026-01-05"}
CLERK = '[real-estate]\nby = "clerk"\n'


def register_of(*rows: dict[str, str]) -> Any:
    """As the simulation answers from these rows."""
    registers = {"real-estate": Register([]), "encumbrances": Register(rows)}
    return lambda question: real_estate(registers, question)


def about_homes(bureau: OnTheBus) -> list[Question]:
    """The case itself asks it, too, by the contract of a review."""
    return [question for question in bureau.asked if "contract" in question]


async def test_the_register_shows_what_burdens_the_home_and_names_its_answer(
    real_bus: RealBus, journal: Journal
) -> None:
    elsewhere = {**MORTGAGE, "unit_code": "ANOTHER-1"}
    bureau = await OnTheBus("real-estate", register_of(MORTGAGE, elsewhere)).start(real_bus)
    asking = verifying(real_bus, journal, [REAL_ESTATE], "verify-property", bureau.table, of_homes=(ENCUMBRANCES,))
    async with asking, after_care(real_bus) as stage:
        number = await a_housed_family(stage.journal)
        of = {"application": number, "by": "officer 1"}
        with pytest.raises(CommandRefused, match="no buy-back waits"):
            await stage.do("ask-registration", **of)
        assert about_homes(bureau) == []
        await stage.do("ask-buy-back", **of)
        said = await stage.do("ask-registration", **of)
        assert said["conditions"] == {
            "mortgage": "not met",
            "lease": "met",
            "residence_right": "met",
            "dispute": "met",
        }
        assert said["unknown"] == []
        [question] = about_homes(bureau)
        applicant = (await stage.journal.load(number)).form.applicant.id_number  # type: ignore[union-attr]
        assert (question["contract"], question["home"]) == ("home-encumbrances", HOME)
        assert question["persons"] == [{"id_number": applicant}]
        events = [item.event for item in await stage.journal.history.of(number)]
        shown = [event for event in events if isinstance(event, BuyBackConditionShown)]
        assert [one.said.answer.about(applicant).records for one in shown if one.said] == [(MORTGAGE,)] * 4


@pytest.mark.parametrize("answers", ["cannot_determine", "of another home"])
async def test_an_unclear_answer_shows_nothing_and_a_paper_still_does(
    real_bus: RealBus, journal: Journal, answers: str
) -> None:
    def say(question: Question) -> Said:
        if "home" not in question:
            return None
        unclear = answers == "cannot_determine"
        rows = [] if unclear else [{**MORTGAGE, "unit_code": "ANOTHER-1"}]
        kind = answers if unclear else "found"
        persons = [{"id_number": it["id_number"], "kind": kind, "records": rows} for it in question["persons"]]
        return {"question_id": question["question_id"], "kind": kind, "persons": persons}

    bureau = await OnTheBus("real-estate", say).start(real_bus)
    asking = verifying(real_bus, journal, [REAL_ESTATE], "verify-property", bureau.table, of_homes=(ENCUMBRANCES,))
    async with asking, after_care(real_bus) as stage:
        of = {"application": await a_housed_family(stage.journal), "by": "officer 1"}
        await stage.do("ask-buy-back", **of)
        said = await stage.do("ask-registration", **of)
        assert (said["conditions"], said["unknown"]) == ({}, ["mortgage", "lease", "residence_right", "dispute"])
        assert b"ANOTHER-1" not in b"".join([it.body for it in await stage.journal.history.under("case.>")])
        paper = {"condition": "mortgage", "met": True, "document": "certificate 7"}
        assert (await stage.do("show-condition", **of, **paper))["conditions"] == {"mortgage": "met"}


async def test_where_a_clerk_answers_for_it_a_paper_is_the_way(real_bus: RealBus, journal: Journal) -> None:
    asking = verifying(real_bus, journal, [REAL_ESTATE], "verify-property", CLERK, of_homes=(ENCUMBRANCES,))
    async with asking, after_care(real_bus) as stage:
        of = {"application": await a_housed_family(stage.journal), "by": "officer 1"}
        await stage.do("ask-buy-back", **of)
        with pytest.raises(CommandRefused, match="read it from a paper"):
            await stage.do("ask-registration", **of)
