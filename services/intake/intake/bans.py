"""The ban question at intake: one least-data question to the housing bureau, three seconds at most (Art. 32).

Silent → the application is accepted with a note, and R32 decides in the determination. The other departments never
wait for it, and a bureau that is down is asked only now and then.
"""

import time
from datetime import datetime

from opentelemetry.trace import SpanKind

from chassis.attach import Attachment, TooMuch, Unreachable
from chassis.breaker import Breaker
from chassis.questions import question_for
from chassis.reading import read_answer
from chassis.telemetry import span
from contracts.application import ApplicationForm
from contracts.departments import SAID, Department, HousingRow, Record
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

    def __init__(self, attachment: Attachment, key: bytes, within: float) -> None:
        self._attachment = attachment
        self._key = key
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
        with span("question housing", kind=SpanKind.CLIENT, fresh=True):
            self._asking += 1
            try:
                body = await self._attachment.ask(question, self._within)
            except (Unreachable, TooMuch):
                self._breaker.failed(time.monotonic())
                return None
            finally:
                self._asking -= 1
        self._breaker.succeeded()
        said = read_answer(body, question, BAN_LIST).answer.about(form.applicant.id_number)
        if said.kind not in SAID:
            return None
        return tuple(HousingRow.model_validate(row) for row in said.records)
