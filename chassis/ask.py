"""Asking a department, written once: question, answer, retries, breaker, deferral, deadline, answer by hand.

One durable a department reads acceptances and re-verifications; the answer becomes one event. A department that is
down keeps its backlog on its own durable and slows nobody else.
"""

import hashlib
import json
import logging
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from opentelemetry.trace import SpanKind

from chassis.attach import Attachment, TooMuch, Unreachable
from chassis.breaker import Breaker
from chassis.errors import Later, Problem, Stale
from chassis.health import ANSWERS, ASK_FAILED, BREAKER_OPEN, SURPLUS
from chassis.journal import Journal
from chassis.questions import question_for
from chassis.reading import Read, cannot_determine, read_answer
from chassis.subscribe import Delivery, Durable
from chassis.telemetry import annotate, span
from contracts.case import CLOSED, Case, same_answer
from contracts.departments import MAX_ANSWER_BYTES, Answer, Department, Question
from contracts.events import (
    AlsoAnswered,
    ApplicationAccepted,
    DepartmentAnswered,
    DepartmentDeferred,
    Event,
    ReverificationOpened,
)

log = logging.getLogger(__name__)
REMEMBERED = 20_000
"""How many settled questions may still be answered a second time (kept, never counted)."""
LONGEST_DEFERRAL = 3600.0
FRESH = timedelta(seconds=30)
"""An older acceptance comes from a backlog or a durable made anew: much may have happened to its case."""


def durable_for(service: str, department: Department) -> Durable:
    """The durable on which a department's backlog stands: `verify-household-tax`."""
    return Durable(f"{service}-{department.name}", (ApplicationAccepted, ReverificationOpened))


@dataclass
class Asking:
    """One department being asked: its attachment, its breaker, and the questions it may answer, by their ids."""

    department: Department
    journal: Journal
    key: bytes
    timeout: float = 10.0
    attachment: Attachment = field(init=False)
    breaker: Breaker = field(default_factory=Breaker)
    open_questions: dict[str, tuple[str, int]] = field(default_factory=dict)
    settled_questions: OrderedDict[str, tuple[str, int]] = field(default_factory=OrderedDict)
    promised: dict[str, datetime] = field(default_factory=dict)
    """The newest promise by question; the log holds only the first, so a restart may ask once too early."""

    async def handle(self, delivery: Delivery) -> None:
        """Asks and records. Raises Later while the department cannot be reached or has promised a later answer."""
        event = delivery.event
        assert isinstance(event, ApplicationAccepted | ReverificationOpened)
        if self.department.name not in event.asked:
            return
        # The same question every time it is sent: what a department may know does not grow while it is away.
        question = question_for(
            self.department, self.key, event.application, event.round, event.persons, event.at, event.answer_by
        )
        if not question.persons:
            await self.journal.record(_nobody_to_ask(event, question))
            return
        if delivery.attempt > 1 or delivery.now - delivery.stored.at > FRESH:
            case = await self.journal.load(event.application, delivery.sequence)
            if not self._still_wanted(case, event.round):
                self.settle(question.question_id, event.application, event.round)
                return
            self.remember(question.question_id, event.application, event.round)
            self._not_before_promised(case, question, delivery.now)
        self.remember(question.question_id, event.application, event.round)
        await self.keep(event.application, question, await self._asked(question))

    def _still_wanted(self, case: Case, round: int) -> bool:
        return case.round == round and self.department.name in case.waiting_for

    def _not_before_promised(self, case: Case, question: Question, now: datetime) -> None:
        """Raises Later before a promised instant."""
        first = case.deferred.get((self.department.name, question.round))
        promised = self.promised.get(question.question_id, first)
        if promised is not None and promised > now:
            raise _later(promised, now)

    async def _asked(self, question: Question) -> Read:
        name = self.department.name
        # A department gets a trace of its own, linked to ours: it shall not see whose others' questions belong.
        with span(f"question {name}", kind=SpanKind.CLIENT, fresh=True):
            try:
                body = await self.attachment.ask(question, self.timeout)
                read = read_answer(body, question, self.department)
            except Unreachable as fault:
                self.breaker.failed(time.monotonic())
                BREAKER_OPEN.labels(name).set(self.breaker.is_open)
                ASK_FAILED.labels(name).inc()
                raise Later(f"{name} did not answer: {fault}") from None
            except TooMuch as much:
                read = cannot_determine(question, str(much))
        if self.breaker.failures:
            self.breaker.succeeded()
            BREAKER_OPEN.labels(name).set(0)
        annotate("kind", read.answer.kind)
        return read

    async def keep(self, application: str, question: Question, read: Read) -> None:
        """Records what was said: the first answer of a round counts, what comes after it is only kept."""
        department, round, answer = self.department.name, question.round, read.answer
        ANSWERS.labels(department, answer.kind).inc()
        if read.surplus:
            SURPLUS.labels(department).inc(read.surplus)
        now = datetime.now(UTC)
        if answer.kind == "deferred":
            assert answer.promised_at is not None
            await self.journal.record(
                DepartmentDeferred(
                    application=application,
                    at=now,
                    department=department,
                    round=round,
                    question_id=question.question_id,
                    promised_at=answer.promised_at,
                )
            )
            self.promised[question.question_id] = answer.promised_at
            raise _later(answer.promised_at, now)
        answered = DepartmentAnswered(
            application=application,
            at=now,
            department=department,
            round=round,
            question_id=question.question_id,
            asked_at=question.asked_at,
            answer=answer,
            surplus=read.surplus,
        )
        counts = await self.journal.record(answered)
        self.settle(question.question_id, application, round)
        if not counts:
            await self._also(application, round, answer, now)

    async def _also(self, application: str, round: int, answer: Answer, now: datetime) -> None:
        """Keeps a second answer where it says something else than the one that counts."""
        case = await self.journal.load(application)
        counted = case.answers.get((self.department.name, round))
        if counted is not None and same_answer(counted.answer, answer):
            return
        late = case.determination is not None or case.round != round or case.state in CLOSED
        if counted is None and not late:
            raise Stale("the read does not show the answer that counts yet")
        await self.journal.record(
            AlsoAnswered(
                application=application,
                at=now,
                department=self.department.name,
                round=round,
                hash8=hashlib.sha256(answer.model_dump_json().encode()).hexdigest()[:8],
                answer=answer,
                why="late" if late else "contradicting",
            )
        )

    async def late(self, body: bytes) -> None:
        """A reply that nobody waited for any more: taken where its question is still known, else dropped."""
        try:
            await self.deliver(body)
        except (Problem, Later) as problem:
            log.info("a late reply was not taken: %s", problem, extra={"department": self.department.name})
        except Exception:
            log.exception("a late reply could not be taken", extra={"department": self.department.name})

    async def deliver(self, body: bytes) -> None:
        """Takes an answer that comes by itself, by its question's id. Raises Problem 404 for an unknown id."""
        if len(body) > MAX_ANSWER_BYTES:
            raise Problem(413, "too much", f"an answer has at most {MAX_ANSWER_BYTES} bytes")
        try:
            token = json.loads(body).get("question_id")
        except (ValueError, AttributeError, RecursionError):
            raise Problem(422, "no answer", "send the answer as JSON with the question_id it belongs to") from None
        known = self.open_questions.get(str(token)) or self.settled_questions.get(str(token))
        if known is None:
            raise Problem(404, "no such question", "this question is not open, or belongs to another department")
        application, round = known
        case = await self.journal.load(application)
        if case.asked_at is None or case.answer_by is None:
            raise Problem(404, "no such question", "this question is not open")
        question = question_for(
            self.department, self.key, application, round, case.persons, case.asked_at, case.answer_by
        )
        read = read_answer(body, question, self.department)
        if read.garbage or read.answer.kind == "deferred":
            raise Problem(422, "no answer", read.answer.note or "a deferred answer cannot be deferred again here")
        if (self.department.name, round) in case.answers or case.determination or case.round != round:
            await self._also(application, round, read.answer, datetime.now(UTC))
        else:
            await self.keep(application, question, read)

    def remember(self, token: str, application: str, round: int) -> None:
        """From now on the department may bring this question's answer by itself."""
        self.open_questions[token] = (application, round)

    def settle(self, token: str, application: str, round: int) -> None:
        """The question needs no answer any more; a late one is still known for what it is, for a while."""
        self.open_questions.pop(token, None)
        self.promised.pop(token, None)
        self.settled_questions[token] = (application, round)
        while len(self.settled_questions) > REMEMBERED:
            self.settled_questions.popitem(last=False)


def _later(promised: datetime, now: datetime) -> Later:
    """A promise in the past, or of the next moment, counts for nothing: such a question waits longer every time."""
    wait = (promised - now).total_seconds()
    return Later("the department promised a later answer", min(wait, LONGEST_DEFERRAL) if wait > 0 else None)


def _nobody_to_ask(event: ApplicationAccepted | ReverificationOpened, question: Question) -> Event:
    answer = Answer(question_id=question.question_id, kind="none", note="nobody of this family is to be asked about")
    return DepartmentAnswered(
        application=event.application,
        at=question.asked_at,
        department=question.department,
        round=question.round,
        question_id=question.question_id,
        asked_at=question.asked_at,
        answer=answer,
    )
