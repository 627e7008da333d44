"""One family across a year's end, counted by hand."""

from datetime import datetime, timedelta
from pathlib import Path

from console.figures.month import Spent, figures
from console.projection.fold import fold
from console.projection.store import Projection

from chassis.log.stored import Stored
from contracts.events import EVENTS, DepartmentOverdue, DeterminationConfirmed, DeterminationMade, Event
from contracts.events.values import Finding
from contracts.local_time import SHANGHAI
from procedures.working_days import Calendar
from tests.support.families import accepted, an_application_number, answered, submitted

NUMBER = an_application_number()
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


def at(day: str) -> datetime:
    return datetime.fromisoformat(day).replace(tzinfo=SHANGHAI)


def story() -> list[Event]:
    """Handed in on the last evening of the year; tax is late; an officer says no."""
    evening, due = at("2026-12-31T23:30"), at("2027-01-08T18:00")
    findings = tuple(
        Finding.model_validate({"rule": rule, "article": article, "truth": truth, "text": "-"})
        for rule, article, truth in (("R17a", "17", "met"), ("R18c", "18(2), 19", "not_met"))
    )
    determined = {
        "application": NUMBER, "round": 1, "policy": "hainan-2025", "as_of": "2027-01-12", "used": (),
        "accepted_on": "2027-01-01", "outcome": "ineligible", "findings": findings,
    }  # fmt: skip
    return [
        submitted(NUMBER).model_copy(update={"at": evening}),
        accepted(NUMBER, asked=("tax", "housing"), answer_by=due).model_copy(update={"at": at("2027-01-01T00:30")}),
        answered(NUMBER, "housing").model_copy(update={"at": at("2027-01-01T06:30")}),
        DepartmentOverdue(
            application=NUMBER, at=due, department="tax", round=1, asked_at=at("2027-01-01T00:30"), answer_by=due
        ),
        answered(NUMBER, "tax").model_copy(update={"at": at("2027-01-11T00:30")}),
        DeterminationMade.model_validate({**determined, "at": at("2027-01-11T00:30")}),
        DeterminationConfirmed(
            application=NUMBER, at=at("2027-01-13T00:30"), round=1, outcome="ineligible", reason="seen", by="officer 1"
        ),
    ]


def the_log() -> list[Stored]:
    return [
        Stored(
            EVENTS.subject_of(event),
            n,
            event.at,
            {"ce-type": type(event).__name__, "ce-time": event.at.isoformat()},
            EVENTS.write(event),
        )
        for n, event in enumerate(story(), start=1)
    ]


def test_each_thing_counts_in_its_month_and_once(tmp_path: Path) -> None:
    projection = Projection(tmp_path / "one.sqlite")
    projection.take(the_log())
    december, january = figures(projection, "2026-12"), figures(projection, "2027-01")
    assert {str(one.step): (one.of_month, one.in_month) for one in december.funnel if one.of_month} == {
        "submitted": (1, 1), "accepted": (1, 0), "ineligible": (1, 0), "confirmed_ineligible": (1, 0),
    }  # fmt: skip
    assert [(str(one.step), one.in_month) for one in january.funnel if one.in_month] == [
        ("accepted", 1), ("ineligible", 1), ("confirmed_ineligible", 1),
    ]  # fmt: skip
    assert (december.stages, december.turns, december.dates, december.findings) == ((), (), (), ())
    _near(january.stages, {"stage.submitted": HOUR, "stage.verifying": 10 * DAY, "stage.ineligible_proposed": 2 * DAY})
    whole = 12 * DAY + HOUR
    turns = {"turn.department": 10 * DAY, "turn.bureau": 2 * DAY, "turn.lianshen": HOUR, "turn.whole": whole}
    _near(january.turns, turns)
    # New Year's holidays of 2027 are nobody's announcement yet: the 1st by law, then weekends: 2, 3, 9, 10 January.
    rested = {one.what: one.rest for one in january.turns}
    assert rested == {
        "turn.department": (4, 4), "turn.bureau": (0, 0), "turn.lianshen": (0, 0), "turn.whole": (4, 4),
    }  # fmt: skip
    assert [(one.what, one.whom, one.kept, one.missed, one.share) for one in january.dates] == [
        ("answer", "housing", 1, 0, 1.0), ("answer", "tax", 0, 1, 0.0), ("round", "", 0, 1, 0.0),
    ]  # fmt: skip
    assert [(one.article, one.rule, one.by_truth) for one in january.findings] == [
        ("17", "R17a", {"met": 1}), ("18(2), 19", "R18c", {"not_met": 1}),
    ]  # fmt: skip


def _near(found: tuple[Spent, ...], expected: dict[str, timedelta]) -> None:
    assert {one.what for one in found} == expected.keys()
    for one in found:
        assert one.n == 1
        assert expected[one.what] * 0.999 <= one.median == one.p95 <= expected[one.what] * 1.011


def test_what_was_known_before_a_page_is_left_as_it_was() -> None:
    log, calendar = the_log(), Calendar()
    known = fold({}, log[:2], calendar).lines
    before = {number: line.course.copy() for number, line in known.items()}
    fold(known, log[2:], calendar)
    assert {number: line.course for number, line in known.items()} == before
