"""Dates that were kept or missed: of a department's answer, of its promise, of what a family was told. Pure."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime
from typing import NamedTuple

from contracts.case.standing import Standing
from contracts.case.waits import CLOSES_WITHIN

ANSWER, PROMISE, ROUND, LIST = "answer", "promise", "round", "list"
"""A department's answer; what a department promised; all answers of a case; the end of the public list."""
Date = tuple[str, str, bool]
"""Which one, whose, and whether it was kept."""


class Moved(NamedTuple):
    """An event, of which `tail` is the subject from the kind on, and its case before and after."""

    kind: str
    tail: Sequence[str]
    body: bytes
    at: datetime
    day: date
    """In Wuhai."""
    before: Standing
    after: Standing


def dates(one: Moved, *, missed: bool) -> Iterator[Date]:
    """What an event keeps or misses; `missed` if the date of its round is counted as missed already."""
    match one.kind:
        case "DepartmentAnswered" | "AnsweredByHand":
            yield from _of_answer(one, one.tail[1])
            if not one.after.waiting and not missed:
                yield ROUND, "", _in_time(one)
        case "DepartmentOverdue" if one.tail[1] not in one.before.overdue:
            yield ANSWER, one.tail[1], False
            if not missed:
                yield ROUND, "", False
        case "PoolConfirmed" if one.before.closes_at is not None:
            yield LIST, "", one.at <= one.before.closes_at + CLOSES_WITHIN


def _of_answer(one: Moved, department: str) -> Iterator[Date]:
    by_itself = one.kind == "DepartmentAnswered"
    # Whoever is overdue was counted when it became so.
    if by_itself and department not in one.before.overdue:
        yield ANSWER, department, _in_time(one)
    promised = one.before.promised.get(department)
    # Put off without a date of its own, a question is asked on until its due date: no promise.
    if promised is None or promised == one.before.answer_by:
        return
    if by_itself or one.at > promised:
        yield PROMISE, department, one.at <= promised


def _in_time(one: Moved) -> bool:
    return one.before.answer_by is None or one.at <= one.before.answer_by
