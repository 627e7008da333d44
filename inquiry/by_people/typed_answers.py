"""An answer that a person typed: read by a department's own way, and what would decide nothing is refused.

A department's surplus is dropped and its dirt is a person's matter; a person's is a slip of the hand.
"""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from chassis.errors import CommandRefused
from contracts.answer_kinds import OF_PERSONS
from contracts.inquiries import Kind, PersonAnswer, Question
from inquiry.parse_answer import NoAnswer, Read, read_answer
from procedures.department import Department

BY_A_PERSON: tuple[Kind, ...] = ("found", "none", "not_matched", "cannot_determine", "refused")
"""The kinds that a person may say of somebody; the first one that is said of anybody is said of the whole."""


def kind_of_the_whole(kinds: Sequence[Kind]) -> Kind:
    """The kind that fits those said of persons, of whom there is at least one."""
    return next(kind for kind in BY_A_PERSON if kind in kinds and set(kinds) <= OF_PERSONS[kind])


def body_of(question: Question, kind: Kind, persons: Sequence[PersonAnswer], **more: str | None) -> bytes:
    """As a department would send it; without persons it is said of everybody asked about."""
    persons = persons or tuple(PersonAnswer(id_number=one.id_number, kind=kind) for one in question.persons)
    said: dict[str, Any] = {
        "question_id": question.question_id,
        "kind": kind,
        "persons": [person.model_dump(mode="json") for person in persons],
    }
    return json.dumps({**said, **more}, ensure_ascii=False).encode()


def read_typed(body: bytes, question: Question, department: Department, now: datetime) -> Read:
    """Raises CommandRefused."""
    try:
        read = read_answer(body, question, department, now)
    except NoAnswer as wrong:
        raise CommandRefused(422, "no answer", f"this is no answer: {wrong}") from None
    if read.answer.kind == "deferred":
        raise CommandRefused(422, "no answer", "kind: an answer by hand cannot be deferred")
    if read.contradictions:
        raise CommandRefused(422, "contradiction", f"persons: it contradicts itself: {'; '.join(read.contradictions)}")
    if read.surplus:
        raise CommandRefused(
            422, "beyond the question", f"{department.name} is not asked about a person, row or field here"
        )
    if doubts := read.not_understood:
        raise CommandRefused(
            422, "not understood", f"persons: {'; '.join(doubts)}; the contract lists what may stand there"
        )
    return read
