"""The ban question at intake: one least-data question to the housing bureau, three seconds at most (Art. 32).

Silent → the application is accepted with a note, and R32 decides in the determination. The other departments never
wait for it, and a bureau that is down is asked only now and then.
"""

import time
from dataclasses import dataclass
from datetime import datetime

from opentelemetry.trace import SpanKind

from chassis.clock import WALL, Clock
from chassis.consume.breaker import Breaker
from chassis.log.key_register import FollowedRegister
from chassis.telemetry.spans import DEPARTMENT, OUTCOME, annotate, failed, span
from contracts.application import ApplicationForm
from contracts.events.values import BanAnswer
from contracts.inquiries import SAID
from contracts.jws import Signer
from contracts.key_register import Register
from inquiry.admission import reason_not_asked
from inquiry.attachments import Attachment, Declined, TooMuch, Unreachable
from inquiry.parse_answer import NoAnswer
from inquiry.questions import question_for, to_send
from inquiry.verify_answer import AnswerRejected, SignaturePolicy, verify_answer
from procedures.hainan_2025.ban_question import BAN_LIST, asked_as
from procedures.hainan_2025.completeness import family
from procedures.hainan_2025.departments.housing import HousingRow
from procedures.procedure import Procedures
from procedures.records import read_row
from procedures.registry import PROCEDURES

NOTHING_CLEAR = HousingRow()
"""The bureau answered, and could not or would not say: like a row of which nothing is stated, it leaves a ban open."""


@dataclass(frozen=True)
class Bans:
    """What the bureau said about an applicant: the rows, and the answer as it can be proved later."""

    rows: tuple[HousingRow, ...]
    answer: BanAnswer


class BanList:
    """Asks the bureau whether the main applicant is under a ban."""

    def __init__(
        self,
        attachment: Attachment,
        key: bytes,
        within: float,
        register: FollowedRegister,
        signer: Signer | None = None,
        signatures: SignaturePolicy = "accepted",
        procedures: Procedures = PROCEDURES,
        clock: Clock = WALL,
    ) -> None:
        self._attachment = attachment
        self._key = key
        self._register = register
        self._procedures = procedures
        self._signer = signer
        self._signatures = signatures
        self._within = within
        self._clock = clock
        self._breaker = Breaker()
        self._asking = 0

    def attached(self, attachment: Attachment, signer: Signer | None, signatures: SignaturePolicy) -> Attachment:
        """From now on the bureau is asked there; returns where it was asked before."""
        before, self._attachment = self._attachment, attachment
        self._signer, self._signatures = signer, signatures
        self._breaker.succeeded()
        return before

    def hold(self, known: Register) -> None:
        """A bureau that is paused, or may not be asked, is asked nothing here either."""
        now, name = self._clock.now(), BAN_LIST.name
        self._breaker.held = reason_not_asked(known.of(name), self._procedures.certified_only(name, now), now)

    async def about(self, application: str, form: ApplicationForm, now: datetime) -> Bans | None:
        """The applicant's rows of the ban list; None where the bureau did not say."""
        if not self._breaker.allowance(1, time.monotonic(), self._asking):
            return None
        bureau = self._procedures.accepting.ban_question
        question = question_for(bureau, self._key, asked_as(application), 1, family(form), asked_at=now, answer_by=now)
        sent = to_send(question, self._signer)
        with span("question housing", kind=SpanKind.CLIENT, attributes={DEPARTMENT: BAN_LIST.name}):
            self._asking += 1
            try:
                body = await self._attachment.ask(sent, self._within)
                # Not waited for: a family at the kiosk waits for nothing but the bureau.
                holding = self._register.newest.of(BAN_LIST.name)
                heard = verify_answer(body, sent, bureau, self._signatures, holding, self._clock.now())
            except (Unreachable, Declined, TooMuch, AnswerRejected, NoAnswer) as fault:
                failed(type(fault).__name__, str(fault))
                self._breaker.failed(time.monotonic())
                return None
            finally:
                self._asking -= 1
            annotate(OUTCOME, heard.read.answer.kind)
        self._breaker.succeeded()
        said = heard.read.answer.about(form.applicant.id_number)
        rows = [read_row(HousingRow, row, stored=True) for row in said.records]
        if said.kind not in SAID:
            rows = [NOTHING_CLEAR]
        answer = BanAnswer(asked_at=now, answer=heard.read.answer, evidence=heard.evidence)
        # A row that does not say of which register it is may be a ban's.
        return Bans(tuple(row for row in rows if row.register_ in ("ban", None)), answer)
