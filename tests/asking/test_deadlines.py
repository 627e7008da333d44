"""Overdue departments and answers by hand: said by the index of open cases, decided by people."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from determination.service import DURABLE as DETERMINATION

from chassis.commands import call
from chassis.consume.consumer import PullConsumer
from chassis.consume.decision_handler import CaseDecider, deciding
from chassis.consume.due_index import LogRecord
from chassis.errors import CommandRefused
from chassis.log.journal import Journal
from chassis.log.key_register import FollowedRegister
from chassis.log.stored import Stored
from chassis.telemetry.spans import span
from chassis.timing import Timing
from contracts.case.states import State
from contracts.events import (
    EVENTS,
    AnsweredByHand,
    ApplicationAccepted,
    ApplicationWithdrawn,
    DepartmentAnswered,
    DepartmentOverdue,
    DeterminationMade,
    Event,
    ReverificationOpened,
)
from contracts.inquiries import Answer
from inquiry.deadlines import Deadlines
from inquiry.department_client import DepartmentClient
from inquiry.questions import question_id
from procedures.department import Department
from procedures.hainan_2025.departments.social_security import SOCIAL_SECURITY
from procedures.hainan_2025.departments.tax import TAX
from procedures.hainan_2025.determination import decide
from procedures.registry import PROCEDURES
from procedures.working_days import Calendar
from tests.publicity.listed import determined as a_determination
from tests.support.departments import (
    A_THIRD,
    HOUSEHOLD,
    OnTheBus,
    accept,
    an_answer,
    deferred,
    events_of,
    settled,
    verifying,
)
from tests.support.families import a_form, accepted, an_application_number, an_id_number, answered
from tests.support.readers import reading
from tests.support.real_bus import RealBus
from tests.support.waiting import until

SILENT = "[tax]\ntimeout_seconds = 0.2\n[housing]\ntimeout_seconds = 0.2\n"
KEY = b"q" * 32


@pytest.fixture
def timing() -> Timing:
    return A_THIRD


def in_(seconds: float) -> datetime:
    return datetime.now(UTC) + timedelta(seconds=seconds)


async def overdue(journal: Journal, number: str) -> list[str]:
    return [it.department for it in await events_of(journal, number) if isinstance(it, DepartmentOverdue)]


async def by_hand(service: str, nc: Any, number: str, department: str = "tax", **more: Any) -> dict[str, Any]:
    request = {"application": number, "department": department, "kind": "none", "reason": "by telephone", "by": "李"}
    request |= {"approved_by": "王"}
    return await call(nc, service, "answer", request | more, timeout=5)


@pytest.mark.parametrize("timing", [replace(A_THIRD, fire_again_after=0.1)])
async def test_every_silent_department_is_overdue_once_and_an_answering_one_never(
    real_bus: RealBus, journal: Journal
) -> None:
    tax = await OnTheBus("tax", lambda question: None).start(real_bus)
    await OnTheBus("social-security", an_answer).start(real_bus)
    async with verifying(real_bus, journal, [TAX, SOCIAL_SECURITY], attached_by=SILENT) as service:
        number = await accept(journal, "tax", "social-security", answer_by=in_(2.0))
        await until(lambda: is_overdue(journal, number))
        assert datetime.now(UTC) >= (await journal.load(number)).answer_by  # type: ignore[operator]
        await asyncio.sleep(0.3)
        assert await overdue(journal, number) == ["tax"]

        assert service.index.entries[number]["told"] is True
        assert service.index.due(service.index.entries[number]) > in_(24 * 3600), "only a reminder is due"

        tax.say = an_answer
        await until(lambda: settled(journal, number))
    assert [type(event) for event in await events_of(journal, number)] == [
        DepartmentAnswered,
        DepartmentOverdue,
        DepartmentAnswered,
    ]


async def is_overdue(journal: Journal, number: str) -> bool:
    return bool(await overdue(journal, number))


async def test_what_became_due_while_nobody_looked_is_overdue_at_the_next_start(
    real_bus: RealBus, journal: Journal
) -> None:
    """And it belongs to the trace of its case."""
    with span("POST /v1/applications"):
        number = await accept(journal, "tax", answer_by=in_(-1))
    async with verifying(real_bus, journal, [TAX], attached_by=SILENT):
        await until(lambda: is_overdue(journal, number), within=3)
    traces = [(item.traceparent or "").split("-")[1:2] for item in await journal.history.of(number)]
    assert traces == [traces[0]] * 3


@pytest.mark.parametrize("timing", [replace(A_THIRD, checkpoint_every=0.0)])
async def test_an_overdue_department_can_still_bring_what_it_deferred_after_a_restart(
    real_bus: RealBus, journal: Journal
) -> None:
    tax = await OnTheBus("tax", lambda question: deferred(question, in_(3600))).start(real_bus)
    async with verifying(real_bus, journal, [TAX]) as service:
        number = await accept(journal, "tax", answer_by=in_(1.5))
        await until(lambda: service.index.entries.get(number, {}).get("told") is True)
        assert await overdue(journal, number) == ["tax"]
        await asyncio.sleep(0.3)
    async with verifying(real_bus, journal, [TAX]) as service:
        await until(lambda: number in service.index.entries)
        assert await tax.bring(an_answer(tax.asked[0])) == {"ok": {"taken": True}}
    assert not (await journal.load(number)).waiting_for


# --- by hand ---------------------------------------------------------------------------------------------------


async def test_an_answer_by_hand_needs_a_passed_deadline_a_reason_and_a_name(
    real_bus: RealBus, journal: Journal
) -> None:
    async with verifying(real_bus, journal, [TAX], attached_by=SILENT):
        nc = await real_bus.connect("operator")
        number = await accept(journal, "tax", answer_by=in_(3600))
        refusals: list[tuple[dict[str, Any], int, str]] = [
            ({}, 409, "may still answer until"),
            ({"reason": ""}, 422, "reason"),
            ({"by": ""}, 422, "by"),
            ({"approved_by": None}, 422, "approved_by"),
            ({"approved_by": " 李 "}, 422, "approved_by"),
            *(
                ({"approved_by": typed}, 422, "approved_by")
                for typed in ("李\u200b.", "李\ufe0f", "\u3164李", "李\xad")
            ),
            ({"by": "Li Bao", "approved_by": "ｌｉ　ＢＡＯ"}, 422, "approved_by"),
            ({"by": "王\U0002ebf0", "approved_by": "王\U00031350"}, 409, "may still answer until"),
            ({"reason": "\u2800"}, 422, "reason"),
            ({"by": "\u200b"}, 422, "by"),
            ({"kind": "deferred"}, 409, "may still answer until"),
            ({"kind": "maybe"}, 422, "kind"),
            ({"department": "police"}, 404, "tax"),
            ({"application": an_application_number()}, 404, "check the application number"),
            ({"application": "12"}, 422, "application"),
        ]
        for change, status, words in refusals:
            with pytest.raises(CommandRefused, match=words) as refusal:
                await by_hand(HOUSEHOLD, nc, number, **change)
            assert refusal.value.status == status, change
        assert await events_of(journal, number) == []

        number = await accept(journal, "tax", answer_by=in_(0.1))
        await until(lambda: is_overdue(journal, number))
        person: dict[str, Any] = {"id_number": (await journal.load(number)).persons[0].id_number, "kind": "found"}
        unfit: list[dict[str, Any]] = [
            {"kind": "deferred"},
            {"kind": "found"},
            {"kind": "found", "persons": [person | {"records": []}]},
            {"kind": "found", "persons": [{"id_number": an_id_number(1950), "kind": "found", "records": []}]},
            {"kind": "found", "persons": [person | {"records": [{"salary": "9000"}]}]},
            {"kind": "found", "persons": [person | {"records": [{"income_recorded": "perhaps"}]}]},
        ]
        for said_wrong in unfit:
            with pytest.raises(CommandRefused) as refusal:
                await by_hand(HOUSEHOLD, nc, number, **said_wrong)
            assert refusal.value.status == 422, said_wrong

        rows = [{"income_recorded": True, "division": "150303"}]
        found = [person | {"records": rows}]
        said = await by_hand(HOUSEHOLD, nc, number, kind="found", persons=found, approved_by="chief")
        assert said == {"application": number, "department": "tax", "round": 1}
        with pytest.raises(CommandRefused, match="does not wait for tax") as refusal:
            await by_hand(HOUSEHOLD, nc, number)
        assert refusal.value.status == 409
    [_, event] = await events_of(journal, number)
    assert isinstance(event, AnsweredByHand)
    assert (event.reason, event.by, event.approved_by) == ("by telephone", "李", "chief")
    assert [dict(row) for it in event.answer.persons for row in it.records] == rows
    assert (await journal.load(number)).answers["tax", 1].by_hand


@asynccontextmanager
async def determining(bus: RealBus, journal: Journal) -> AsyncIterator[None]:
    async with reading(PullConsumer(await bus.connect(), DETERMINATION, deciding(CaseDecider(journal), decide))):
        yield


async def test_an_answer_by_hand_completes_the_case_that_a_silent_department_held(
    real_bus: RealBus, journal: Journal
) -> None:
    form = a_form(members=(), applicant=a_form().applicant.model_copy(update={"marital_status": "single"}))
    said: dict[str, tuple[str, dict[str, Any]]] = {
        "household-registry": ("found", {"status": "normal", "hukou_division": "150303", "residence": "yes"}),
        "civil-affairs": ("found", {"marital_status": "10"}),
        "social-security": ("none", {}),
        "tax": ("none", {}),
        "real-estate": ("none", {}),
    }
    async with (
        verifying(real_bus, journal, PROCEDURES.asked_by("verify-property"), "verify-property", attached_by=SILENT),
        determining(real_bus, journal),
    ):
        number = await accept(journal, *said, "housing", form=form, answer_by=in_(2.0))
        for name, (kind, row) in said.items():
            records = (row,) if row else ()
            person: dict[str, Any] = {"id_number": form.applicant.id_number, "kind": kind, "records": records}
            answer = Answer.model_validate({"question_id": "Q" * 26, "kind": kind, "persons": (person,)})
            await journal.once(answered(number, name).model_copy(update={"answer": answer}))
        await until(lambda: is_overdue(journal, number))
        await asyncio.sleep(0.3)
        held = await journal.load(number)
        assert (held.state, held.waiting_for, held.determination) == (State.VERIFYING, ("housing",), None)

        await by_hand("verify-property", await real_bus.connect("operator"), number, "housing")
        await until(lambda: determined(journal, number))
    made = (await journal.load(number)).determination
    assert made is not None
    assert made.outcome == "eligible"
    assert len(made.used) == 6


async def determined(journal: Journal, number: str) -> bool:
    return any(isinstance(event, DeterminationMade) for event in await events_of(journal, number))


# --- what the index keeps, without a bus -----------------------------------------------------------------------


def deadlines() -> tuple[Deadlines, dict[str, DepartmentClient]]:
    askings = {it.name: an_asking(it, None) for it in (TAX, SOCIAL_SECURITY)}
    return Deadlines(askings, None, KEY, Calendar(), None, PROCEDURES), askings  # type: ignore[arg-type]


def an_asking(department: Department, journal: Journal | None) -> DepartmentClient:
    return DepartmentClient(department, journal, KEY, FollowedRegister(journal))  # type: ignore[arg-type]


def at_its_deadline(index: Deadlines, entry: dict[str, Any] | None) -> datetime | None:
    """When an entry is due once nobody is to be reminded any more."""
    assert entry is not None
    return index.due({**entry, "step": len(entry["remind"]), "law_unknown": False})


def seen(sequence: int, event: Event) -> LogRecord:
    """An event as the index sees it."""
    headers = {"ce-type": type(event).__name__}
    return LogRecord(Stored(EVENTS.subject_of(event), sequence, event.at, headers, EVENTS.write(event)))


def noted(index: Deadlines, *events: Event) -> dict[str, Any] | None:
    entry = None
    for sequence, event in enumerate(events, start=1):
        entry = index.note(entry, seen(sequence, event))
    return entry


def again(first: ApplicationAccepted) -> ReverificationOpened:
    return ReverificationOpened(
        application=first.application,
        at=first.at + timedelta(seconds=5),
        round=2,
        persons=first.persons,
        asked=first.asked,
        answer_by=first.answer_by + timedelta(days=1),
        reason="look again",
        by="officer",
    )


def test_an_entry_names_this_services_departments_only_and_is_due_at_its_deadline() -> None:
    index, _ = deadlines()
    number = an_application_number()
    event = accepted(number)
    entry = noted(index, event)
    assert entry is not None
    assert (sorted(entry["asked"]), entry["round"]) == (["social-security", "tax"], 1)
    assert entry["asked_at"] == event.at.isoformat()
    assert at_its_deadline(index, entry) == event.answer_by
    assert noted(index, accepted(number, asked=("housing",))) is None


@pytest.mark.parametrize("end", ["determined", "withdrawn"])
def test_a_determination_or_a_withdrawal_ends_the_entry_and_settles_its_questions(end: str) -> None:
    index, askings = deadlines()
    number = an_application_number()
    entry = noted(index, accepted(number))
    assert entry is not None
    tokens = {name: question_id(KEY, number, name, 1) for name in askings}
    for name, asking in askings.items():
        assert asking.questions.waiting == {tokens[name]: (number, 1)}
    ends: dict[str, Event] = {
        "determined": a_determination(number),
        "withdrawn": ApplicationWithdrawn(application=number, at=datetime.now(UTC), reason="moved", by="family"),
    }
    left = index.note(entry, seen(2, ends[end]))
    assert left == (None if end == "determined" else {**entry, "stop": True})
    for name, asking in askings.items():
        # A late answer is still known for what it is.
        assert (asking.questions.waiting, asking.questions.settled) == ({}, {tokens[name]: (number, 1)})
    assert index.note(None, seen(3, ends[end])) is None, "a case that is not kept is none to end"


def test_once_told_an_entry_is_due_no_more_but_its_questions_stay_open_after_a_restart_too() -> None:
    index, askings = deadlines()
    number = an_application_number()
    entry = noted(index, accepted(number))
    assert entry is not None
    told = {**entry, "told": True}
    assert at_its_deadline(index, told) is None
    restarted, anew = deadlines()
    restarted.restored(json.loads(json.dumps({number: told})))
    token = question_id(KEY, number, "tax", 1)
    assert anew["tax"].questions.waiting == askings["tax"].questions.waiting == {token: (number, 1)}


def test_a_new_round_asks_everybody_again_and_is_due_at_its_own_deadline() -> None:
    index, _ = deadlines()
    number = an_application_number()
    first = accepted(number)
    second = again(first)
    entry = noted(index, first, a_determination(number), second)
    assert entry is not None
    assert (entry["round"], sorted(entry["asked"])) == (2, ["social-security", "tax"])
    assert at_its_deadline(index, entry) == second.answer_by
    told = {**(noted(index, first) or {}), "told": True}
    entry = index.note(told, seen(2, second))
    assert entry is not None
    assert (entry["round"], at_its_deadline(index, entry)) == (2, second.answer_by)


# --- what is recorded when the time is over, read from the case ------------------------------------------------


async def test_of_two_departments_the_silent_one_alone_is_recorded_however_often_the_entry_is_fired(
    journal: Journal,
) -> None:
    askings = {it.name: an_asking(it, journal) for it in (TAX, SOCIAL_SECURITY)}
    index = Deadlines(askings, journal, KEY, Calendar(), None, PROCEDURES)
    number = await accept(journal, "tax", "social-security", "housing", answer_by=in_(-1))
    await journal.once(answered(number, "social-security"))
    event = (await journal.history.of(number))[1].event
    entry = noted(index, event)
    assert entry is not None
    for _ in range(3):
        assert await index.fire(number, entry) == {**entry, "told": True, "step": 0}
    [late] = [it for it in await events_of(journal, number) if isinstance(it, DepartmentOverdue)]
    assert (late.department, late.round) == ("tax", 1)
    assert (late.asked_at, late.answer_by) == (event.at, (await journal.load(number)).answer_by)


async def test_where_everybody_has_answered_or_another_round_is_asked_nothing_is_recorded_and_nothing_kept(
    journal: Journal,
) -> None:
    askings = {it.name: an_asking(it, journal) for it in (TAX, SOCIAL_SECURITY)}
    index = Deadlines(askings, journal, KEY, Calendar(), None, PROCEDURES)
    answered_in_time, asked_again = [await accept(journal, "tax", answer_by=in_(-1)) for _ in range(2)]
    await journal.once(answered(answered_in_time, "tax"))
    first = (await journal.load(asked_again)).accepted
    assert first is not None
    await journal.once(answered(asked_again, "tax"), a_determination(asked_again, "ineligible"), again(first))
    for number in (answered_in_time, asked_again):
        entry = noted(index, (await journal.history.of(number))[1].event)
        assert entry is not None
        assert await index.fire(number, entry) is None
        assert await overdue(journal, number) == []
