"""The projection says of every case what the fold of the log says, holds nobody's name, and can be lost any time."""

from collections import Counter
from datetime import date, timedelta
from pathlib import Path

import pytest
from console.projection.cases import Wanted, by_state, listed, one, searched
from console.projection.latencies import longest_in, percentiles
from console.projection.store import Projection
from console.projection.waiting import backlog, causes, departments, desk, of_cause

from chassis.log.stored import Stored, recorded
from contracts.case.states import State
from contracts.events import EVENTS, DepartmentAnswered
from tests.console.log_of_a_day import everything, the_cases, the_log
from tests.contracts.examples import ACCEPTED, NUMBER, OVERDUE, SUBMITTED

NOW = the_log()[-1].at + timedelta(hours=1)
FIRST_DAY = date(2020, 1, 1)


@pytest.fixture
def whole(tmp_path: Path) -> Projection:
    projection = Projection(tmp_path / "whole.sqlite")
    projection.take(the_log())
    return projection


def test_every_case_stands_and_waits_as_the_fold_says(whole: Projection) -> None:
    assert len(the_cases()) == 30
    assert by_state(whole) == Counter(str(case.state) for case in the_cases().values())
    for number, case in the_cases().items():
        known = one(whole, number)
        assert known is not None
        assert (known.row.state, known.row.round, known.standing.project) == (case.state, case.round, _project(number))
        assert known.standing.waiting == case.waiting_for
        assert len(known.events) == sum(stored.subject.startswith(f"case.{number}.") for stored in the_log())


def _project(number: str) -> str:
    form = the_cases()[number].form
    assert form is not None
    return form.project


@pytest.mark.parametrize("size", [1, 7, 400])
def test_it_is_the_same_in_pages_of_any_size_and_with_a_restart_after_each(
    whole: Projection, tmp_path: Path, size: int
) -> None:
    log = the_log()
    for start in range(0, len(log), size):
        projection = Projection(tmp_path / "pages.sqlite")
        projection.take(log[max(0, start - 3) : start + size])
        held = everything(projection)
        projection.close()
    assert held == everything(whole)


def test_forgotten_and_read_again_it_is_the_same(whole: Projection) -> None:
    before = everything(whole)
    whole.forget()
    assert (listed(whole, Wanted()), whole.place.sequence) == ([], 0)
    whole.take(the_log())
    assert everything(whole) == before
    assert len(searched(whole, next(iter(the_cases())))) == 1


def test_no_name_and_no_id_number_is_in_the_file(whole: Projection, tmp_path: Path) -> None:
    whole.db.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    kept = b"".join(path.read_bytes() for path in tmp_path.iterdir())
    persons = [person for case in the_cases().values() for person in case.persons]
    assert len(persons) > 30
    assert next(iter(the_cases())).encode() in kept
    for person in persons:
        assert person.id_number.encode() not in kept
        assert person.name.encode() not in kept


@pytest.mark.parametrize("rubbish", [b"", b"this is no database at all, however long it may be" * 99])
def test_a_file_that_is_no_projection_is_made_anew(tmp_path: Path, rubbish: bytes) -> None:
    file = tmp_path / "old.sqlite"
    file.write_bytes(rubbish)
    assert Projection(file).place.sequence == 0


def test_a_file_of_another_version_is_made_anew(tmp_path: Path) -> None:
    file = tmp_path / "old.sqlite"
    before = Projection(file)
    before.take(the_log()[:50])
    before.db.execute("UPDATE place SET version = 0")
    before.db.commit()
    before.close()
    assert everything(Projection(file))["cases"] == []


def test_what_cannot_be_read_moves_no_case_and_holds_up_no_other(tmp_path: Path) -> None:
    log = the_log()
    broken = [
        Stored(one.subject, one.sequence, one.at, one.headers, b"\xff{") if "determined" in one.subject else one
        for one in log
    ]
    projection = Projection(tmp_path / "broken.sqlite")
    projection.take(broken)
    assert projection.place.sequence == log[-1].sequence
    assert by_state(projection)["verifying"] >= 1


def test_an_officer_may_answer_for_two_departments_of_one_case(tmp_path: Path) -> None:
    late = [OVERDUE.model_copy(update={"department": name}) for name in ("tax", "housing")]
    projection = Projection(tmp_path / "two.sqlite")
    projection.take(
        [
            Stored(EVENTS.subject_of(event), n, event.at, {"ce-type": type(event).__name__}, EVENTS.write(event))
            for n, event in enumerate((SUBMITTED, ACCEPTED, *late), start=1)
        ]
    )
    (task,) = desk(projection, ["officer"])
    assert (task.turn, task.departments) == ("may_answer_by_hand", ("housing", "tax"))
    assert [row.number for row in listed(projection, Wanted(whom="officer"))] == [NUMBER]


def test_a_list_goes_on_page_by_page_to_its_end(whole: Projection) -> None:
    found, before = [], None
    while True:
        page = listed(whole, Wanted(before=before), most=7)
        found += [row.number for row in page[:7]]
        if len(page) <= 7:
            break
        before = page[6].sequence
    assert sorted(found) == sorted(the_cases())


def test_a_list_is_filtered_by_state_and_by_whom_it_waits_for(whole: Projection) -> None:
    for state in State:
        expected = {number for number, case in the_cases().items() if case.state is state}
        assert {row.number for row in listed(whole, Wanted(state=state))} == expected
    waits = {row.number for row in listed(whole, Wanted(whom="officer"))}
    assert waits == {row.number for row in listed(whole, Wanted()) if "officer" in row.waits_for}
    assert {row.number for row in listed(whole, Wanted(project="no-such-project"))} == set()


def test_a_number_is_found_by_any_part_of_it_however_it_is_typed(whole: Projection) -> None:
    for number in the_cases():
        plain = number.replace("-", "")
        for typed in (number, plain.lower(), plain[4:11], f" {number[:9].lower()} ", plain.replace("1", "I")):
            assert number in {row.number for row in searched(whole, typed)}
    assert searched(whole, plain[:2]) == []
    assert searched(whole, '" OR number MATCH "') == []


def test_causes_count_each_case_once_a_cause_and_list_those_they_count(whole: Projection) -> None:
    found = causes(whole, NOW)
    assert found
    for cause in found:
        numbers = of_cause(whole, cause.whom, cause.turn)
        assert len(numbers) == len(set(numbers)) == cause.cases
    reviews = {number for number, case in the_cases().items() if case.state is State.REVIEW}
    assert {task.number for task in desk(whole, ["officer"]) if task.turn == "reviews"} == reviews


def test_departments_are_counted_with_how_long_their_answers_took(whole: Projection) -> None:
    asked = {name for case in the_cases().values() for name in case.asked}
    took = Counter(
        item.event.department
        for item in (recorded(stored) for stored in the_log() if ".answered." in stored.subject)
        if isinstance(item.event, DepartmentAnswered)
    )
    for owing in departments(whole, asked, NOW, FIRST_DAY):
        waiting = [case for case in the_cases().values() if owing.department in case.waiting_for]
        assert owing.waiting == len(waiting)
        assert owing.answered == took[owing.department]
        assert list(owing.latencies) == sorted(owing.latencies)
        assert backlog(whole, owing.department)[-1][1] == owing.waiting


def test_a_percentile_is_at_most_a_tenth_too_long() -> None:
    found = percentiles({73: 100})
    assert found == (longest_in(73),) * 3
    assert timedelta(seconds=1) <= longest_in(73) <= timedelta(seconds=1.1)
    assert percentiles({}) == ()
