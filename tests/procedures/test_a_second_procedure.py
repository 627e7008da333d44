"""A case follows the limits of its own procedure, whatever is in force for the next application (F3)."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import pytest
from intake.bans import BanList
from intake.claims import Claims
from intake.submission import ApplicationDesk
from publicity.commands import Object, PublicityCommands
from publicity.decide import Period, open_entry
from publicity.look_alikes import LookAlikes

from chassis.errors import CommandRefused
from chassis.log.history import History
from chassis.log.journal import Journal
from chassis.process.service import Context
from chassis.process.settings import Settings
from contracts.case.case import Case, Recorded
from contracts.case.fold import evolve, fold
from contracts.events import ApplicationAccepted, DeterminationMade, Event
from contracts.local_time import SHANGHAI
from evidence.own_bans import OwnBans
from inquiry.deadlines import Deadlines
from procedures.hainan_2025.law import HAINAN_2025
from procedures.hainan_2025.projects import load_projects
from procedures.procedure import Procedures
from procedures.working_days import Calendar
from tests.asking.test_deadlines import a_determination, again, an_asking, seen
from tests.intake.in_memory import Memory, NobodyIsBanned, NothingOnRecord
from tests.procedures.made_up import BOTH, MADE_UP, with_values
from tests.support.families import a_form, accepted, an_application_number, submitted

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
"""A Monday, 10:00 in Shanghai."""


class InMemory(Memory):
    def holding(self, *events: Event) -> "InMemory":
        self._store(events)
        return self


def made_up(number: str) -> ApplicationAccepted:
    return accepted(number).model_copy(update={"policy": MADE_UP.name, "at": NOW})


def days_of(entry: dict[str, Any] | None) -> list[str]:
    assert entry is not None
    return [datetime.fromisoformat(it).astimezone(SHANGHAI).date().isoformat() for it in entry["remind"]]


def deadlines(journal: Memory) -> Deadlines:
    tax = an_asking(HAINAN_2025.department("tax"), cast(Journal, journal))
    return Deadlines({"tax": tax}, cast(Journal, journal), b"k" * 32, Calendar(), None, BOTH)


def test_its_departments_are_reminded_on_its_own_days() -> None:
    index, ours = deadlines(Memory()), accepted(an_application_number()).model_copy(update={"at": NOW})
    assert days_of(index.note(None, seen(1, made_up(an_application_number())))) == ["2026-11-24", "2026-11-25"]
    assert days_of(index.note(None, seen(1, ours))) == ["2026-11-26", "2026-11-27", "2026-12-01", "2026-12-03"]


async def test_a_new_round_names_no_procedure_and_its_reminders_are_those_of_its_case() -> None:
    number = an_application_number()
    first = made_up(number)
    anew = again(first).model_copy(update={"at": NOW, "answer_by": datetime(2199, 1, 1, tzinfo=UTC)})
    journal = InMemory().holding(submitted(number), first, a_determination(number, "ineligible"), anew)
    index = deadlines(journal)
    entry = index.note(None, seen(4, anew))
    assert entry is not None
    assert index.due(entry) == datetime.min.replace(tzinfo=UTC), "at once: the case says which ladder it is"
    known = await index.fire(number, entry)
    assert days_of(known) == ["2026-11-24", "2026-11-25"]
    assert known is not None
    assert "law_unknown" not in known


async def test_an_application_is_accepted_under_the_procedure_that_intake_is_given() -> None:
    memory = Memory()
    desk = ApplicationDesk(
        journal=cast(Journal, memory),
        claims=Claims(b"c" * 32, cast(History, memory)),
        bans=cast(BanList, NobodyIsBanned()),
        own_bans=cast(OwnBans, NothingOnRecord()),
        projects=load_projects(),
        calendar=Calendar(),
        procedures=Procedures(accepting=MADE_UP, others=(HAINAN_2025,)),
    )
    case = await desk.take(an_application_number(), a_form(), NOW)
    assert case.accepted is not None
    assert case.accepted.policy == "made-up-2026"
    assert case.accepted.asked == ("tax", "housing")
    assert case.accepted.answer_by.astimezone(SHANGHAI).date().isoformat() == "2026-12-04", "nine working days"


def on_the_list(number: str, first: ApplicationAccepted) -> Case:
    made = DeterminationMade.model_validate(
        {
            "application": number,
            "at": NOW,
            "round": 1,
            "policy": first.policy,
            "as_of": NOW.date(),
            "accepted_on": NOW.date(),
            "outcome": "eligible",
            "findings": (),
            "used": (),
        }
    )
    case = folded(submitted(number), first, made)
    return folded(
        submitted(number), first, made, *open_entry(case, Period(Calendar(), None, BOTH), lambda _: False, NOW)
    )


def folded(*events: Event) -> Case:
    history = (Recorded(n, event, "id", event.at) for n, event in enumerate(events, start=1))
    return fold(tuple(history), events[0].application)


def test_its_families_are_shown_for_its_own_days() -> None:
    number = an_application_number()
    publicity = on_the_list(number, made_up(number)).publicity
    assert publicity is not None
    assert publicity.last_day.isoformat() == "2026-11-26", "three working days"


class Shown:
    """One case that is shown, as a journal has it."""

    def __init__(self, case: Case) -> None:
        self.case = case

    async def load(self, application: str, at_least: int = 0) -> Case:
        return self.case

    async def decide(self, case: Case, *events: Event) -> Case:
        for event in events:
            self.case = evolve(self.case, Recorded(self.case.sequence + 1, event, "id", event.at))
        return self.case


class Clock:
    async def begun(self) -> None: ...

    def between(self) -> tuple[datetime, datetime]:
        return NOW, NOW


async def test_its_entries_take_as_many_objections_as_it_says() -> None:
    number = an_application_number()
    journal = Shown(on_the_list(number, made_up(number)))
    context, period = Context(Settings(), cast(Any, None), cast(Journal, journal)), Period(Calendar(), None, BOTH)
    service = PublicityCommands(
        context, cast(Any, Clock()), cast(Any, None), cast(Any, None), LookAlikes(), period, timedelta()
    )
    for n in (1, 2):
        assert (await service.object(Object(application=number, text="he owns a house")))["n"] == n
    with pytest.raises(CommandRefused, match="2 objections"):
        await service.object(Object(application=number, text="he owns a house"))


def test_departments_that_must_be_certified_for_one_procedure_must_be_for_all_that_ask_them() -> None:
    policy = with_values(MADE_UP.policy, MADE_UP.name, certified_departments_only=True)
    strictly = replace(MADE_UP, policy=policy)
    assert Procedures(HAINAN_2025, (strictly,)).certified_only("tax", NOW)
    assert not BOTH.certified_only("tax", NOW)


def test_a_case_of_a_procedure_that_this_version_does_not_know_is_said_so() -> None:
    number = an_application_number()
    unknown = made_up(number).model_copy(update={"policy": "sanya-2027"})
    with pytest.raises(LookupError, match="no procedure 'sanya-2027'"):
        BOTH.of(folded(submitted(number), unknown))
