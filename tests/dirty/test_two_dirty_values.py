"""Two cells dirty at once, a dirty row beside a clean one, and a person's number in a free text."""

from dataclasses import replace
from itertools import cycle, islice
from random import Random

import pytest

from procedures.records import NOT_UNDERSTOOD
from tests.dirty.bases import BASES, Base, Rows
from tests.dirty.checking import no_number_of_a_person, rows_of, same_or_review
from tests.dirty.through import heard, judged
from tests.dirty.tries import Place, Try, dirty, places
from tests.rules.rules_world import MAN, OUTSIDER, Row

CASES = pytest.mark.parametrize("base", BASES, ids=[base.name for base in BASES])
PAIRS = 100
EVERY = 7
"""Beside a clean row every seventh way of a cell is tried; another one in each case."""


def faults_of(base: Base, rows: Rows) -> list[str]:
    found = judged(base, heard(base.department, base.persons, rows).answer)
    return [*same_or_review(base, found), *no_number_of_a_person(found)]


def together(one: Try, other: Try) -> Rows:
    """Both values in the rows of their case."""
    base = replace(one.place.base, rows=one.place.holding(one.value))
    return replace(other.place, base=base).holding(other.value)


@CASES
def test_two_dirty_values_change_nothing_or_a_person_decides(base: Base) -> None:
    random, tries = Random(f"20261128 {base.name}"), list(dirty(base))
    pairs = [
        (one, other) for one, other in (random.sample(tries, 2) for _ in range(PAIRS)) if one.place != other.place
    ]
    assert len(pairs) > PAIRS // 3
    faults = {f"{one} and {other}": faults_of(base, together(one, other)) for one, other in pairs}
    assert {pair: why for pair, why in faults.items() if why} == {}


def another(row: Row) -> Row:
    """A clean row beside it: another home, another contract, the same of whatever is no list."""
    return row | {name: f"{row[name]}-B" for name in ("unit_code", "contract_no") if row.get(name)}


@CASES
@pytest.mark.parametrize("first", [True, False], ids=["dirty row first", "clean row first"])
def test_a_dirty_row_beside_a_clean_one_changes_nothing_or_a_person_decides(base: Base, first: bool) -> None:
    for place in places(base):
        clean = another(base.rows[place.person][place.row])
        rows = base.rows[place.person]
        beside = (*rows, clean) if first else (clean, *rows)
        both = replace(base, rows={**base.rows, place.person: beside})
        without = judged(both, heard(both.department, both.persons, both.rows).answer)
        both = replace(both, outcome=without.outcome, condition=without.condition)
        there = Place(both, place.person, place.row + (not first), place.field)
        tries = [it for it in dirty(base) if it.place is place]
        for it in islice(tries, BASES.index(base) % EVERY, None, EVERY):
            assert faults_of(both, there.holding(it.value)) == [], f"{it}, beside {clean}"


@CASES
def test_a_persons_number_in_a_free_text_is_repeated_nowhere(base: Base) -> None:
    texts = [place for place in places(base) if place.meaning.name == "text"]
    for place, number in zip(texts, cycle((MAN, OUTSIDER))):
        for written in (number, f"{number[:6]} {number[6:14]} {number[14:]}", f"{number[:6]}{number[8:17]}"):
            answer = heard(base.department, base.persons, place.holding(written)).answer
            assert list(no_number_of_a_person(judged(base, answer))) == [], place.key


@CASES
def test_nothing_is_told_as_not_understood_that_was_not_dirty(base: Base) -> None:
    answer = heard(base.department, base.persons, base.rows).answer
    assert [row[NOT_UNDERSTOOD] for row in rows_of(answer) if NOT_UNDERSTOOD in row] == []
