"""The waterfall of a case: every event on one row, whose turn every gap was, and a document for other tools."""

import csv
import io
from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import pytest
from console.formulas import safe
from console.trace.drawing import LEFT, NARROWEST, RIGHT, WIDTH, draw
from console.trace.otlp import otlp
from console.trace.rows import Lane, Sign, rows
from console.trace.scale import GAP, scale
from console.trace.table import as_csv
from console.trace.turns import Whose, ledger, rest_days, turns

from chassis.log.stored import recorded
from contracts.case.case import Recorded
from contracts.events import Event, NoticeFailed
from procedures.working_days import Calendar
from tests.console.log_of_a_day import the_log
from tests.contracts.examples import (
    ACCEPTED,
    ALSO_ANSWERED,
    ANSWERED,
    AT,
    DEFERRED,
    DETERMINED,
    NUMBER,
    OPENED,
    OVERDUE,
    SIX,
    SUBMITTED,
    SUPPLEMENT_WANTED,
    SUPPLEMENTED,
)
from tests.contracts.test_case import MAY_FOLLOW

CALENDAR = Calendar.load(None)
DAY = timedelta(days=1)
REVIEW = DETERMINED.model_copy(update={"outcome": "review"})


def history(*events: Event) -> tuple[Recorded, ...]:
    return tuple(Recorded(n, event, str(n), event.at) for n, event in enumerate(events, start=1))


def later(event: Event, by: timedelta) -> Event:
    return event.model_copy(update={"at": AT + by})


def of_the_log() -> dict[str, list[Recorded]]:
    found: dict[str, list[Recorded]] = {}
    for stored in the_log():
        if stored.subject.startswith("case."):
            item = recorded(stored)
            found.setdefault(item.event.application, []).append(item)
    return found


SEVERAL = [history(*events) for state, events, _ in MAY_FOLLOW.values() if state] + list(of_the_log().values())


@pytest.mark.parametrize("case", SEVERAL)
def test_every_event_stands_on_one_row_and_inside_the_drawing(case: list[Recorded]) -> None:
    drawing = draw(case, max(item.event.at for item in case) + DAY, CALENDAR)
    marks = [(x, mark) for bar in drawing.bars for x, mark in bar.marks]
    assert Counter(mark.sequence for _, mark in marks) == {item.sequence: 1 for item in case}
    for bar in drawing.bars:
        assert LEFT <= bar.x <= bar.x + bar.width <= WIDTH - RIGHT + NARROWEST
        assert bar.y < drawing.height
    assert all(LEFT <= x <= WIDTH - RIGHT for x, _ in marks)


@pytest.mark.parametrize("case", SEVERAL)
def test_somebody_has_every_moment_and_nobody_has_one_twice(case: list[Recorded]) -> None:
    now = max(item.event.at for item in case) + DAY
    stretches = turns(case, now)
    assert (stretches[0].since, stretches[-1].until) == (case[0].event.at, now)
    assert all(before.until == after.since for before, after in pairwise(stretches))
    assert sum((one.took for one in ledger(stretches, CALENDAR)), timedelta()) == now - case[0].event.at


def test_whose_turn_it_was() -> None:
    others = (later(ANSWERED.model_copy(update={"department": name}), 5 * DAY) for name in SIX if name != "tax")
    case = history(
        SUBMITTED,
        SUPPLEMENT_WANTED,
        later(SUPPLEMENTED, 4 * DAY),
        later(ACCEPTED, 4 * DAY),
        *others,
        later(ANSWERED.model_copy(update={"department": "tax"}), 9 * DAY),
        later(REVIEW, 9 * DAY),
    )
    found = [(one.whose, one.departments, one.took) for one in turns(case, AT + 12 * DAY) if one.took >= DAY]
    assert found[-2:] == [(Whose.DEPARTMENT, ("tax",), 4 * DAY), (Whose.BUREAU, (), 3 * DAY)]
    assert found[0][0] is Whose.FAMILY


def test_rest_days_lie_wholly_between() -> None:
    before_the_holiday = datetime(2025, 9, 30, 4, tzinfo=UTC)
    assert rest_days(CALENDAR, before_the_holiday, before_the_holiday + 9 * DAY) == 8
    friday = datetime(2025, 5, 9, 4, tzinfo=UTC)
    assert (rest_days(CALENDAR, friday, friday + DAY), rest_days(CALENDAR, friday, friday + 3 * DAY)) == (0, 2)


def test_a_question_is_one_row_with_all_that_happened_to_it() -> None:
    tax = {"department": "tax"}
    case = history(
        SUBMITTED,
        ACCEPTED,
        later(DEFERRED.model_copy(update=tax), DAY),
        later(OVERDUE.model_copy(update=tax), 7 * DAY),
        later(ANSWERED.model_copy(update=tax), 8 * DAY),
        later(ALSO_ANSWERED.model_copy(update=tax), 9 * DAY),
    )
    (row,) = [row for row in rows(case) if row.name == "tax"]
    assert (row.lane, row.since, row.until) == (Lane.DEPARTMENT, ACCEPTED.at, AT + 8 * DAY)
    assert [mark.sign for mark in row.marks] == [Sign.DEFERRED, Sign.TIMER, Sign.DONE, Sign.SECOND]


def test_a_question_nobody_answered_ends_when_it_was_decided_without_it() -> None:
    case = history(SUBMITTED, ACCEPTED, later(REVIEW, DAY))
    assert {row.until for row in rows(case) if row.lane is Lane.DEPARTMENT} == {AT + DAY}
    (officer,) = [row for row in rows(case) if row.lane is Lane.OFFICER]
    assert (officer.since, officer.until) == (AT + DAY, None)


def test_a_notice_that_failed_is_a_retry() -> None:
    failed = NoticeFailed(
        application=NUMBER, at=AT, cause="accepted", channel="sms", n=1, notice_id="N1", reason="away"
    )
    (row,) = [row for row in rows(history(SUBMITTED, ACCEPTED, failed)) if row.lane is Lane.NOTICES]
    assert (row.name, row.marks[0].sign) == ("sms", Sign.RETRY)


def test_a_gap_of_days_is_a_gap_with_whose_turn_it_was() -> None:
    case = history(SUBMITTED, ACCEPTED, later(OPENED, timedelta(seconds=1)))[:2]
    drawing = draw(case, AT + 6 * DAY, CALENDAR)
    (gap,) = drawing.gaps
    assert (gap.stretch.whose, gap.until - gap.since >= GAP, gap.width > 100) == (Whose.DEPARTMENT, True, True)
    assert gap.rest_days == rest_days(CALENDAR, gap.since, gap.until) > 0


def test_what_came_later_stands_further_right_and_milliseconds_can_be_told_apart() -> None:
    steps = [AT + timedelta(milliseconds=n) for n in range(20)] + [AT + n * DAY for n in range(1, 9)]
    placed = scale(steps, 100, 1000)
    xs = [placed.x(at) for at in steps]
    assert xs == sorted(xs)
    assert (xs[0], xs[-1]) == (100, 1100)
    assert all(later - earlier >= 1 for earlier, later in pairwise(xs))
    assert len(placed.gaps()) == 8
    assert scale([AT], 100, 1000).x(AT) == 100


def test_four_hundred_events_are_drawn_like_fourteen() -> None:
    many = [
        NoticeFailed(
            application=NUMBER,
            at=AT + n * timedelta(hours=2),
            cause="accepted",
            channel="sms",
            n=n,
            notice_id="N1",
            reason="away",
        )
        for n in range(1, 401)
    ]
    drawing = draw(history(SUBMITTED, ACCEPTED, *many), AT + 99 * DAY, CALENDAR)
    assert sum(sum(bar.many) for bar in drawing.bars) == 402
    assert sum(len(bar.marks) for bar in drawing.bars) < 100
    assert drawing.height < 400


def test_a_collector_can_read_it() -> None:
    case = history(SUBMITTED, ACCEPTED)
    span = {
        "trace": "a" * 32, "span": "b" * 16, "parent": None, "links": [], "name": "ask tax", "kind": "CLIENT",
        "service": "asking", "start": 1, "end": 2, "attributes": {"lianshen.application": NUMBER, "n": 3, "b": True},
        "status": "ERROR",
    }  # fmt: skip
    found = otlp(NUMBER, rows(case), [span], AT + DAY)
    assert found == otlp(NUMBER, rows(case), [span], AT + DAY)
    services = {
        one["resource"]["attributes"][0]["value"]["stringValue"]: one["scopeSpans"][0]["spans"]
        for one in found["resourceSpans"]
    }
    (asked,) = services["asking"]
    assert (asked["kind"], asked["status"], asked["startTimeUnixNano"]) == (3, {"code": 2}, "1")
    assert {"key": "n", "value": {"intValue": "3"}} in asked["attributes"]
    of_the_log = services["lianshen-log"]
    assert len({one["traceId"] for one in of_the_log}) == 1
    assert len({one["spanId"] for one in of_the_log}) == len(of_the_log) == 2 + len(ACCEPTED.asked)
    assert all(one.get("parentSpanId") == of_the_log[0]["spanId"] for one in of_the_log[1:])
    assert sum(len(one.get("events", ())) for one in of_the_log) == len(case)


def test_a_spreadsheet_gets_every_event_and_runs_nothing() -> None:
    case = history(SUBMITTED, ACCEPTED, ANSWERED)
    lines = list(csv.DictReader(io.StringIO(as_csv(rows(case)).removeprefix("\ufeff"))))
    assert [line["event"] for line in lines] == ["ApplicationSubmitted", "ApplicationAccepted", "DepartmentAnswered"]
    assert [safe(cell) for cell in ("=1+1", "@x", "tax", "-2")] == ["'=1+1", "'@x", "tax", "'-2"]
