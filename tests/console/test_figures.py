"""Figures of a month are those that a naive count over whole histories gives; each thing counts once, in its month."""

import math
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest
from console.figures.month import Month, Spent, chosen_month, figures, months
from console.projection.store import Projection
from console.trace.turns import Stretch, Whose, ledger, turns

from chassis.log.stored import Stored, recorded
from contracts import events as e
from contracts.case.case import Case, Recorded
from contracts.case.fold import evolve
from contracts.case.states import AT_REST, State
from contracts.events import Event
from contracts.local_time import SHANGHAI
from tests.console.log_of_a_day import everything, the_log
from tests.console.random_stories import CALENDAR, stories

WITHIN = timedelta(minutes=10)
HANDED_IN = ("submitted", "supplement", "refused", "accepted", "listed", "pool", "withdrawn")


@cache
def log_of(seed: int) -> tuple[Stored, ...]:
    return the_log() if seed == 0 else stories(seed, 150)


@pytest.fixture(params=[0, 1, 2, 3])
def log(request: pytest.FixtureRequest) -> tuple[Stored, ...]:
    return log_of(request.param)


@pytest.fixture
def projection(log: tuple[Stored, ...], tmp_path: Path) -> Projection:
    projection = Projection(tmp_path / "figures.sqlite")
    for start in range(0, len(log), 97):
        projection.take(log[start : start + 97])
    return projection


def histories(log: Iterable[Stored]) -> list[list[Recorded]]:
    found: dict[str, list[Recorded]] = defaultdict(list)
    for stored in log:
        if stored.subject.startswith("case."):
            item = recorded(stored)
            found[item.event.application].append(item)
    return list(found.values())


def month_of(at: datetime) -> str:
    local = at.astimezone(SHANGHAI)
    return f"{local.year}-{local.month:02d}"


def step_of(event: Event) -> str | None:
    match event:
        case e.DeterminationMade():
            return event.outcome
        case e.DeterminationConfirmed():
            return f"confirmed_{event.outcome}"
        case e.ObjectionDecided():
            return "disqualified" if event.upheld else None
    kinds = (e.ApplicationSubmitted, e.SupplementRequested, e.ApplicationRefused, e.ApplicationAccepted,
             e.PublicityOpened, e.PoolConfirmed, e.ApplicationWithdrawn)  # fmt: skip
    return dict(zip(kinds, HANDED_IN, strict=True)).get(type(event))


def test_the_funnel_counts_each_step_once_a_case(log: tuple[Stored, ...], projection: Projection) -> None:
    of_month, in_month = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for history in histories(log):
        first: dict[str, datetime] = {}
        for item in history:
            if step := step_of(item.event):
                first.setdefault(step, item.event.at)
        for step, at in first.items():
            of_month[month_of(history[0].event.at), step] += 1
            in_month[month_of(at), step] += 1
    for month in months(projection):
        for one in figures(projection, month).funnel:
            assert (one.of_month, one.in_month) == (of_month[month, one.step], in_month[month, one.step])
    assert {month for month, _ in in_month} == set(months(projection))


def _stays(history: Sequence[Recorded]) -> Iterator[tuple[str, datetime, timedelta]]:
    """Every stage that ended: which, when, and how long it was."""
    case, since = Case(history[0].event.application), history[0].event.at
    for item in history:
        before, case = case, evolve(case, item)
        name = "entry" if before.state is State.VERIFYING and before.determination else before.state
        if isinstance(item.event, e.DeterminationMade) or case.state != before.state:
            if before.state and before.state not in AT_REST:
                yield str(name), item.event.at, item.event.at - since
            since = item.event.at


def _runs(history: Sequence[Recorded]) -> Iterator[tuple[Stretch, ...]]:
    """The turns from handing in, or opening again, up to each time it came to rest."""
    run: list[Stretch] = []
    for stretch in turns(history, history[-1].event.at):
        if stretch.whose is not Whose.NOBODY:
            run.append(stretch)
        elif run:
            yield tuple(run)
            run = []


def _near(found: Spent | None, values: list[timedelta]) -> None:
    assert found is not None
    values.sort()
    assert found.n == len(values)
    for said, share in ((found.median, 0.5), (found.p95, 0.95)):
        exact = max(values[math.ceil(share * len(values)) - 1], timedelta(milliseconds=1))
        assert exact * 0.999 <= said <= exact * 1.011


def _by_name(month: Month) -> dict[str, Spent]:
    return {one.what: one for one in (*month.stages, *month.turns)}


def test_stages_and_turns_take_what_the_histories_say(log: tuple[Stored, ...], projection: Projection) -> None:
    took: dict[tuple[str, str], list[timedelta]] = defaultdict(list)
    rested: dict[tuple[str, str], list[int]] = defaultdict(list)
    for history in histories(log):
        for name, at, stay in _stays(history):
            took[month_of(at), f"stage.{name}"].append(stay)
        for run in _runs(history):
            month = month_of(run[-1].until)
            for line in ledger(run, CALENDAR):
                took[month, f"turn.{line.whose}"].append(line.took)
                rested[month, f"turn.{line.whose}"].append(line.rest_days)
            took[month, "turn.whole"].append(run[-1].until - run[0].since)
            rested[month, "turn.whole"].append(sum(line.rest_days for line in ledger(run, CALENDAR)))
    known = {month: _by_name(figures(projection, month)) for month in months(projection)}
    assert {(month, what) for month, found in known.items() for what in found} == took.keys()
    for (month, what), values in took.items():
        _near(known[month].get(what), values)
    for (month, what), days in rested.items():
        days.sort()
        expected = tuple(days[math.ceil(share * len(days)) - 1] for share in (0.5, 0.95))
        assert known[month][what].rest == expected


def test_outcomes_by_article_are_those_of_the_determinations(log: tuple[Stored, ...], projection: Projection) -> None:
    expected = Counter[tuple[str, str, str, str]]()
    for item in (item for history in histories(log) for item in history):
        month = month_of(item.event.at)
        match item.event:
            case e.DeterminationMade():
                expected.update((month, one.article, one.rule, one.truth) for one in item.event.findings)
                expected.update((month, one.article, one.rule, "condition") for one in item.event.conditions)
            case e.ApplicationRefused():
                expected.update((month, one.article, one.rule, "refused") for one in item.event.grounds)
    found = {
        (month, one.article, one.rule, truth): n
        for month in months(projection)
        for one in figures(projection, month).findings
        for truth, n in one.by_truth.items()
    }
    assert found == expected


def _dates(history: Sequence[Recorded]) -> Iterator[tuple[str, str, str, bool]]:
    """Every date once: when it was kept, or when it was known to be missed."""
    case, rounds_told = Case(history[0].event.application), set[int]()
    for item in history:
        before, event, month = case, item.event, month_of(item.event.at)
        case = evolve(case, item)
        if isinstance(event, e.DepartmentAnswered | e.AnsweredByHand | e.DepartmentOverdue):
            name, key = event.department, (event.department, event.round)
            if event.round != before.round or name not in before.waiting_for:
                continue
            due, promised = before.answer_by, before.deferred.get(key)
            assert due is not None
            if isinstance(event, e.DepartmentOverdue):
                yield month, "answer", name, False
            elif isinstance(event, e.DepartmentAnswered) and key not in before.overdue:
                yield month, "answer", name, event.at <= due
            counts = isinstance(event, e.DepartmentAnswered)
            if isinstance(event, e.AnsweredByHand):
                counts = promised is not None and event.at > promised
            if promised and promised != due and counts:
                yield month, "promise", name, event.at <= promised
            if event.round not in rounds_told and (isinstance(event, e.DepartmentOverdue) or not case.waiting_for):
                rounds_told.add(event.round)
                yield month, "round", "", not isinstance(event, e.DepartmentOverdue) and event.at <= due
        elif isinstance(event, e.PoolConfirmed):
            assert case.publicity is not None
            yield month, "list", "", event.at <= case.publicity.closes_at + WITHIN


def test_dates_are_kept_or_missed_as_the_histories_say(log: tuple[Stored, ...], projection: Projection) -> None:
    expected = Counter(date for history in histories(log) for date in _dates(history))
    found = Counter[tuple[str, str, str, bool]]()
    for month in months(projection):
        for one in figures(projection, month).dates:
            found[month, one.what, one.whom, True] += one.kept
            found[month, one.what, one.whom, False] += one.missed
    assert +found == expected


@pytest.mark.parametrize("seed", [0, 1])
def test_the_figures_are_the_same_record_by_record_and_read_anew(seed: int, tmp_path: Path) -> None:
    log = log_of(seed)[:1500]
    whole, single = Projection(tmp_path / "whole.sqlite"), Projection(tmp_path / "single.sqlite")
    whole.take(log)
    for one in log:
        single.take([one])
    assert everything(whole) == everything(single)
    whole.forget()
    assert months(whole) == []
    whole.take(log)
    assert everything(whole) == everything(single)


def test_a_new_year_begins_at_midnight_in_wuhai_not_in_greenwich() -> None:
    just_before, just_after = (datetime(2026, 12, 31, 15, 59, 59, tzinfo=UTC), datetime(2026, 12, 31, 16, tzinfo=UTC))
    assert chosen_month(None, just_before) == "2026-12"
    assert chosen_month("", just_after) == "2027-01"


def test_a_month_that_is_none_is_refused() -> None:
    for typed in ("2026-13", "2026-00", "2026-1", "202611", "2026-11 ", "2026-11' OR '1'='1", "１２"):
        assert chosen_month(typed, datetime.now(UTC)) is None
    assert chosen_month("2026-02", datetime.now(UTC)) == "2026-02"
