"""The worklist of officers and operators: every open case, since when, and whom it waits for. Pure.

Nothing in it is a person's: number, state, instants, and who has to act.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from chassis.log.stored import Stored, Unreadable, recorded
from contracts.case.case import Case, NotAllowed, Recorded
from contracts.case.fold import evolve
from contracts.case.standing import Standing, follow, standing_of
from contracts.case.states import AT_REST, State
from contracts.case.waits import OPERATIONS, WHO_ELSE, Turn, Wait, waits_of
from contracts.describe import instant
from contracts.events import ApplicationRefused, ApplicationWithdrawn, PoolConfirmed

UNREADABLE = "unreadable"
STATES = (*map(str, State), UNREADABLE)
ENDS = frozenset(kind.__name__ for kind in (ApplicationRefused, ApplicationWithdrawn))
"""After one of these nothing waits any more, whatever else is written."""
UNITS = {"m": timedelta(minutes=1), "h": timedelta(hours=1), "d": timedelta(days=1), "w": timedelta(weeks=1)}
COLUMNS = "{:<32} {:<20} {:<17} {}"


@dataclass(frozen=True)
class WorklistRow:
    """One case of the worklist; `since` is when it came into its state."""

    number: str
    state: str
    since: datetime
    waits: tuple[Wait, ...]

    @property
    def overdue(self) -> bool:
        return any(wait.overdue for wait in self.waits)

    def as_dict(self) -> dict[str, Any]:
        """For a program: instants in UTC, as ISO 8601."""
        waits = [
            {
                "whom": wait.whom,
                "what": wait.what,
                "by": wait.by.isoformat() if wait.by else None,
                "overdue": wait.overdue,
            }
            for wait in self.waits
        ]
        return {
            "application_number": self.number,
            "state": self.state,
            "since": self.since.isoformat(),
            "overdue": self.overdue,
            "waits_for": waits,
        }


@dataclass(frozen=True)
class Wanted:
    """Which cases are listed. Without states: those that wait for somebody."""

    states: frozenset[str] = frozenset()
    waits_for: str | None = None
    older: timedelta | None = None

    @property
    def ended(self) -> bool:
        """Whether cases that are over are asked for, too."""
        return bool(self.states & set(map(str, AT_REST)))

    def fits(self, line: WorklistRow, now: datetime) -> bool:
        if line.state not in self.states if self.states else not line.waits:
            return False
        if self.waits_for is not None and all(wait.whom != self.waits_for for wait in line.waits):
            return False
        return self.older is None or now - line.since >= self.older


class Worklist:
    """Takes the messages of the log in order. What is over, or rests in the pool, is forgotten unless asked for."""

    def __init__(self, wanted: Wanted) -> None:
        self._wanted = wanted
        self._open: dict[str, list[Stored]] = {}
        self._over: set[str] = set()
        self._pool: set[str] = set()
        self._since_pool: dict[str, Standing] = {}

    def take(self, stored: Stored) -> None:
        number, kind = stored.subject.split(".", 2)[1], stored.headers.get("ce-type")
        if number in self._over:
            return
        if kind in ENDS and not self._wanted.ended:
            self._forget(number)
            self._over.add(number)
        elif kind == PoolConfirmed.__name__ and not self._wanted.ended:
            self._forget(number)
            self._pool.add(number)
        elif number in self._pool or number in self._since_pool:
            self._go_on(number, stored)
        else:
            self._open.setdefault(number, []).append(stored)

    def _go_on(self, number: str, stored: Stored) -> None:
        """A case that was in the pool: of each the standing is kept, not its history."""
        known = self._since_pool.get(number) or Standing(State.POOL_CONFIRMED, stored.happened_at)
        self._forget(number)
        try:
            tail = stored.subject.split(".")[2:]
            case = follow(known, stored.headers.get("ce-type", ""), tail, stored.body, stored.happened_at)
        except (ValueError, LookupError, TypeError):
            self._open[number] = [stored]
            return
        if case is None or case.state is State.POOL_CONFIRMED:
            self._pool.add(number)
        else:
            self._since_pool[number] = case

    def _forget(self, number: str) -> None:
        self._open.pop(number, None)
        self._pool.discard(number)
        self._since_pool.pop(number, None)

    def lines(self, now: datetime) -> list[WorklistRow]:
        """What is overdue first, then the oldest."""
        found = [line_of(number, history, now) for number, history in self._open.items()]
        found += [_row(number, case, now) for number, case in self._since_pool.items()]
        return sorted(
            (one for one in found if self._wanted.fits(one, now)), key=lambda one: (not one.overdue, one.since)
        )


def line_of(number: str, history: Iterable[Stored], now: datetime) -> WorklistRow:
    """One case. A history that cannot be read is a matter for operations, and hides no other case."""
    items: list[Recorded] = []
    try:
        items += map(recorded, history)
        case, since = stands(items, number)
    except (Unreadable, NotAllowed):
        since = items[-1].event.at if items else now
        wait = Wait(OPERATIONS, "its history cannot be read: `lianshen audit`", turn=Turn.MENDS)
        return WorklistRow(number, UNREADABLE, since, (wait,))
    return _row(number, standing_of(case, since), now)


def _row(number: str, case: Standing, now: datetime) -> WorklistRow:
    return WorklistRow(number, str(case.state), case.since, waits_of(case, now))


def stands(history: Iterable[Recorded], number: str) -> tuple[Case, datetime]:
    """The case, and when it came into its state; a determination moves it, too. Raises NotAllowed."""
    case, since = Case(number), datetime.min.replace(tzinfo=UTC)
    for item in history:
        before, case = case.state, evolve(case, item)
        if case.state is not before or case.determination is item.event:
            since = item.event.at
    return case, since


def age(text: str) -> timedelta:
    """`90m`, `36h`, `2d`, `1w`. Raises ValueError."""
    found = re.fullmatch(r"(\d{1,5})([mhdw])", text.strip())
    if found is None:
        raise ValueError(f"{text!r} is no age; write it like 90m, 36h, 2d or 1w")
    return int(found[1]) * UNITS[found[2]]


def read_wanted(states: Iterable[str], waits_for: str | None, older: str | None, departments: Iterable[str]) -> Wanted:
    """What was asked for on the command line. Raises ValueError naming the option."""
    if unknown := [state for state in states if state not in STATES]:
        raise ValueError(f"--state: there is no state {unknown[0]!r}; there are {', '.join(STATES)}")
    who = (*departments, *WHO_ELSE)
    if waits_for is not None and waits_for not in who:
        raise ValueError(f"--waits-for: nobody is called {waits_for!r}; there are {', '.join(who)}")
    try:
        return Wanted(frozenset(states), waits_for, age(older) if older is not None else None)
    except ValueError as error:
        raise ValueError(f"--older: {error}") from None


def table(lines: Iterable[WorklistRow]) -> Iterator[str]:
    """The worklist as lines, each case one; instants as a clock in Wuhai shows them."""
    yield COLUMNS.format("number", "state", "since", "waits for")
    for line in lines:
        waits = "; ".join(map(_said, line.waits)) or "nobody"
        yield COLUMNS.format(line.number, line.state, instant(line.since)[:16], waits)


def _said(wait: Wait) -> str:
    by = f", by {instant(wait.by)[:16]}" if wait.by else ""
    return f"{wait.whom}: {wait.what}{by}" + (", OVERDUE" if wait.overdue else "")


def summary(lines: list[WorklistRow]) -> str:
    """How many wait for whom; a case that waits for several counts at each."""
    whom: dict[str, int] = {}
    for line in lines:
        for name in dict.fromkeys(wait.whom for wait in line.waits):
            whom[name] = whom.get(name, 0) + 1
    count = "1 case" if len(lines) == 1 else f"{len(lines)} cases"
    parts = [f"{n} for {name}" for name, n in sorted(whom.items(), key=lambda item: -item[1])]
    late = sum(line.overdue for line in lines)
    return f"{count}" + (f": {', '.join(parts)}" if parts else "") + (f"; {late} overdue" if late else "")
