"""`ask-about-home`: a department is asked, now, about one home of a family, by a contract of its own.

Outside of a review: nothing waits for it, and whoever asked decides what the answer means.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from chassis.commands import Command
from chassis.errors import CommandRefused
from contracts.case.case import Case
from contracts.events.values import BanAnswer
from contracts.inquiries import Answer, AnswerProof, DepartmentName, Round, UnitCode
from contracts.jws import sha256
from contracts.model import Frozen
from contracts.numbers import ApplicationNumber
from inquiry.attachments import Declined, TooMuch, Unreachable
from inquiry.department_client import DepartmentClient
from inquiry.parse_answer import NoAnswer, cannot_determine
from inquiry.questions import Sent, question_for, to_send
from inquiry.verify_answer import AnswerRejected, verify_answer
from procedures.department import Department

WITHIN = 10.0


class AskAboutHome(Frozen):
    """What a department knows of one home of a family; `n` is which time it is asked."""

    application: ApplicationNumber
    department: DepartmentName
    home: UnitCode
    n: Round


def ask_about_home(
    askings: Mapping[str, DepartmentClient], contracts: tuple[Department, ...]
) -> Command[AskAboutHome]:  # fmt: skip
    """By the contract that a department has for homes."""
    by_name = {contract.name: contract for contract in contracts}

    async def do(asked: AskAboutHome) -> dict[str, Any]:
        asking, contract = askings.get(asked.department), by_name.get(asked.department)
        if asking is None or contract is None:
            raise CommandRefused(404, "no such question", "this department is not asked about homes here")
        await asking.register.known()
        if asking.by_clerk or asking.breaker.held:
            why = asking.breaker.held or "no system answers for it; read it from a paper"
            raise CommandRefused(409, "not asked now", f"{asking.name}: {why}")
        case, now = await asking.journal.load(asked.application), asking.journal.clock.now()
        sent = the_question(asking, contract, case, asked, now)
        said = await _heard(asking, contract, sent)
        return {"said": said.model_dump(mode="json")}

    return Command("ask-about-home", AskAboutHome, do)


def the_question(
    asking: DepartmentClient, contract: Department, case: Case, asked: AskAboutHome, now: datetime
) -> Sent:
    """About the owner and this home alone."""
    token_of = f"{case.application}|{contract.contract}"
    question = question_for(contract, asking.key, token_of, asked.n, case.persons, asked_at=now, answer_by=now)
    return to_send(question.model_copy(update={"home": asked.home}), asking.signer)


async def _heard(asking: DepartmentClient, contract: Department, sent: Sent) -> BanAnswer:
    holding = asking.register.newest.of(asking.name)
    try:
        body = await asking.attachment.ask(sent, WITHIN)
        heard = verify_answer(body, sent, contract, asking.signatures, holding, asking.journal.clock.now())
    except (Unreachable, Declined, TooMuch, AnswerRejected, NoAnswer) as fault:
        why = f"{asking.name}: {type(fault).__name__}; ask again, or read it from a paper"
        raise CommandRefused(503, "no answer now", why) from None
    if surplus := of_other_homes(heard.read.answer, sent.question.home):
        # What was not asked is not kept, not even within a signature.
        read = cannot_determine(sent.question, "it speaks of another home", surplus)
        proof = AnswerProof(question_sha256=sent.sha256, question_signature=sent.signature, answer_sha256=sha256(body))
        return BanAnswer(asked_at=sent.question.asked_at, answer=read.answer, evidence=proof)
    return BanAnswer(asked_at=sent.question.asked_at, answer=heard.read.answer, evidence=heard.evidence)


def of_other_homes(answer: Answer, home: str | None) -> int:
    """How many rows are about a unit that nobody asked about."""
    rows = [row for person in answer.persons for row in person.records]
    return sum(row.get("unit_code") not in (home, None) for row in rows)
