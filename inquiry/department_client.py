"""Asks one department: sends the question, tries again while there is no answer, and records what is answered.

Each department has durables of its own, for acceptances and for re-verifications. So the backlog of a department that
is down slows no other.
"""

import logging
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from chassis.consume.breaker import Breaker
from chassis.consume.consumer import Delivery
from chassis.errors import Later
from chassis.log.durables import Durable, one_a_kind
from chassis.log.journal import Journal
from chassis.log.key_register import FollowedRegister
from chassis.telemetry.metrics import (
    ANSWER_SECONDS,
    ASK_FAILED,
    BREAKER_OPEN,
    NO_ANSWER,
    NOT_BELIEVED,
    begin_at_zero,
)
from chassis.telemetry.spans import DEPARTMENT, OUTCOME, annotate, done_now, failed, rename
from contracts.batches.proof import Said
from contracts.case.case import Case
from contracts.events import ApplicationAccepted, ReverificationOpened
from contracts.inquiries import DepartmentNotice, Question
from contracts.jws import Signer
from inquiry import deferral
from inquiry.attachments import Attachment, Declined, TooMuch, Unreachable
from inquiry.batches.gathering import Batches
from inquiry.batches.signed_roots import SignedRoots
from inquiry.department_faults import Faults, Kind
from inquiry.late_answers import record_beside
from inquiry.open_questions import OpenQuestions
from inquiry.parse_answer import NoAnswer
from inquiry.questions import Sent, question_for, question_id, to_send
from inquiry.record_answer import answered_without_asking, count, record_answer, record_deferral
from inquiry.verify_answer import AnswerRejected, SignaturePolicy, VerifiedAnswer, verify_answer
from procedures.department import Department

log = logging.getLogger(__name__)
HELD_FOR = 1.0
"""Seconds until a question that was already fetched comes back to a department that is not asked now."""
FRESH = timedelta(seconds=30)
"""An older acceptance comes from a backlog or a durable made anew: much may have happened to its case."""

RoundOpened = ApplicationAccepted | ReverificationOpened


def durables_for(service: str, department: Department) -> tuple[Durable, ...]:
    """Where a department's backlog stands: `verify-household-tax-accepted`, and `-reverification` beside it."""
    return one_a_kind(f"{service}-{department.name}", ApplicationAccepted, ReverificationOpened)


@dataclass
class DepartmentClient:
    """One department as it is attached now, its breaker, its open questions and its faults."""

    department: Department
    journal: Journal
    key: bytes
    register: FollowedRegister
    signer: Signer | None = None
    signatures: SignaturePolicy = "accepted"
    attached_by: str = "bus"
    timeout: float = 10.0
    attachment: Attachment = field(init=False)
    batches: Batches | None = None
    """Where a department could take several questions in one message."""
    breaker: Breaker = field(default_factory=Breaker)
    questions: OpenQuestions = field(default_factory=OpenQuestions)
    faults: Faults = field(default_factory=Faults)
    by_procedure: Mapping[str, Department] = field(default_factory=dict)
    """What the cases of a procedure ask it, by the procedure's name, if it is not the contract of `department`."""

    def __post_init__(self) -> None:
        self.roots = SignedRoots(self.journal, self.name)
        begin_at_zero(self.name)
        # Looked at when it is scraped: an answer is not all that closes a breaker (resumed, attached anew).
        BREAKER_OPEN.labels(self.name).set_function(lambda: self.breaker.is_open and self.breaker.held is None)

    @property
    def name(self) -> str:
        return self.department.name

    @property
    def by_clerk(self) -> bool:
        """Whether its questions wait in a clerk's list, and no system answers them."""
        return self.attached_by == "clerk"

    async def handle(self, delivery: Delivery) -> None:
        """Asks and records. Raises Later while the department cannot be reached or has promised a later answer."""
        event = delivery.event
        assert isinstance(event, RoundOpened)
        if self.name not in event.asked:
            return
        rename(f"ask {self.name}")
        annotate(DEPARTMENT, self.name)
        # The same question every time it is sent: what a department may know does not grow while it is away.
        question = question_for(
            await self._asked_with(event),
            self.key,
            event.application,
            event.round,
            event.persons,
            event.at,
            event.answer_by,
        )
        if not question.persons:
            await self.journal.record(answered_without_asking(event, question))
            return
        if not await self._is_wanted(delivery, event.application, question):
            return
        self.questions.add(question.question_id, event.application, event.round)
        if self.by_clerk:
            await record_deferral(self.journal, event.application, question, event.answer_by, delivery.now)
            # Not acknowledged: if a system is attached later, it is asked what waits for the clerk now.
            raise Later(f"{self.name} is answered for by a clerk", deferral.LONGEST_DEFERRAL)
        await self.register.known()
        if self.breaker.held:
            raise Later(f"{self.name} is not asked now: {self.breaker.held}", HELD_FOR)
        sent = to_send(question, self.signer)
        await self.record(event.application, sent.question, await self.ask(sent))

    async def _asked_with(self, event: RoundOpened) -> Department:
        """Its contract with the procedure of the case, which only an acceptance names."""
        if isinstance(event, ApplicationAccepted) or not self.by_procedure:
            return self.under(event.policy if isinstance(event, ApplicationAccepted) else "")
        return self.under_case(await self.journal.load(event.application))

    def under(self, procedure: str) -> Department:
        return self.by_procedure.get(procedure, self.department)

    def under_case(self, case: Case) -> Department:
        return self.under(case.accepted.policy if case.accepted else "")

    def asked_in(self, question: Question) -> Department:
        """The contract that a question of ours names."""
        return next(one for one in (self.department, *self.by_procedure.values()) if one.contract == question.contract)

    async def _is_wanted(self, delivery: Delivery, application: str, question: Question) -> bool:
        """Whether the answer is still missing; reads the case if much may have happened to it.

        Raises Later before an instant that the department has promised.
        """
        if delivery.attempt == 1 and delivery.now - delivery.stored.at <= FRESH:
            return True
        case = await self.journal.load(application, delivery.sequence)
        if case.round != question.round or self.name not in case.waiting_for:
            self.settle(question.question_id, application, question.round)
            return False
        self.questions.add(question.question_id, application, question.round)
        newest = self.questions.promised.get(question.question_id)
        if promised := deferral.promise_in_force(case, question, newest, delivery.now):
            raise deferral.later(promised, delivery.now)
        return True

    async def ask(self, sent: Sent) -> VerifiedAnswer:
        """One attempt at one question. Raises Later if it brings no answer that can be recorded."""
        began = time.perf_counter()
        try:
            heard = await self._heard(sent)
        except Unreachable as fault:
            ASK_FAILED.labels(self.name).inc()
            raise self._failed(sent, "silent", f"{self.name} did not answer: {fault}") from None
        except AnswerRejected as doubt:
            NOT_BELIEVED.labels(self.name).inc()
            raise self._failed(sent, "not believed", f"{self.name} is not believed: {doubt}") from None
        except (NoAnswer, Declined, TooMuch) as wrong:
            NO_ANSWER.labels(self.name).inc()
            raise self._failed(sent, "no answer", f"what {self.name} sent is no answer: {wrong}") from None
        annotate(OUTCOME, heard.read.answer.kind)
        done_now()
        ANSWER_SECONDS.labels(self.name).observe(time.perf_counter() - began)
        self.faults.heard(sent.question.question_id)
        if self.breaker.failures:
            self.breaker.succeeded()
        return heard

    async def _heard(self, sent: Sent) -> VerifiedAnswer:
        """The answer to a question, asked together with others where that goes, else alone."""
        if self.batches is None:
            return self.verify(await self.attachment.ask(sent, self.timeout), sent)
        until = time.monotonic() + self.timeout
        if (said := await self.batches.ask(sent, self.timeout)) is not None:
            try:
                return self.verify(said, sent)
            except AnswerRejected:
                self.batches.doubt()
            except NoAnswer:
                pass  # alone it may have one, and what it has then counts
        with self.batches.alone():
            return self.verify(await self.attachment.ask(sent, max(0.1, until - time.monotonic())), sent)

    def verify(self, body: Said, sent: Sent) -> VerifiedAnswer:
        """What a department answered, as it may be recorded. Raises NoAnswer, AnswerRejected."""
        # By the register as it is now: a key may have been revoked while the answer was on its way.
        holding = self.register.newest.of(self.name)
        return verify_answer(
            body, sent, self.asked_in(sent.question), self.signatures, holding, self.journal.clock.now()
        )

    def _failed(self, sent: Sent, kind: Kind, why: str) -> Later:
        failed(kind, why)
        token = sent.question.question_id
        if self.faults.add(token, kind, why, self.journal.clock.now()):
            log.warning(why, extra={"department": self.name})
        self.breaker.failed(time.monotonic(), spoilt=None if kind == "silent" else token)
        # While the department is silent, only probes are sent. A question that waited by its attempts, and so longer
        # than until the next probe, would leave that probe without a question, and a department that is back waiting.
        return Later(why, self.breaker.until_probe(time.monotonic()) if kind == "silent" else None)

    async def record(self, application: str, question: Question, heard: VerifiedAnswer) -> None:
        """Records an answer; the first of a round counts. Raises Later if it is deferred."""
        now, answer = self.journal.clock.now(), heard.read.answer
        count(self.name, heard)
        if answer.kind == "deferred":
            assert answer.promised_at is not None
            await record_deferral(self.journal, application, question, answer.promised_at, now)
            self.questions.promised[question.question_id] = answer.promised_at
            raise deferral.later(answer.promised_at, now)
        await self.keep_proof(heard)
        counts = await record_answer(self.journal, application, question, heard, now)
        self.settle(question.question_id, application, question.round)
        if not counts:
            await record_beside(self.journal, application, question, heard, now)

    async def keep_proof(self, heard: VerifiedAnswer) -> None:
        """What an answer's evidence only names is on disk before the answer. Raises Unavailable."""
        if heard.signed_root is not None:
            await self.roots.keep(heard.signed_root)

    def settle(self, token: str, application: str, round: int) -> None:
        """The question needs no answer any more."""
        self.questions.settle(token, application, round)
        self.faults.mended(token)

    def as_sent(self, case: Case, round: int) -> Sent:
        """The question of one round again, byte for byte."""
        asked = case.rounds[round]
        question = question_for(
            self.under_case(case), self.key, case.application, round, case.persons, asked.asked_at, asked.answer_by
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
