"""What the pages about cases read and call: the projection, the log, spans, and the commands of other services."""

from collections.abc import Awaitable, Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from console.assignments import Assignments
from console.attached import Instance
from console.bureau.aggregates import Aggregates
from console.projection.follower import AsOf, Follower
from console.projection.store import Projection
from console.proposals import Proposals
from console.storage import Storage
from console.trace.span_store import SpanStore
from contracts.case.case import Recorded
from procedures.procedure import Procedures
from procedures.working_days import Calendar

Call = Callable[[str, str, dict[str, Any]], Awaitable[dict[str, Any]]]
"""A command of a service. Raises CommandRefused."""


@dataclass(frozen=True)
class Views:
    """Handed in, so that a page can be tried without a bus."""

    follower: Follower
    history: Callable[..., Awaitable[tuple[Recorded, ...]]]
    """`await history(number, *tails)`: every event of one case from the log, or those there. Raises Unavailable."""
    call: Call
    letters: Callable[[], Awaitable[list[dict[str, Any]]]]
    """The dead letters that wait for somebody."""
    attached: Callable[[Iterable[str]], Awaitable[dict[str, tuple[Instance, ...]]]]
    """Who answers on the bus for each of these departments now. Raises Unavailable."""
    storage: Callable[[], Awaitable[Storage]]
    """How much the bus keeps. Raises Unavailable."""
    folder: Path
    """Its own state, whose disk it watches."""
    spans: SpanStore
    proposals: Proposals
    assignments: Assignments
    calendar: Calendar
    procedures: Procedures
    aggregates: Aggregates
    """Projects, draws and homes."""
    draws_address: str = ""
    """Where everybody sees draws, if it is known."""
    fault: Callable[[], str | None] = lambda: None
    """Why the log takes no append, if it takes none."""
    live_for: float = 45.0
    """Seconds that a live page listens at once: less than an answer may take. It asks again by itself."""
    trace_link: str = ""
    """Where another system shows a trace: `{trace}` stands for its id."""

    @property
    def projection(self) -> Projection:
        return self.follower.projection

    @property
    def as_of(self) -> AsOf:
        return self.follower.as_of

    @property
    def departments(self) -> dict[str, str]:
        """Each department, and the service that asks it."""
        return {one.name: one.asked_by for name in self.procedures.by_name.values() for one in name.departments}
