"""How long the oldest case waits for an officer that nobody is on: what an alarm about it goes by."""

import asyncio
from collections.abc import Collection
from datetime import datetime

from chassis.clock import Clock
from chassis.telemetry.metrics import OLDEST_UNTAKEN
from console.assignments import Assignments
from console.projection.follower import Follower
from console.projection.instants import read
from console.projection.store import Projection
from contracts.case.states import State

FOR_OFFICERS = (State.REVIEW, State.INELIGIBLE_PROPOSED, State.OBJECTED)
EVERY = 5.0


def oldest_untaken(projection: Projection, taken: Collection[str], state: State) -> datetime | None:
    """Since when; None if somebody is on each."""
    rows = projection.db.execute("SELECT number, since FROM cases WHERE state = ? ORDER BY since", (str(state),))
    return next((read(since) for number, since in rows if number not in taken), None)


def show(follower: Follower, assignments: Assignments, now: datetime) -> None:
    """While the log is read, and while the bus is away, the gauges say nothing, and no alarm is hushed."""
    whole, taken = not (follower.as_of.is_reading or follower.as_of.away), assignments.now(now)
    for state in FOR_OFFICERS:
        since = oldest_untaken(follower.projection, taken, state) if whole else None
        age = (now - since).total_seconds() if since is not None else 0.0
        OLDEST_UNTAKEN.labels(state).set(age if whole else float("nan"))


async def show_untaken(follower: Follower, assignments: Assignments, clock: Clock) -> None:
    """Until cancelled."""
    while True:
        show(follower, assignments, clock.now())
        await asyncio.sleep(EVERY)
