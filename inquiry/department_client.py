"""Asking a department, written once: question, answer, retries, breaker, deferral, deadline, answer by hand.

One durable a department reads acceptances and re-verifications; the answer becomes one event. A department that is
down keeps its backlog on its own durable and slows nobody else.
"""

import hashlib
import logging
import time
from collections import OrderedDict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from opentelemetry.trace import SpanKind

from chassis.consume.breaker import Breaker
from chassis.consume.consumer import Delivery
from chassis.errors import CommandRefused, Later, Stale
from chassis.log.durables import Durable
from chassis.log.journal import Journal
from chassis.log.key_register import FollowedRegister
from chassis.telemetry.metrics import (
    ANSWER_SECONDS,
    ANSWERS,
    ASK_FAILED,
    BREAKER_OPEN,
    NO_ANSWER,
    NOT_BELIEVED,
    SURPLUS,
    begin_at_zero,
)
from chassis.telemetry.spans import ATTEMPT, DEPARTMENT, OUTCOME, annotate, failed, rename, span
from contracts.case import CLOSED, Case, same_answer
from contracts.events import (
    AlsoAnswered,
    ApplicationAccepted,
    DepartmentAnswered,
    DepartmentDeferred,
    Event,
    ReverificationOpened,
)
from contracts.inquiries import MAX_ANSWER_BYTES, Answer, AnswerProof, DepartmentNotice, Question
from contracts.jws import Signer
from inquiry.attachments import Attachment, Declined, TooMuch, Unreachable
from inquiry.department_faults import Faults, Kind
from inquiry.parse_answer import LONGEST_PROMISE, NoAnswer
from inquiry.questions import Sent, question_for, question_id, to_send
from inquiry.verify_answer import AnswerRejected, SignaturePolicy, VerifiedAnswer, question_named, verify_answer
from procedures.department import Department

log = logging.getLogger(__name__)
REMEMBERED = 20_000
"""How many settled questions may still be answered a second time (kept, never counted)."""
LONGEST_DEFERRAL = 3600.0
MOST_KEPT_BESIDE = 8
"""Answers to one question beside the one that counts: whoever says ever something else shall not fill the log."""
HELD_FOR = 1.0
"""Seconds until a question that was already fetched comes back to a department that is not asked now."""
FRESH = timedelta(seconds=30)
"""An older acceptance comes from a backlog or a durable made anew: much may have happened to its case."""


def durable_for(service: str, department: Department) -> Durable:
    """The durable on which a department's backlog stands: `verify-household-tax`."""
    return Durable(f"{service}-{department.name}", (ApplicationAccepted, ReverificationOpened))


@dataclass
class DepartmentClient:
    """One department being asked: its attachment, its breaker, and the questions it may answer, by their ids."""

    department: Department
    journal: Journal
    key: bytes
    register: FollowedRegister
    signer: Signer | None = None
    signatures: SignaturePolicy = "accepted"
    attached_by: str = "bus"
    timeout: float = 10.0
    attachment: Attachment = field(init=False)
    breaker: Breaker = field(default_factory=Breaker)
    open_questions: dict[str, tuple[str, int]] = field(default_factory=dict)
    settled_questions: OrderedDict[str, tuple[str, int]] = field(default_factory=OrderedDict)
    promised: dict[str, datetime] = field(default_factory=dict)
    """The newest promise by question; the log holds only the first, so a restart may ask once too early."""
    faults: Faults = field(default_factory=Faults)

    def __post_init__(self) -> None:
        begin_at_zero(self.name)
        # Looked at when it is scraped: an answer is not all that closes a breaker (resumed, attached anew).
        BREAKER_OPEN.labels(self.name).set_function(lambda: self.breaker.is_open and self.breaker.held is None)

    @property
    def name(self) -> str:
        return self.department.name

    @property
    def by_clerk(self) -> bool:
        """Nobody answers by machine: a question waits in the clerk's list."""
        return self.attached_by == "clerk"

    async def handle(self, delivery: Delivery) -> None:
        """Asks and records. Raises Later while the department cannot be reached or has promised a later answer."""
        event = delivery.event
        assert isinstance(event, ApplicationAccepted | ReverificationOpened)
        if self.name not in event.asked:
            return
        rename(f"ask {self.name}")
        annotate(DEPARTMENT, self.name)
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
        if self.by_clerk:
            await self._deferred(event.application, question, event.answer_by, delivery.now)
            # Not acknowledged: once it is asked by machine, it is asked what waits for the clerk now.
            raise Later(f"{self.name} is answered for by a clerk", LONGEST_DEFERRAL)
        await self.register.known()
        if self.breaker.held:
            raise Later(f"{self.name} is not asked now: {self.breaker.held}", HELD_FOR)
        sent = to_send(question, self.signer)
        await self.keep(event.application, sent, await self._asked(sent, delivery.attempt))

    def _still_wanted(self, case: Case, round: int) -> bool:
        return case.round == round and self.name in case.waiting_for

    def _not_before_promised(self, case: Case, question: Question, now: datetime) -> None:
        """Raises Later before a promised instant."""
        first = case.deferred.get((self.name, question.round))
        promised = self.promised.get(question.question_id, first)
        # The deadline itself stands for a clerk, who is not there any more.
        kept = promised is not None and now < promised <= now + LONGEST_PROMISE  # older logs hold promises for ever
        if promised is not None and kept and promised != question.answer_by:
            raise _later(promised, now)

    async def _asked(self, sent: Sent, attempt: int) -> VerifiedAnswer:
        # A department gets a trace of its own, linked to ours: it shall not see whose others' questions belong.
        attributes: dict[str, str | int | bool] = {DEPARTMENT: self.name, ATTEMPT: attempt}
        with span(f"question {self.name}", kind=SpanKind.CLIENT, fresh=True, attributes=attributes):
            began = time.perf_counter()
            try:
                heard = await self._answer(sent)
            except Unreachable as fault:
                ASK_FAILED.labels(self.name).inc()
                raise self._not_heard(sent, "silent", f"{self.name} did not answer: {fault}") from None
            except AnswerRejected as doubt:
                NOT_BELIEVED.labels(self.name).inc()
                raise self._not_heard(sent, "not believed", f"{self.name} is not believed: {doubt}") from None
            except (NoAnswer, Declined, TooMuch) as wrong:
                NO_ANSWER.labels(self.name).inc()
                raise self._not_heard(sent, "no answer", f"what {self.name} sent is no answer: {wrong}") from None
            annotate(OUTCOME, heard.read.answer.kind)
        ANSWER_SECONDS.labels(self.name).observe(time.perf_counter() - began)
        self.faults.heard(sent.question.question_id)
        if self.breaker.failures:
            self.breaker.succeeded()
        annotate(OUTCOME, heard.read.answer.kind)
        return heard

    async def _answer(self, sent: Sent) -> VerifiedAnswer:
        return self._hear(await self.attachment.ask(sent, self.timeout), sent)

    def _hear(self, body: bytes, sent: Sent) -> VerifiedAnswer:
        # By the register as it is now: a key may have been revoked while the answer was on its way.
        holding = self.register.newest.of(self.name)
        return verify_answer(body, sent, self.department, self.signatures, holding, datetime.now(UTC))

    def _not_heard(self, sent: Sent, kind: Kind, why: str) -> Later:
        failed(kind, why)
        token = sent.question.question_id
        if self.faults.add(token, kind, why, datetime.now(UTC)):
            log.warning(why, extra={"department": self.name})
        self.breaker.failed(time.monotonic(), spoilt=None if kind == "silent" else token)
        # While nobody answers, only probes are asked. A question that waited longer than until the next one, by how
        # often it was delivered, would leave that probe without a question, and a department that is back waiting.
        return Later(why, self.breaker.until_probe(time.monotonic()) if kind == "silent" else None)

    async def keep(self, application: str, sent: Sent, heard: VerifiedAnswer) -> None:
        """Records what was said: the first answer of a round counts, what comes after it is only kept."""
        question, answer = sent.question, heard.read.answer
        ANSWERS.labels(self.name, answer.kind).inc()
        if heard.read.surplus:
            SURPLUS.labels(self.name).inc(heard.read.surplus)
        now = datetime.now(UTC)
        if answer.kind == "deferred":
            assert answer.promised_at is not None
            await self._deferred(application, question, answer.promised_at, now)
            self.promised[question.question_id] = answer.promised_at
            raise _later(answer.promised_at, now)
        answered = DepartmentAnswered(
            application=application,
            at=now,
            department=self.name,
            round=question.round,
            question_id=question.question_id,
            asked_at=question.asked_at,
            answer=answer,
            surplus=heard.read.surplus,
            evidence=heard.evidence,
        )
        counts = await self.journal.record(answered)
        self.settle(question.question_id, application, question.round)
        if not counts:
            await self._also(application, question.round, answer, heard.evidence, now)

    async def _deferred(self, application: str, question: Question, promised_at: datetime, now: datetime) -> None:
        await self.journal.record(
            DepartmentDeferred(
                application=application,
                at=now,
                department=self.name,
                round=question.round,
                question_id=question.question_id,
                promised_at=promised_at,
            )
        )

    async def _also(
        self, application: str, round: int, answer: Answer, evidence: AnswerProof | None, now: datetime
    ) -> bool:
        """Keeps a second answer where it says something else than the one that counts; False where enough are kept."""
        case = await self.journal.load(application)
        counted = case.answers.get((self.name, round))
        if counted is not None and same_answer(counted.answer, answer):
            return True
        if case.also_answered.get((self.name, round), 0) >= MOST_KEPT_BESIDE:
            return False
        late = case.determination is not None or case.round != round or case.state in CLOSED
        if counted is None and not late:
            raise Stale("the read does not show the answer that counts yet")
        await self.journal.record(
            AlsoAnswered(
                application=application,
                at=now,
                department=self.name,
                round=round,
                hash8=hashlib.sha256(answer.model_dump_json().encode()).hexdigest()[:8],
                answer=answer,
                why="late" if late else "contradicting",
                evidence=evidence,
            )
        )
        return True

    async def late(self, body: bytes) -> None:
        """A reply that nobody waited for any more: taken where its question is still known, else dropped."""
        try:
            await self.deliver(body)
        except (CommandRefused, Later) as problem:
            log.info("a late reply was not taken: %s", problem, extra={"department": self.name})
        except Exception:
            log.exception("a late reply could not be taken", extra={"department": self.name})

    async def deliver(self, body: bytes) -> None:
        """Takes an answer that comes by itself, by its question's id. Raises Problem 404 for an unknown id."""
        if len(body) > MAX_ANSWER_BYTES:
            raise CommandRefused(413, "too much", f"an answer has at most {MAX_ANSWER_BYTES} bytes")
        token = question_named(body)
        if token is None:
            raise CommandRefused(
                422, "no answer", "send the answer as JSON with the question_id it belongs to, or signed"
            )
        sent, case = await self.sent(token)
        round = sent.question.round
        try:
            await self.register.known()
            heard = self._hear(body, sent)
        except AnswerRejected as doubt:
            NOT_BELIEVED.labels(self.name).inc()
            raise CommandRefused(403, "not believed", f"the answer is not taken: {doubt}") from None
        except NoAnswer as wrong:
            NO_ANSWER.labels(self.name).inc()
            if token in self.open_questions:
                # Of one that is settled nothing would ever take the fault away again.
                why = f"what {self.name} brought is no answer: {wrong}"
                self.faults.add(token, "no answer", why, datetime.now(UTC))
            raise CommandRefused(422, "no answer", f"the answer is not taken: {wrong}") from None
        answer = heard.read.answer
        if answer.kind == "deferred":
            raise CommandRefused(422, "no answer", "a deferred answer cannot be deferred again here")
        if (self.name, round) in case.answers or case.determination or case.round != round:
            if not await self._also(case.application, round, answer, heard.evidence, datetime.now(UTC)):
                raise CommandRefused(
                    429, "enough", f"{MOST_KEPT_BESIDE} other answers to this question are kept already"
                )
        else:
            await self.keep(case.application, sent, heard)

    async def sent(self, token: str) -> tuple[Sent, Case]:
        """A question that was asked, as it was sent, and the case it belongs to. Raises Problem 404."""
        known = self.open_questions.get(token) or self.settled_questions.get(token)
        if known is None:
            raise CommandRefused(
                404, "no such question", "this question is not open, or belongs to another department"
            )
        application, round = known
        case = await self.journal.load(application)
        if round not in case.rounds:
            raise CommandRefused(404, "no such question", "this question is not open")
        return self.as_sent(case, round), case

    def as_sent(self, case: Case, round: int) -> Sent:
        """The question of one round again, byte for byte."""
        asked = case.rounds[round]
        question = question_for(
            self.department, self.key, case.application, round, case.persons, asked.asked_at, asked.answer_by
        )
        return to_send(question, self.signer)

    async def tell(self, application: str, round: int, answer_by: datetime, step: int) -> None:
        """Reminds the department of a question (`step` from 1), or with 0 tells it to stop."""
        await self.attachment.tell(
            DepartmentNotice(
                question_id=question_id(self.key, application, self.name, round),
                department=self.name,
                round=round,
                what="reminder" if step else "stop",
                answer_by=answer_by,
                reminder=step,
            )
        )

    def remember(self, token: str, application: str, round: int) -> None:
        """From now on the department may bring this question's answer by itself."""
        self.open_questions[token] = (application, round)

    def settle(self, token: str, application: str, round: int) -> None:
        """The question needs no answer any more; a late one is still known for what it is, for a while."""
        self.open_questions.pop(token, None)
        self.promised.pop(token, None)
        self.faults.mended(token)
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
