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
from datetime import UTC, datetime

from opentelemetry.trace import SpanKind

from chassis.attach import Attachment, TooMuch, Unreachable
from chassis.breaker import Breaker
from chassis.errors import Later, Problem
from chassis.health import ANSWERS, ASK_FAILED, BREAKER_OPEN, SURPLUS
from chassis.journal import Journal
from chassis.questions import question_for
from chassis.reading import Read, read_answer
from chassis.subscribe import Delivery, Durable
from chassis.telemetry import span
from contracts.case import CLOSED, Case, State, same_answer
from contracts.departments import Answer, Department, Question
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
LONGEST_DEFERRAL = 3600.0


def durable_for(service: str, department: Department) -> Durable:
    """The durable on which a department's backlog stands: `verify-household-tax`."""
    return Durable(f"{service}-{department.name}", (ApplicationAccepted, ReverificationOpened))


@dataclass
class Asking:
    """One department being asked: its attachment, its breaker, and the questions that are still open."""

    department: Department
    journal: Journal
    key: bytes
    timeout: float = 10.0
    attachment: Attachment = field(init=False)
    breaker: Breaker = field(default_factory=Breaker)
    open_questions: OrderedDict[str, tuple[str, int]] = field(default_factory=OrderedDict)

    async def handle(self, delivery: Delivery) -> None:
        """Asks and records. Raises Later while the department cannot be reached or has promised a later answer."""
        event = delivery.event
        assert isinstance(event, ApplicationAccepted | ReverificationOpened)
        if self.department.name not in event.asked:
            return
        if delivery.attempt > 1 and not self._still_wanted(await self._case(delivery), event.round):
            return
        question = question_for(
            self.department,
            self.key,
            event.application,
            event.round,
            event.persons,
            delivery.now,
            event.answer_by,
        )
        if not question.persons:
            await self.journal.record(_nobody_to_ask(event, question))
            return
        self.remember(question.question_id, event.application, event.round)
        await self.keep(event.application, question, await self._asked(question))

    async def _case(self, delivery: Delivery) -> Case:
        return await self.journal.load(delivery.event.application, delivery.sequence)

    def _still_wanted(self, case: Case, round: int) -> bool:
        """Raises Later before a promised instant."""
        key = (self.department.name, round)
        if key in case.answers or case.state is not State.VERIFYING or case.determination or case.round != round:
            return False
        promised = case.deferred.get(key)
        if promised and (wait := (promised - datetime.now(UTC)).total_seconds()) > 0:
            raise Later("the department promised a later answer", min(wait, LONGEST_DEFERRAL))
        return True

    async def _asked(self, question: Question) -> Read:
        name = self.department.name
        with span(f"ask {name}", attributes={"round": question.round}) as current:
            # A department gets a trace of its own, linked to ours: it shall not see whose others' questions belong.
            with span(f"question {name}", kind=SpanKind.CLIENT, fresh=True):
                try:
                    body = await self.attachment.ask(question, self.timeout)
                except Unreachable as fault:
                    self.breaker.failed(time.monotonic())
                    BREAKER_OPEN.labels(name).set(self.breaker.is_open)
                    ASK_FAILED.labels(name).inc()
                    raise Later(f"{name} did not answer: {fault}") from None
                except TooMuch as much:
                    body = str(much).encode()
            self.breaker.succeeded()
            BREAKER_OPEN.labels(name).set(0)
            read = read_answer(body, question, self.department)
            current.set_attribute("lianshen.kind", read.answer.kind)
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
            wait = (answer.promised_at - now).total_seconds()
            raise Later("the department promised a later answer", min(max(wait, 1.0), LONGEST_DEFERRAL))
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
        if not await self.journal.record(answered):
            await self._also(application, round, answer, now)

    async def _also(self, application: str, round: int, answer: Answer, now: datetime) -> None:
        """Keeps a second answer where it says something else than the one that counts."""
        case = await self.journal.load(application)
        counted = case.answers.get((self.department.name, round))
        if counted is not None and same_answer(counted.answer, answer):
            return
        late = case.determination is not None or case.round != round or case.state in CLOSED
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
        try:
            token = json.loads(body).get("question_id")
        except (ValueError, AttributeError, RecursionError):
            raise Problem(422, "no answer", "send the answer as JSON with the question_id it belongs to") from None
        application, round = self.open_questions.get(str(token), ("", 0))
        if not application:
            raise Problem(404, "no such question", "this question is not open, or belongs to another department")
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
        self.open_questions[token] = (application, round)
        while len(self.open_questions) > REMEMBERED:
            self.open_questions.popitem(last=False)


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
