"""One cell dirty, in every field and every way: the clean outcome, or a person looks at it and is told."""

import pytest

from procedures.records import meanings_of
from tests.dirty.bases import BASES, Base
from tests.dirty.checking import no_number_of_a_person, said_what_was_not_understood, same_or_review, shown
from tests.dirty.meanings import EMPTY_MEANS
from tests.dirty.through import DEPARTMENTS, heard, judged
from tests.dirty.tries import Try, dirty, emptied, everything
from tests.dirty.ways import ABSENT, EMPTY, UNDERSTOOD, ways

CASES = pytest.mark.parametrize("base", BASES, ids=[base.name for base in BASES])

SAYS_SOMETHING_ELSE = {("single", 1, "spouse_id_number")}
"""Cells that are empty in the clean case and mean something once they are not: a spouse of somebody single."""


def wrong(it: Try) -> list[str]:
    base = it.place.base
    answer = heard(base.department, base.persons, it.place.holding(it.value)).answer
    found = judged(base, answer)
    faults = [
        *same_or_review(base, found),
        *no_number_of_a_person(found),
        *said_what_was_not_understood(base, it.place.field, answer, found),
        *shown(it.value, answer, it.place.field, found),
    ]
    if it.way in UNDERSTOOD and it.place.meaning.name != "yes or no" and it.place.key not in SAYS_SOMETHING_ELSE:
        same = (found.outcome, found.condition) == (base.outcome, base.condition)
        faults += [] if same else [f"{found.outcome}: what stands beside it, or its width, makes it another value"]
    return [f"{it}: {fault}" for fault in faults]


@CASES
def test_the_clean_case_comes_out_as_it_should(base: Base) -> None:
    found = judged(base, heard(base.department, base.persons, base.rows).answer)
    assert (found.outcome, found.condition) == (base.outcome, base.condition)


@CASES
def test_a_dirty_value_changes_nothing_or_is_told_to_a_person_who_decides(base: Base) -> None:
    assert [fault for it in dirty(base) for fault in wrong(it)] == []


def came_out(it: Try) -> tuple[str, str | None]:
    base = it.place.base
    found = judged(base, heard(base.department, base.persons, it.place.holding(it.value)).answer)
    return found.outcome, found.condition


@CASES
def test_nothing_stated_changes_nothing_or_is_a_persons_matter_unless_it_means_something(base: Base) -> None:
    for it in emptied(base):
        outcome, condition = came_out(it)
        if (meant := EMPTY_MEANS.get(it.place.key)) is not None:
            assert (outcome, condition) == meant[:2], f"{it}: {meant[2]}"
        else:
            assert outcome in (base.outcome, "review"), it
            assert condition in (base.condition, "check"), it


def test_every_meaning_of_an_empty_cell_is_one_of_a_cell_that_is_tried() -> None:
    assert EMPTY_MEANS.keys() <= {it.place.key for base in BASES for it in emptied(base)}


def test_every_field_of_every_contract_is_tried_in_every_way() -> None:
    tries = list(everything())
    tried = {(it.place.base.department, it.place.field, it.way) for it in tries}
    fields = {
        (name, field): meaning for name, it in DEPARTMENTS.items() for field, meaning in meanings_of(it.record).items()
    }
    wanted = {
        (*field, way)
        for field, meaning in fields.items()
        for way in [*(name for name, _ in ways(meaning, "x")), *EMPTY, ABSENT]
        if not (meaning.name == "text" and way == "somebody's number")
    }
    print(f"{len(tries)} answers: {len(BASES)} cases, {len(fields)} fields, {len({way for *_, way in tried})} ways")
    assert wanted - tried == set()
    assert len(fields) == 39
    assert len(tries) >= 5_000


def test_every_outcome_that_a_register_can_cause_is_a_clean_case_of_each_department() -> None:
    outcomes: dict[str, set[str]] = {}
    for base in BASES:
        outcomes.setdefault(base.department, set()).add(base.outcome)
    assert outcomes == {
        "household-registry": {"eligible", "ineligible", "review"},
        "civil-affairs": {"eligible", "review"},
        "social-security": {"eligible", "ineligible"},
        "tax": {"eligible", "ineligible"},
        "real-estate": {"eligible", "ineligible", "review"},
        "housing": {"eligible", "ineligible"},
    }
