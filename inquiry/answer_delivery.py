"""Answers that a department sends without being asked again: to a callback, on a subject of its own, or too late."""

import logging
from typing import Any

from chassis.commands import Command
from chassis.errors import CommandRefused, Later
from chassis.telemetry.metrics import NO_ANSWER, NOT_BELIEVED
from contracts.batches.proof import InBatch, Said
from contracts.case.case import Case
from contracts.inquiries import MAX_ANSWER_BYTES, Answer
from inquiry.department_client import DepartmentClient
from inquiry.late_answers import MOST_BESIDE, record_beside
from inquiry.parse_answer import NoAnswer
from inquiry.questions import Sent
from inquiry.verify_answer import AnswerRejected, VerifiedAnswer, question_named

log = logging.getLogger(__name__)


async def deliver(asking: DepartmentClient, body: Said) -> None:
    """Records an answer by the id of its question. Raises CommandRefused if it is not taken, 404 for an unknown id."""
    if len(body.body if isinstance(body, InBatch) else body) > MAX_ANSWER_BYTES:
        raise CommandRefused(413, "too much", f"an answer has at most {MAX_ANSWER_BYTES} bytes")
    token = question_named(body)
    if token is None:
        raise CommandRefused(422, "no answer", "send the answer as JSON with the question_id it belongs to, or signed")
    sent, case = await question_of(asking, token)
    await asking.register.known()
    heard = _verified(asking, body, sent)
    question = sent.question
    if heard.read.answer.kind == "deferred":
        raise CommandRefused(422, "no answer", "a deferred answer cannot be deferred again here")
    await asking.keep_proof(heard)
    if not _is_late(case, asking.name, question.round):
        await asking.record(case.application, question, heard)
    elif not await record_beside(asking.journal, case.application, question, heard, asking.journal.clock.now()):
        raise CommandRefused(429, "enough", f"{MOST_BESIDE} other answers to this question are kept already")


def _is_late(case: Case, department: str, round: int) -> bool:
    return (department, round) in case.answers or case.determination is not None or case.round != round


def _verified(asking: DepartmentClient, body: Said, sent: Sent) -> VerifiedAnswer:
    token = sent.question.question_id
    try:
        return asking.verify(body, sent)
    except AnswerRejected as doubt:
        NOT_BELIEVED.labels(asking.name).inc()
        raise CommandRefused(403, "not believed", f"the answer is not taken: {doubt}") from None
    except NoAnswer as wrong:
        NO_ANSWER.labels(asking.name).inc()
        if token in asking.questions.waiting:
            # A fault of a settled question would never be mended.
            why = f"what {asking.name} brought is no answer: {wrong}"
            asking.faults.add(token, "no answer", why, asking.journal.clock.now())
        raise CommandRefused(422, "no answer", f"the answer is not taken: {wrong}") from None


async def question_of(asking: DepartmentClient, token: str) -> tuple[Sent, Case]:
    """The question with this id, as it was sent, and its case. Raises CommandRefused 404."""
    place = asking.questions.find(token)
    if place is None:
        raise CommandRefused(404, "no such question", "this question is not open, or belongs to another department")
    application, round = place
    case = await asking.journal.load(application)
    if round not in case.rounds:
        raise CommandRefused(404, "no such question", "this question is not open")
    return asking.as_sent(case, round), case


async def take_late_reply(asking: DepartmentClient, body: Said) -> None:
    """A reply that came after its timeout: recorded if its question is still known, else dropped."""
    try:
        await deliver(asking, body)
    except (CommandRefused, Later) as problem:
        log.info("a late reply was not taken: %s", problem, extra={"department": asking.name})
    except Exception:
        log.exception("a late reply could not be taken", extra={"department": asking.name})


def delivery_command(asking: DepartmentClient) -> Command[Any]:
    """`deliver-<department>` on `answer.<department>.v1`: where a department on the bus sends a deferred answer."""

    async def do(body: bytes) -> dict[str, Any]:
        await deliver(asking, body)
        return {"taken": True}

    name = asking.name
    return Command[Any](f"deliver-{name}", Answer, do, subject=f"answer.{name}.v1", raw=True)
