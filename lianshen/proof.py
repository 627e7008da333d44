"""What can be proved of an answer: our question, the department's signature, and that both are about each other. Pure.

Used by the audit over the whole log and by whoever checks a dossier without a server.
"""

import json
from collections.abc import Iterator
from datetime import datetime

from verify_household.departments import DEPARTMENTS as ABOUT_PERSONS
from verify_property.departments import DEPARTMENTS as ABOUT_HOMES

from chassis.questions import persons_asked, to_send
from chassis.reading import read_answer
from contracts.case import Case
from contracts.departments import Answer, AnswerClaims, Evidence, Question
from contracts.events import AlsoAnswered, DepartmentAnswered
from contracts.register import LIANSHEN, Register, Use
from contracts.signed import ANSWER, QUESTION, WrongSignature, attached, kid_of, opened, payload_of, sha256, thumbprint
from contracts.working_days import SHANGHAI

DEPARTMENTS = {department.name: department for department in (*ABOUT_PERSONS, *ABOUT_HOMES)}


def unproved(event: DepartmentAnswered | AlsoAnswered, reached_at: datetime, register: Register) -> Iterator[str]:
    """I12: what is wrong with the signature that an answer carries; nothing where it carries none.

    `reached_at` is the server's time of the record: the event's own is the word of whoever wrote it.
    """
    evidence = event.evidence
    if evidence is None or evidence.answer_jws is None:
        return
    try:
        payload = _under(evidence.answer_jws, event.department, "answer", ANSWER, reached_at, register)
        said = json.loads(payload)
    except (WrongSignature, ValueError) as wrong:
        yield f"the signature of {event.department}'s answer: {wrong}"
        return
    claims = AnswerClaims(
        department=event.department, round=event.round, question_sha256=evidence.question_sha256
    ).model_dump()
    for name, value in claims.items():
        if said.get(name) != value:
            yield f"what {event.department} signed is not about this question ({name})"
    if isinstance(event, DepartmentAnswered) and said.get("question_id") != event.question_id:
        yield f"what {event.department} signed is not about this question (question_id)"
    if evidence.answer_sha256 not in (None, sha256(evidence.answer_jws.encode())):
        yield f"the hash of {event.department}'s signed answer is not the one recorded"


def question_again(case: Case, department: str, round: int, question_id: str) -> bytes | None:
    """What the case has a department asked, byte for byte; None where it has it asked nothing in that round.

    All but its id follows from the case.
    """
    asked = case.rounds.get(round)
    if asked is None:
        return None
    about = persons_asked(DEPARTMENTS[department], case.persons, asked.asked_at.astimezone(SHANGHAI).date())
    question = Question(
        question_id=question_id,
        department=department,
        round=round,
        asked_at=asked.asked_at,
        answer_by=asked.answer_by,
        persons=about,
    )
    return to_send(question, None).body


def unasked(evidence: Evidence, question: bytes, department: str, at: datetime, register: Register) -> Iterator[str]:
    """What is wrong with a question that is said to be the one that was answered."""
    if sha256(question) != evidence.question_sha256:
        yield f"the question to {department} is not the one that was answered (its SHA-256)"
    elif evidence.question_signature is not None:
        try:
            token = attached(evidence.question_signature, question)
            _under(token, LIANSHEN, "question", QUESTION, at, register)
        except WrongSignature as wrong:
            yield f"our signature of the question to {department}: {wrong}"


def differs_from_what_was_signed(event: DepartmentAnswered | AlsoAnswered, question: bytes) -> bool:
    """Whether the answer in the log is another one than the department signed."""
    assert event.evidence is not None
    assert event.evidence.answer_jws is not None
    read = read_answer(
        payload_of(event.evidence.answer_jws),
        Question.model_validate_json(question),
        DEPARTMENTS[event.department],
    )
    return Answer.model_validate(read.answer.model_dump()) != event.answer


def _under(token: str, holder: str, use: Use, typ: str, at: datetime, register: Register) -> bytes:
    """What a holder signed. Raises WrongSignature, also where its key did not count at that instant."""
    key = register.of(holder).keys.get(kid_of(token))
    if key is None or key.use != use:
        raise WrongSignature(f"its key is not registered for {holder}")
    if thumbprint(key.x) != key.kid:
        raise WrongSignature("its key is not the one that its id (kid) is of")
    payload = opened(token, key.x, typ)
    if not key.counts_at(at):
        raise WrongSignature("its key was revoked, or did not count, when it reached us")
    return payload
