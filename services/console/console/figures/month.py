"""What was counted of one month, read from the projection: a few hundred rows, however many cases there are."""

import re
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from console.projection.course import WHOLE, month_of
from console.projection.latencies import HUNDREDTH, buckets_at, percentiles
from console.projection.steps import STAGES, Step
from console.projection.store import Projection
from console.trace.turns import Whose

SHARES = (0.5, 0.95)
TURNS = (*(str(whose) for whose in Whose if whose is not Whose.NOBODY), WHOLE)
MOST_MONTHS = 36
THROUGHPUT = (Step.SUBMITTED, Step.ACCEPTED, Step.LISTED, Step.POOL)
"""Steps of which the months are charted."""
MONTH = re.compile(r"2\d{3}-(0[1-9]|1[0-2])")


@dataclass(frozen=True)
class Funnel:
    """One step: how many cases handed in this month took it by now, and how many took it in this month."""

    step: Step
    of_month: int
    in_month: int


@dataclass(frozen=True)
class Spent:
    """How long something took, over all that ended in the month; of a turn, how many rest days were in it."""

    what: str
    n: int
    median: timedelta
    p95: timedelta
    rest: tuple[int, ...] = ()
    """Median and p95."""

    @property
    def name(self) -> str:
        """Of the stage, or whose turn."""
        return self.what.partition(".")[2]


@dataclass(frozen=True)
class Found:
    """What was found by one rule."""

    article: str
    rule: str
    by_truth: Mapping[str, int]


@dataclass(frozen=True)
class Kept:
    """Dates of one kind; `whom` is a department, or nobody in particular."""

    what: str
    whom: str
    kept: int
    missed: int

    @property
    def share(self) -> float:
        return self.kept / (self.kept + self.missed)


@dataclass(frozen=True)
class Passed:
    """How many cases took each step in one month, whenever they were handed in."""

    month: str
    by_step: Mapping[Step, int]


@dataclass(frozen=True)
class Month:
    """Every figure of one month."""

    month: str
    funnel: tuple[Funnel, ...]
    stages: tuple[Spent, ...]
    turns: tuple[Spent, ...]
    findings: tuple[Found, ...]
    dates: tuple[Kept, ...]
    passed: tuple[Passed, ...]
    """This month and those before it, the oldest first."""


def chosen_month(typed: str | None, now: datetime) -> str | None:
    """As in an address, `2026-11`; the month of now if nothing was chosen, None for what is no month."""
    if not typed:
        return month_of(now)
    return typed if MONTH.fullmatch(typed) else None


def months(projection: Projection) -> list[str]:
    """In which anything was counted, the newest first."""
    return [month for (month,) in projection.db.execute("SELECT DISTINCT month FROM reached ORDER BY month DESC")]


def figures(projection: Projection, month: str) -> Month:
    spent = _spent(projection, month)
    return Month(
        month,
        _funnel(projection, month),
        tuple(one for name in STAGES if (one := _took(spent, "stage", name))),
        tuple(one for name in TURNS if (one := _took(spent, "turn", name))),
        _findings(projection, month),
        _dates(projection, month),
        passed(projection, month),
    )


def _funnel(projection: Projection, month: str) -> tuple[Funnel, ...]:
    rows = projection.db.execute(
        "SELECT step, total(n) FILTER (WHERE handed_in = ?1), total(n) FILTER (WHERE month = ?1) FROM reached"
        " WHERE handed_in = ?1 OR month = ?1 GROUP BY step",
        (month,),
    )
    found = {step: (int(of_month), int(in_month)) for step, of_month, in_month in rows}
    return tuple(Funnel(step, *found.get(step, (0, 0))) for step in Step)


def passed(projection: Projection, until: str) -> tuple[Passed, ...]:
    """Every month in which anything happened, as many as are charted."""
    found: dict[str, dict[Step, int]] = defaultdict(dict)
    rows = projection.db.execute(
        "SELECT month, step, sum(n) FROM reached WHERE month <= ? GROUP BY month, step ORDER BY month", (until,)
    )
    for month, step, n in rows:
        found[month][Step(step)] = n
    return tuple(Passed(month, by_step) for month, by_step in found.items())[-MOST_MONTHS:]


def _spent(projection: Projection, month: str) -> dict[str, dict[int, int]]:
    found: dict[str, dict[int, int]] = defaultdict(dict)
    for what, bucket, n in projection.db.execute("SELECT what, bucket, n FROM spent WHERE month = ?", (month,)):
        found[what][bucket] = n
    return found


def _took(spent: Mapping[str, Mapping[int, int]], kind: str, name: str) -> Spent | None:
    counts = spent.get(f"{kind}.{name}")
    if not counts:
        return None
    rest = buckets_at(spent.get(f"rest.{name}", {}), SHARES) if kind == "turn" else ()
    median, p95 = percentiles(counts, SHARES, HUNDREDTH)
    return Spent(f"{kind}.{name}", sum(counts.values()), median, p95, rest)


def _findings(projection: Projection, month: str) -> tuple[Found, ...]:
    found: dict[tuple[str, str], dict[str, int]] = defaultdict(dict)
    rows = projection.db.execute("SELECT article, rule, truth, n FROM findings WHERE month = ?", (month,))
    for article, rule, truth, n in rows:
        found[article, rule][truth] = n
    return tuple(Found(*key, found[key]) for key in sorted(found))


def _dates(projection: Projection, month: str) -> tuple[Kept, ...]:
    rows = projection.db.execute(
        "SELECT what, whom, total(n) FILTER (WHERE kept), total(n) FILTER (WHERE NOT kept) FROM dates"
        " WHERE month = ? GROUP BY what, whom ORDER BY what, whom",
        (month,),
    )
    return tuple(Kept(what, whom, int(kept), int(missed)) for what, whom, kept, missed in rows)
