"""The ban question at intake: one least-data question to the housing bureau, three seconds at most (Art. 32).

Silent → the application is accepted with a note, and R32 decides in the determination. The other departments never
wait for it, and a bureau that is down is asked only now and then.
"""

import time
from datetime import UTC, datetime

from opentelemetry.trace import SpanKind

from chassis.attach import Attachment, TooMuch, Unreachable
from chassis.believing import NotBelieved, SignaturePolicy, hear
from chassis.breaker import Breaker
from chassis.questions import question_for, to_send
from chassis.register import FollowedRegister
from chassis.telemetry import span
from contracts.application import ApplicationForm
from contracts.departments import SAID, Department, HousingRow, Record
from contracts.signed import Signer
from intake.completeness import family


def _bans_only(record: Record, family: frozenset[str]) -> Record | None:
    assert isinstance(record, HousingRow)
    return record if record.register_ == "ban" else None


BAN_LIST = Department(
    name="housing",
    title="housing bureau",
    article="32",
    about="applicant",
    with_name=False,
    record=HousingRow,
    within_question=_bans_only,
)


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
    ) -> None:
        self._attachment = attachment
        self._key = key
        self._register = register
        self._signer = signer
        self._signatures = signatures
        self._within = within
        self._breaker = Breaker()
        self._asking = 0

    async def about(self, application: str, form: ApplicationForm, now: datetime) -> tuple[HousingRow, ...] | None:
        """The applicant's rows of the ban list; None where the bureau did not say."""
        if not self._breaker.allowance(1, time.monotonic(), self._asking):
            return None
        question = question_for(
            BAN_LIST, self._key, f"{application}|ban", 1, family(form), asked_at=now, answer_by=now
        )
        # Not waited for: a family at the kiosk waits for nothing but the bureau.
        register = self._register.newest
        sent = to_send(question, self._signer)
        with span("question housing", kind=SpanKind.CLIENT, fresh=True):
            self._asking += 1
            try:
                body = await self._attachment.ask(sent, self._within)
                heard = hear(body, sent, BAN_LIST, self._signatures, register.of(BAN_LIST.name), datetime.now(UTC))
            except (Unreachable, TooMuch, NotBelieved):
                self._breaker.failed(time.monotonic())
                return None
            finally:
                self._asking -= 1
        self._breaker.succeeded()
        said = heard.read.answer.about(form.applicant.id_number)
        if said.kind not in SAID:
            return None
        return tuple(HousingRow.model_validate(row) for row in said.records)
