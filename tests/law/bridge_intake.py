"""The project's intake in the shapes of this folder: its own desk, on a log and a ban list kept in memory.

The log here is a list with the two appends of the journal and their checks; what is decided is the project's.
"""

import asyncio
import json
from collections.abc import Sequence
from datetime import UTC, date, datetime, time
from types import SimpleNamespace
from typing import Any

from intake.bans import BanList
from intake.claims import Claims
from intake.read_bodies import read_form
from intake.submission import ApplicationDesk

from chassis.errors import CommandRefused, Conflict
from chassis.log.journal import Claim
from contracts.application import Consent, Supplement
from contracts.case.case import Case, Recorded
from contracts.case.fold import evolve
from contracts.case.states import State
from contracts.events import DeterminationConfirmed, DeterminationMade, Event
from contracts.events.values import OwnBan
from contracts.key_register import Register
from contracts.local_time import SHANGHAI
from contracts.numbers import application_number
from inquiry.attachments import Unreachable
from inquiry.questions import Sent
from procedures.hainan_2025.completeness import BAN_DISPUTED, BAN_UNCLEAR, BUREAU_SILENT, CHILD_ELSEWHERE
from procedures.hainan_2025.policy import POLICY
from procedures.hainan_2025.projects import Project
from procedures.working_days import Calendar
from tests.law.bridge import own_ban
from tests.law.facts import OwnRecord, PersonAnswer
from tests.law.intake import Form, Step, StepOutput, Story

PROJECT, KEY = "HN-2026-01", b"k" * 32
NOTES = {
    BUREAU_SILENT: "bureau-silent",
    BAN_UNCLEAR: "ban-unclear",
    BAN_DISPUTED: "ban-disputed",
    CHILD_ELSEWHERE: "child-elsewhere",
}
CALENDAR = Calendar.load(None)


class Log:
    """What the journal keeps of one project's desk: cases by their events, and the last word on every claim."""

    def __init__(self) -> None:
        self.cases: dict[str, Case] = {}
        self.claims: dict[str, tuple[int, str]] = {}
        self.sequence = 0
        self.history = self

    async def load(self, application: str, at_least: int = 0) -> Case:
        return self.cases.get(application, Case(application))

    async def last(self, subject: str) -> Any:
        stored = self.claims.get(subject)
        return stored and SimpleNamespace(sequence=stored[0], body=stored[1].encode())

    async def open(self, events: Sequence[Event], claims: Sequence[Claim]) -> Case:
        if any(self.claims.get(claim.subject, (0, ""))[0] != claim.last_sequence for claim in claims):
            raise Conflict("a claim has moved")
        case = await self.decide(Case(events[0].application), *events)
        for claim in claims:
            self.sequence += 1
            self.claims[claim.subject] = (self.sequence, claim.holder)
        return case

    async def decide(self, case: Case, *events: Event) -> Case:
        for event in events:
            self.sequence += 1
            case = evolve(case, Recorded(self.sequence, event, "", event.at))
        self.cases[case.application] = case
        return case


class Bureau:
    """The housing bureau of one step, as an attachment."""

    def __init__(self, said: dict[str, PersonAnswer] | None) -> None:
        self._said = said

    async def ask(self, sent: Sent, timeout: float) -> bytes:
        if self._said is None:
            raise Unreachable("silent")
        [person] = sent.question.persons
        said = self._said.get(person.id_number, PersonAnswer("none"))
        about = {"id_number": person.id_number, "kind": said.kind, "records": said.records}
        answer = {"question_id": sent.question.question_id, "kind": said.kind, "persons": [about]}
        return json.dumps(answer, default=lambda day: day.isoformat()).encode()


class OurRecord:
    """Our own record of one step; the key of the project's is not needed to find nobody."""

    def __init__(self, records: dict[str, OwnRecord]) -> None:
        self._records = records

    async def about(self, id_number: str, today: date) -> OwnBan | None:
        ban = own_ban(self._records.get(id_number.upper()))
        return ban if ban is not None and ban.since <= today < ban.until else None


def project_story(story: Story) -> list[StepOutput]:
    """What the project's intake says to each step of a story; a step happens at noon in Shanghai."""
    return asyncio.run(_told(story))


async def _told(story: Story) -> list[StepOutput]:
    log = Log()
    return [await _step(log, story, number, step) for number, step in enumerate(story.steps)]


async def _step(log: Log, story: Story, number: int, step: Step) -> StepOutput:
    now = datetime.combine(step.day, time(12), SHANGHAI).astimezone(UTC)
    desk = _desk(log, story, step)
    try:
        if step.kind == "post":
            assert step.form is not None
            form = read_form(_body(step.form), step.day)
            if isinstance(form, tuple):
                return StepOutput("invalid")
            return _output(await desk.take(_number(number), form, now))
        before = log.cases.get(application := _number(-1 if step.case is None else step.case))
        if step.kind == "supplement":
            after = await desk.supplement(application, _supplement(step), now)
        elif step.kind == "withdraw":
            after = await desk.withdraw(application, "at the family's wish", "the family", now)
        else:
            after = await _confirmed_ineligible(log, application, now)
        return StepOutput("unchanged") if after == before else _output(after)
    except CommandRefused:
        return StepOutput("unchanged")


def _desk(log: Log, story: Story, step: Step) -> ApplicationDesk:
    bans = BanList(Bureau(step.bureau), KEY, 1.0, SimpleNamespace(newest=Register()), signatures="none")  # type: ignore[arg-type]
    project = Project(PROJECT, "test", story.opens, story.closes, price_published=story.opens)
    return ApplicationDesk(log, Claims(KEY, log), bans, OurRecord(step.own_records), {PROJECT: project}, CALENDAR)  # type: ignore[arg-type]


def _number(step: int) -> str:
    return application_number(f"step {step}", KEY)


def _body(form: Form) -> bytes:
    first, *others = form.members
    applicant = {"name": "Test", "id_number": first.id_number, "phone": "13800000000"}
    return json.dumps(
        {
            "project": PROJECT,
            "channel": "counter-01" if form.at_a_counter else "kiosk-01",
            "applicant": applicant | {"marital_status": form.marital_status},
            "members": [{"name": "Test", "id_number": it.id_number, "relation": it.role} for it in others],
            "residence": {"division": "150303", "address": "Test"},
            "documents": sorted(form.documents),
            "consents": [_entry(number).model_dump() for number in sorted(form.consents)],
        }
    ).encode()


def _entry(number: str) -> Consent:
    return Consent.model_construct(id_number=number, given=True, text_version="2025-1")


def _supplement(step: Step) -> Supplement:
    consents = tuple(_entry(number.upper()) for number in sorted(step.consents))
    return Supplement.model_construct(documents=tuple(sorted(step.documents)), consents=consents)


async def _confirmed_ineligible(log: Log, application: str, now: datetime) -> Case:
    case = await log.load(application)
    if case.state is not State.VERIFYING:
        raise CommandRefused(409, "not being verified", "")
    day = now.astimezone(SHANGHAI).date()
    about: dict[str, Any] = {"application": application, "at": now, "round": 1, "outcome": "ineligible"}
    made = DeterminationMade(**about, policy=POLICY.name, as_of=day, accepted_on=day, findings=(), used=())
    await log.decide(case, made, DeterminationConfirmed(**about, reason="test", by="test"))
    return await log.load(application)


def _output(case: Case) -> StepOutput:
    if case.refused is not None:
        return StepOutput("refused", grounds=frozenset(ground.rule for ground in case.refused.grounds))
    if case.state is State.SUPPLEMENT_WANTED:
        gaps = frozenset(gap.document or gap.consent_of or "" for gap in case.supplements[-1].gaps)
        return StepOutput("supplement", gaps=gaps)
    if case.state is State.VERIFYING:
        assert case.accepted is not None
        return StepOutput("accepted", notes=frozenset(NOTES[note] for note in case.accepted.notes))
    return StepOutput("withdrawn" if case.state is State.WITHDRAWN else "ineligible")
