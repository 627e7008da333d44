"""Who would miss a date if a department stayed away: exactly those whose date comes before it is back."""

import random
import re
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from console.figures.forecast import Outage, Question, missed
from console.figures.open_questions import open_questions
from console.projection.store import Projection
from console.who import Role

from chassis.log.stored import Stored
from contracts.case.case import Case
from contracts.case.fold import fold
from contracts.local_time import SHANGHAI
from procedures.hainan_2025.policy import POLICY
from procedures.working_days import Calendar
from tests.console.random_stories import stories
from tests.console.test_figures import histories
from tests.support.console import Stage
from tests.support.console_views import NoBus, views_in

CALENDAR = Calendar()
NOW = datetime(2026, 12, 22, 2, tzinfo=UTC)
LOG = tuple(one for one in stories(11, 250) if one.at <= NOW)
DEPARTMENTS = ("tax", "housing", "civil-affairs")


def cases() -> dict[str, Case]:
    found = (fold(history, history[0].event.application) for history in histories(LOG))
    return {case.application: case for case in found}


def naive(department: str, last_day: date) -> dict[str, datetime]:
    """By number, the date that a case would miss: day by day from the end of the outage to the next working day."""
    back = last_day + timedelta(days=1)
    while not CALENDAR.kind(back).working:
        back += timedelta(days=1)
    opens = datetime(back.year, back.month, back.day, 9, tzinfo=SHANGHAI)
    return {
        number: case.answer_by
        for number, case in cases().items()
        if department in case.waiting_for and case.answer_by and NOW <= case.answer_by < opens
    }


@pytest.fixture
def projection(tmp_path: Path) -> Projection:
    projection = Projection(tmp_path / "forecast.sqlite")
    projection.take(LOG)
    return projection


@pytest.mark.parametrize("department", DEPARTMENTS)
@pytest.mark.parametrize("days", [0, 1, 2, 5, 9, 12, 30])
def test_exactly_those_miss_their_date_whose_date_comes_first(
    projection: Projection, department: str, days: int
) -> None:
    outage = Outage(department, NOW.date() + timedelta(days=days))
    found = open_questions(projection, department, NOW, outage.back_at(CALENDAR))
    dates = missed(found.questions, outage, NOW, CALENDAR, POLICY)
    expected = naive(department, outage.last_day)
    assert {one.number: one.due for day in dates for one in day.cases} == expected
    assert found.ahead == len(expected)
    waiting = [case for case in cases().values() if department in case.waiting_for]
    assert found.ahead + found.passed + found.later == len(waiting)
    assert [day.due for day in dates] == sorted(day.due for day in dates)
    for day in dates:
        assert day.counted is not None
        assert day.counted.derivation[-1].number == 5
        assert day.counted.due_instant == day.due
        assert day.counted.start == day.asked_on


def a_question(asked: str, due: str, number: str = "A") -> Question:
    return Question(
        number, "verifying", *(datetime.fromisoformat(one).replace(tzinfo=SHANGHAI) for one in (asked, due))
    )


def test_an_outage_over_the_new_year_ends_on_the_first_working_day() -> None:
    """2026-12-31 is a Thursday; the 1st is a holiday by law, the 2nd and 3rd a weekend."""
    outage = Outage("tax", date(2026, 12, 31))
    assert outage.back_at(CALENDAR) == datetime(2027, 1, 4, 9, tzinfo=SHANGHAI)
    now = datetime(2026, 12, 30, 12, tzinfo=SHANGHAI)
    last_day = a_question("2026-12-24T10:00", "2026-12-31T18:00", "A")
    first_day = a_question("2026-12-25T10:00", "2027-01-04T18:00", "B")
    (found,) = missed([first_day, last_day], outage, now, CALENDAR, POLICY)
    assert [one.number for one in found.cases] == ["A"]
    assert missed([first_day], Outage("tax", date(2027, 1, 4)), now, CALENDAR, POLICY)[0].cases == (first_day,)


def test_what_is_missed_already_is_no_forecast() -> None:
    late = a_question("2026-12-14T10:00", "2026-12-21T18:00")
    at_its_instant = late.due
    assert missed([late], Outage("tax", date(2026, 12, 31)), late.due + timedelta(seconds=1), CALENDAR, POLICY) == ()
    assert missed([late], Outage("tax", date(2026, 12, 31)), at_its_instant, CALENDAR, POLICY) != ()


def test_a_date_that_no_working_days_lead_to_stands_as_it_was_told() -> None:
    drill = a_question("2026-12-22T11:00:00", "2026-12-22T11:00:30")
    now = drill.asked_at
    (found,) = missed([drill], Outage("tax", date(2026, 12, 22)), now, CALENDAR, POLICY)
    assert (found.counted, found.due) == (None, drill.due)


def test_what_is_due_as_offices_open_again_is_not_missed(projection: Projection) -> None:
    outage = Outage("tax", date(2026, 12, 22))
    back = outage.back_at(CALENDAR)
    drill = Question("A", "verifying", NOW, back)
    assert missed([drill], outage, NOW, CALENDAR, POLICY) == ()
    last = max(one.due for one in open_questions(projection, "tax", NOW, NOW + timedelta(days=9)).questions)
    assert last not in {one.due for one in open_questions(projection, "tax", NOW, last).questions}


def test_the_order_in_which_questions_come_changes_nothing() -> None:
    rng = random.Random(3)
    questions = [
        a_question(f"2026-12-{rng.randint(14, 22)}T10:00", f"2026-12-{rng.randint(22, 31)}T18:00", str(n))
        for n in range(99)
    ]
    outage = Outage("tax", date(2026, 12, 28))
    first = missed(questions, outage, NOW, CALENDAR, POLICY)
    rng.shuffle(questions)
    assert missed(questions, outage, NOW, CALENDAR, POLICY) == first


def a_stage(tmp_path: Path, log: tuple[Stored, ...] = LOG) -> Stage:
    stage = Stage(tmp_path)
    stage.clock.at = NOW
    (tmp_path / "views").mkdir()
    return Stage(tmp_path, more={"views": views_in(tmp_path / "views", stage.clock, NoBus(log))}, clock=stage.clock)


@pytest.mark.parametrize(("language", "says"), [("zh", "个家庭会错过日期"), ("en", "families miss their date")])
async def test_the_page_lists_number_and_state_and_nobody(tmp_path: Path, language: str, says: str) -> None:
    stage = a_stage(tmp_path)
    expected = naive("tax", date(2026, 12, 28))
    assert len(expected) > 5
    async with stage.browser(Role.OPERATIONS) as browser:
        page = (await browser.get(f"/forecast?department=tax&until=2026-12-28&lang={language}")).text
    assert says in page
    assert set(re.findall(r'href="/cases/([A-Z0-9-]+)"', page)) == expected.keys()
    for case in cases().values():
        assert not [person for person in case.persons if person.name in page or person.id_number in page]
    assert stage.looks == []


@pytest.mark.parametrize("query", [
    "department=nobody&until=2026-12-28", "department=tax&until=", "department=&until=x",
    "department=tax&until=2026-12-21", "department=tax&until=2029-01-01", "department=tax&until=20261228x",
])  # fmt: skip
async def test_what_cannot_be_worked_out_is_said_at_its_field(tmp_path: Path, query: str) -> None:
    async with a_stage(tmp_path).browser(Role.HEAD) as browser:
        reply = await browser.get(f"/forecast?{query}")
    assert reply.status_code == 422
    assert 'role="alert"' in reply.text
    assert 'id="result"' not in reply.text


async def test_asked_nothing_the_form_offers_two_working_days(tmp_path: Path) -> None:
    async with a_stage(tmp_path).browser(Role.OFFICER) as browser:
        reply = await browser.get("/forecast")
    assert reply.status_code == 200
    assert 'value="2026-12-24"' in reply.text
    assert 'id="result"' not in reply.text


def test_one_index_has_what_is_counted_and_its_order(projection: Projection) -> None:
    """Of 200,000 questions that wait, a page reads the index and the cases that it lists."""
    asked: list[str] = []
    projection.db.set_trace_callback(asked.append)
    open_questions(projection, "tax", NOW, NOW + timedelta(days=9))
    projection.db.set_trace_callback(None)
    assert len(asked) == 2
    for sql in asked:
        plan = " ".join(row[3] for row in projection.db.execute(f"EXPLAIN QUERY PLAN {sql}"))
        assert "COVERING INDEX waits_by_date (whom=?" in plan
        assert "SCAN" not in plan
        assert "TEMP B-TREE" not in plan
