"""`lianshen follow`: the life of one application as it happens, and whom it waits for."""

import asyncio
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from nats.aio.client import Client

from contracts.case.case import Case
from contracts.case.standing import standing_of
from contracts.case.states import AT_REST
from contracts.case.waits import Wait, waits_of
from contracts.describe import instant, line
from contracts.text import one_line
from lianshen.cases.cases import stands
from lianshen.catalog import DEPARTMENTS
from lianshen.doctor.departments import read_states
from lianshen.embedded.client import connected, history_of

AFTER_REST = 2.0
"""Seconds for the notices that follow the last event."""
QUIET_FOR = 2.0
"""Seconds without an event, after which it says whom the case waits for."""
LOOK_EVERY = 5.0
"""Seconds between two looks at the departments that it waits for."""


async def follow(application: str, once: bool, data_dir: Path | None, tell: Callable[[str], None]) -> bool:
    """Tells every event; returns when the case is at rest. False for an application nobody has heard of."""
    async with connected(data_dir) as nc:
        history = await history_of(nc)
        told, quiet_since, looked, known = 0, time.monotonic(), 0.0, ""
        while True:
            events = await history.of(application)
            if not events:
                return False
            for item in events:
                if item.sequence > told:
                    told, quiet_since, looked = item.sequence, time.monotonic(), 0.0
                    tell(line(item))
            (case, since), quiet = stands(events, application), time.monotonic() - quiet_since
            if once or (case.state in AT_REST and quiet >= AFTER_REST):
                for words in await _now(nc, case, since):
                    tell(words.text)
                return True
            if quiet >= QUIET_FOR and time.monotonic() - looked >= LOOK_EVERY:
                looked = time.monotonic()
                words_now = await _now(nc, case, since)
                if (fresh := " ".join(words.lasting for words in words_now)) != known:
                    known = fresh
                    for words in words_now:
                        tell(words.text)
            await asyncio.sleep(0.3)


@dataclass(frozen=True)
class Words:
    """What is said, and the part of it that is news when it changes: not an instant that moves on and on."""

    text: str
    lasting: str


async def _now(nc: Client, case: Case, since: datetime) -> list[Words]:
    waits = waits_of(standing_of(case, since), datetime.now(UTC))
    states = {}
    if any(wait.whom in DEPARTMENTS for wait in waits):
        states = {state["department"]: state for state in (await read_states(nc))[0]}
    first = f"now: {case.state}"
    return [Words(first, first), *(waiting(wait, states) for wait in waits)]


def waiting(wait: Wait, states: Mapping[str, Mapping[str, Any]]) -> Words:
    """One whom a case waits for; a department with why it has not answered and when it is asked next. Pure."""
    by = f" by {instant(wait.by)[:16]}" if wait.by else ""
    said = f"  waits for {wait.whom}: {wait.what}{by}" + (", OVERDUE" if wait.overdue else "")
    if wait.whom not in DEPARTMENTS:
        return Words(one_line(said), said)
    why, next_asked = _asked(wait.whom, states.get(wait.whom))
    return Words(one_line(f"{said}; {'; '.join(part for part in (why, next_asked) if part)}"), f"{said}; {why}")


def _asked(name: str, state: Mapping[str, Any] | None) -> tuple[str, str]:
    """Why there is no answer, and when it is asked next."""
    if state is None:
        return f"{DEPARTMENTS[name]}, which asks it, does not answer", "it is asked once that runs again"
    if state["not_asked_because"]:
        mend = f" (`lianshen department resume {name}`)" if state["paused"] else ""
        return f"it is not asked: {state['not_asked_because']}", f"it is asked again once that is over{mend}"
    if state["attached_by"] == "clerk":
        return "its clerk answers", f"`lianshen clerk questions {name}`"
    if not state["faults"]:
        return "it has the question" if not state["breaker_open"] else "it does not answer", _next(state)
    newest = state["faults"][-1]
    since = instant(datetime.fromisoformat(newest["since"]))
    return f"{newest['why']}, since {since}", _next(state) or "it is asked again within a minute"


def _next(state: Mapping[str, Any]) -> str:
    at = state.get("asked_next")
    return f"it is asked again at {instant(datetime.fromisoformat(at))[11:]}" if at else ""
