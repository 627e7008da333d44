"""What each step of a review does, by Lianshen's contracts and rules: the same bytes asked, the same checks, the same
determination. Nothing here keeps anything: that is the peer's part, and each step gives the event that it is to keep.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nats
from nats.aio.client import Client
from nats.errors import Error as NatsError

from chassis.process.keys import read_key
from contracts.case.case import Case, Recorded
from contracts.case.fold import evolve
from contracts.events import (
    EVENTS,
    ApplicationAccepted,
    ApplicationRefused,
    ApplicationSubmitted,
    DepartmentAnswered,
    DeterminationMade,
    Event,
    SupplementRequested,
)
from contracts.events.values import BanAnswer
from contracts.inquiries import SAID, Question
from contracts.jws import Signer, thumbprint
from contracts.key_register import Holding, Key
from contracts.local_time import SHANGHAI
from inquiry.attachments import SIGNATURE_HEADER
from inquiry.parse_answer import NoAnswer
from inquiry.questions import question_for, to_send
from inquiry.verify_answer import AnswerRejected, VerifiedAnswer, verify_answer
from procedures.deadlines import answer_by
from procedures.department import Department
from procedures.hainan_2025.ban_question import BAN_LIST, asked_as
from procedures.hainan_2025.completeness import BANNED, IntakeFacts, Refused, SupplementWanted, assess, family
from procedures.hainan_2025.departments import DEPARTMENTS as ALL_DEPARTMENTS
from procedures.hainan_2025.departments.housing import HousingRow
from procedures.hainan_2025.determination import decide
from procedures.hainan_2025.policy import POLICY
from procedures.hainan_2025.projects import Project, load_projects
from procedures.records import read_row
from procedures.working_days import Calendar

DEPARTMENTS: dict[str, Department] = {it.name: it for it in ALL_DEPARTMENTS}
ANSWER_WITHIN = 10.0
"""Seconds, as Lianshen's. The ban question waits as long: no kiosk waits for it here, as one does for Lianshen's 3."""


class NotNow(Exception):
    """A department did not answer, or not so that it can be believed: the peer tries the step again."""


@dataclass(frozen=True)
class Bureau:
    """One process's connection, keys and law. `folder` is what `benchmarks.peers.same_work` wrote."""

    nc: Client
    key: bytes
    signer: Signer
    holdings: Mapping[str, Holding]
    projects: Mapping[str, Project]
    calendar: Calendar

    @classmethod
    async def open(cls, folder: Path) -> "Bureau":
        nc = await connected(folder)
        keys = folder / "keys"
        return cls(
            nc,
            read_key(keys, "question"),
            Signer.from_seed(read_key(keys, "signing")),
            {name: _holding(x) for name, x in json.loads((folder / "register.json").read_text()).items()},
            load_projects(),
            Calendar.load(None),
        )

    async def taken_up(self, submitted: ApplicationSubmitted) -> Event:
        """Asks for bans and assesses the form: accepted, refused, or what is missing (Art. 21–23, 32)."""
        now, form, number = datetime.now(UTC), submitted.form, submitted.application
        today = now.astimezone(SHANGHAI).date()
        ban = await self._ban(submitted, now)
        policy = POLICY.on(today)
        rows = None if ban is None else _rows(ban, form.applicant.id_number)
        known = IntakeFacts(today, self.projects[form.project], rows, frozenset(), policy)
        outcome = assess(form, known)
        if isinstance(outcome, Refused):
            said = ban if any(ground.rule == BANNED for ground in outcome.grounds) else None
            return ApplicationRefused(application=number, at=now, as_of=today, grounds=outcome.grounds, ban=said)
        if isinstance(outcome, SupplementWanted):
            until = self.calendar.due(today, policy.supplement_working_days).last_day
            return SupplementRequested(application=number, at=now, n=1, gaps=outcome.gaps, hand_in_by=until)
        return ApplicationAccepted(
            application=number,
            at=now,
            policy=POLICY.name,
            as_of=today,
            project=form.project,
            persons=family(form),
            marital_status=form.applicant.marital_status,
            own_income_shown="own_income" in form.documents,
            at_a_counter=form.at_a_counter,
            asked=policy.departments,
            answer_by=answer_by(self.calendar, policy, now, None),
            notes=outcome.notes,
        )

    async def _ban(self, submitted: ApplicationSubmitted, now: datetime) -> BanAnswer | None:
        """What the bureau says of bans; silent, it holds nobody up (R32 decides in the determination)."""
        number = asked_as(submitted.application)
        question = question_for(BAN_LIST, self.key, number, 1, family(submitted.form), now, now)
        try:
            heard = await self._ask(BAN_LIST, question, ANSWER_WITHIN)
        except NotNow:
            return None
        return BanAnswer(asked_at=now, answer=heard.read.answer, evidence=heard.evidence)

    async def answered(self, accepted: ApplicationAccepted, name: str) -> DepartmentAnswered:
        """One department's answer, its signature verified and kept. Raises NotNow."""
        department = DEPARTMENTS[name]
        at, by = accepted.at, accepted.answer_by
        question = question_for(department, self.key, accepted.application, 1, accepted.persons, at, by)
        heard = await self._ask(department, question, ANSWER_WITHIN)
        if heard.read.answer.kind == "deferred":
            raise NotNow(f"{name} will answer later")
        return DepartmentAnswered(
            application=accepted.application,
            at=datetime.now(UTC),
            department=name,
            round=1,
            question_id=question.question_id,
            asked_at=accepted.at,
            answer=heard.read.answer,
            surplus=heard.read.surplus,
            evidence=heard.evidence,
        )

    async def _ask(self, department: Department, question: Question, within: float) -> VerifiedAnswer:
        sent = to_send(question, self.signer)
        headers = {SIGNATURE_HEADER: sent.signature or ""}
        try:
            reply = await self.nc.request(f"department.{department.name}.query.v1", sent.body, within, headers=headers)
            return verify_answer(
                reply.data, sent, department, "required", self.holdings[department.name], datetime.now(UTC)
            )
        except (NatsError, TimeoutError, NoAnswer, AnswerRejected) as fault:
            raise NotNow(f"{department.name}: {type(fault).__name__}") from None

    def determined(self, events: Iterable[Event]) -> DeterminationMade:
        """The determination over all answers (Art. 26). Raises NotNow while one is missing."""
        events = list(events)
        for event in decide(case_of(events[0].application, events), datetime.now(UTC)):
            if isinstance(event, DeterminationMade):
                return event
        raise NotNow("an answer is missing")

    async def tell(self, event: DeterminationMade) -> None:
        """Says on the bus what is kept by now, as Lianshen's log does: whoever waits need not ask."""
        await self.nc.publish(EVENTS.subject_of(event), event.model_dump_json().encode())


async def connected(folder: Path) -> Client:
    """A connection to the bus of the departments, as the bureau."""
    return await nats.connect(
        (folder / "url").read_text(), nkeys_seed_str=(folder / "bureau.seed").read_text().strip()
    )


def written(event: Event) -> bytes:
    """An event as a peer keeps it."""
    return type(event).__name__.encode() + b" " + event.model_dump_json().encode()


def read(kept: bytes) -> Event:
    name, _, body = kept.partition(b" ")
    return EVENTS.read(name.decode(), body)


def case_of(application: str, events: Iterable[Event]) -> Case:
    """The case that these events amount to, in their order."""
    case = Case(application)
    for sequence, event in enumerate(events, start=1):
        case = evolve(case, Recorded(sequence, event, "", event.at))
    return case


def _rows(ban: BanAnswer, applicant: str) -> tuple[HousingRow, ...]:
    """What the ban list has of the applicant; a bureau that would not say leaves it open, like an empty row."""
    said = ban.answer.about(applicant)
    if said.kind not in SAID:
        return (HousingRow(),)
    rows = [read_row(HousingRow, row, stored=True) for row in said.records]
    return tuple(row for row in rows if row.register_ in ("ban", None))


def _holding(x: str) -> Holding:
    """What the register would have of a department: the one key it signs with."""
    now = datetime.now(UTC)
    key = Key(thumbprint(x), x, "answer", now - timedelta(days=1), now + timedelta(days=365))
    return Holding(n=1, keys={key.kid: key})
