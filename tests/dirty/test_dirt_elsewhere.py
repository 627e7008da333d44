"""The same dirt at the other doors: the ban question at intake, and an officer's answer by hand."""

import json

import pytest

from chassis.errors import CommandRefused
from contracts.inquiries import Question
from inquiry.by_people.typed_answers import read_typed
from inquiry.parse_answer import Read, read_answer
from procedures.department import Department
from procedures.hainan_2025.ban_question import BAN_LIST
from procedures.hainan_2025.bans import binds
from procedures.hainan_2025.completeness import Accepted, Refused, assess
from procedures.hainan_2025.departments.housing import HousingRow
from procedures.records import doubts_in, read_row
from tests.dirty.bases import BANS, BASES, CONTRACTS, TENANCIES, Base, Rows
from tests.dirty.checking import rows_of
from tests.dirty.through import DEPARTMENTS, NOW, asked, envelope, heard
from tests.dirty.tries import dirty, emptied
from tests.intake.test_completeness import MAN as AT_INTAKE
from tests.intake.test_completeness import a_form, known
from tests.rules.rules_world import AS_OF, MAN

BUREAU = [base for base in (*BANS, *CONTRACTS, *TENANCIES) if len(base.persons) == 1]
CASES = pytest.mark.parametrize("base", BUREAU, ids=[base.name for base in BUREAU])
BINDING = frozenset(base.name for base in BANS if base.outcome == "ineligible")


def ban_rows(base: Base, rows: Rows) -> tuple[HousingRow, ...]:
    """What intake has of an answer: the bans, and what may be one."""
    body = json.dumps(envelope(asked("housing", base.persons), rows)).encode()
    said = read_answer(body, asked("housing", base.persons), BAN_LIST, NOW).answer.about(MAN)
    found = (read_row(HousingRow, row, stored=True) for row in said.records)
    return tuple(row for row in found if row.register_ in ("ban", None))


@CASES
def test_a_ban_binds_for_certain_only_if_the_clean_one_does(base: Base) -> None:
    clean = {binds(row, "32", AS_OF) for row in ban_rows(base, base.rows)}
    assert (True in clean) == (base.name in BINDING)
    for it in dirty(base):
        truths = {binds(row, "32", AS_OF) for row in ban_rows(base, it.place.holding(it.value))}
        assert truths <= {None, base.name in BINDING}, it
        assert truths or base.name not in BINDING, f"{it}: the ban vanished"


@pytest.mark.parametrize("base", BUREAU, ids=[base.name for base in BUREAU])
def test_intake_refuses_for_a_clean_ban_that_binds_and_never_for_dirt(base: Base) -> None:
    tries = [(base.rows, "clean"), *((it.place.holding(it.value), str(it)) for it in dirty(base))]
    for rows, what in tries:
        kept = ban_rows(base, rows)
        outcome = assess(a_form(AT_INTAKE), known(AS_OF, bans=kept))
        unclear = any(row.not_understood for row in kept)
        if base.name not in BINDING:
            assert isinstance(outcome, Accepted), what
        elif not unclear:
            assert isinstance(outcome, Refused), what


OFFICERS = pytest.mark.parametrize("base", BASES, ids=[base.name for base in BASES])


@OFFICERS
def test_an_officers_dirty_answer_is_refused_with_the_field_or_is_the_same_as_the_departments(base: Base) -> None:
    question, department = asked(base.department, base.persons), DEPARTMENTS[base.department]
    for it in (*dirty(base), *emptied(base)):
        rows = it.place.holding(it.value)
        read = heard(base.department, base.persons, rows)
        refused, same = by_hand(json.dumps(envelope(question, rows)).encode(), question, department)
        if refused is None:
            assert same == read, it
            assert doubts_in(rows_of(read.answer)) == [], it
        else:
            assert refused.status == 422, it
            assert read.surplus or f"{it.place.field}: " in refused.detail, it


def by_hand(body: bytes, question: Question, department: Department) -> tuple[CommandRefused | None, Read | None]:
    try:
        return None, read_typed(body, question, department, NOW)
    except CommandRefused as refused:
        return refused, None
