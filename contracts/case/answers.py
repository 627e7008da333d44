"""The answers of a case: which one counts, and when another contradicts it."""

import json
from dataclasses import dataclass, replace
from datetime import datetime

from contracts.inquiries import Answer
from contracts.readings import CURRENT_READING


@dataclass(frozen=True)
class Counted:
    """The answer that counts for one department and round, by the department or by hand."""

    sequence: int
    answer: Answer
    said_at: datetime
    by_hand: bool = False
    contradicted: bool = False
    reading: int = CURRENT_READING
    """By which version the answer was read when it came."""
    surplus: int = 0
    """What of it was dropped then."""


Answers = dict[tuple[str, int], Counted]
"""By department and round."""


def with_answer(answers: Answers, key: tuple[str, int], answer: Counted, determined: bool) -> Answers:
    """The first answer counts; a differing second one, before the determination, makes its rules unknown."""
    counted = answers.get(key)
    if counted is None:
        return {**answers, key: answer}
    if determined or same_answer(counted.answer, answer.answer):
        return answers
    return with_contradiction(answers, key)


def with_contradiction(answers: Answers, key: tuple[str, int]) -> Answers:
    """If an answer counts for this department and round, it is doubtful from now on."""
    return {**answers, key: replace(answers[key], contradicted=True)} if key in answers else answers


def same_answer(one: Answer, other: Answer) -> bool:
    """Whether two answers say the same of everybody, whatever the question id or note."""
    return one.kind == other.kind and _said(one) == _said(other)


def _said(answer: Answer) -> list[tuple[str, str, list[str]]]:
    """What an answer says of each person; the order of persons and rows says nothing."""
    return sorted(
        (person.id_number, person.kind, sorted(json.dumps(row, sort_keys=True, default=str) for row in person.records))
        for person in answer.persons
    )
