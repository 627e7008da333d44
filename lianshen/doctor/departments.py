"""What is wrong with a department: silent, rubbish, not believed, paused, overdue. It is never our reader's fault."""

from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

import nats.errors
from nats.aio.client import Client

from chassis.commands import call
from chassis.errors import ChassisError
from contracts.describe import instant
from lianshen.catalog import DEPARTMENTS
from lianshen.doctor.finding import Finding

State = dict[str, Any]
"""One department as the service that asks it sees it (inquiry/department_state.py)."""

CALLED = {"silent": "silent", "no answer": "answers rubbish", "not believed": "not believed"}
MENDED_BY = {
    "silent": "ask the department whether it runs; its questions are asked again by themselves",
    "no answer": "show the department what it sends (`lianshen department check NAME`); nothing is decided by it",
    "not believed": "`lianshen department list` has the keys that count; `lianshen department rotate NAME` makes one",
}
"""What mends a fault of a department, by its kind."""
OTHER = "`lianshen department check NAME` says what it answers"
CORRECT = "correct the file; it is read again by itself"


async def read_states(nc: Client) -> tuple[list[State], list[str]]:
    """Every department, and the services that did not say how theirs are."""
    states: list[State] = []
    mute = []
    for service in dict.fromkeys(DEPARTMENTS.values()):
        try:
            states += (await call(nc, service, "departments", {}, timeout=5))["departments"]
        except (ChassisError, nats.errors.Error, TimeoutError):
            mute.append(service)
    return states, mute


def about_departments(states: list[State], mute: Iterable[str] = ()) -> list[Finding]:
    """What is wrong with a department, one finding a fault; one for all if nothing is. Pure."""
    unknown = [
        Finding(f"departments of {service}", False, "not known: the service does not answer", mend=_start(service))
        for service in mute
    ]
    files = dict.fromkeys(state["departments_file"] for state in states if state.get("departments_file"))
    unknown += [
        Finding("departments file", False, f"{wrong}; what was in it before counts on", mend=CORRECT)
        for wrong in files
    ]
    found = [finding for state in states for finding in about(state)]
    if states and all(finding.well for finding in found):
        found.insert(0, Finding("departments", True, f"nothing is wrong with any of {len(states)}"))
    return found + unknown


def about(state: State) -> Iterator[Finding]:
    """One department; nothing if all is well with it."""
    name, cases = state["department"], state["open_questions"]
    # The oldest questions are counted, of all departments together: none of this one's does not mean that none waits.
    more = bool(state.get("at_least"))
    what = f"department {name}"
    if why := state["not_asked_because"]:
        # It is somebody's wish; what makes it a worry is a case that waits.
        mend = f"`lianshen department resume {name}`" if state["paused"] else f"`lianshen department check {name}`"
        yield Finding(
            what,
            not cases and not more,
            f"is not asked: {why}",
            _instant(state.get("paused_since")),
            cases,
            mend,
            more,
        )
    for fault in state["faults"]:
        mend = MENDED_BY.get(fault["kind"], OTHER).replace("NAME", name)
        detail = (
            f"{CALLED.get(fault['kind'], fault['kind'])}: {fault['why']} (asked at {fault['address']}){_next(state)}"
        )
        yield Finding(what, False, detail, _instant(fault["since"]), max(cases, fault["questions"]), mend, more)
    if state["breaker_open"] and not state["faults"] and not why and (cases or more):
        mend = MENDED_BY["silent"]
        yield Finding(what, False, f"silent{_next(state)}", _instant(state.get("oldest_asked_at")), cases, mend, more)
    if state["overdue"]:
        mend = f"`lianshen cases --waits-for {name}`, then ask the department, or two officers `lianshen answer`"
        since = _instant(state.get("overdue_since"))
        yield Finding(what, False, "its time to answer is over", since, state["overdue"], mend, more)


def stands_for(durable: str, states: Iterable[State]) -> str | None:
    """Why nobody fetches from a department's durable: its own state, if that explains it."""
    for state in states:
        # Its durables are named after it and the kind they read (inquiry/department_client.py).
        if durable.rpartition("-")[0] == f"{DEPARTMENTS.get(state['department'])}-{state['department']}":
            if state["not_asked_because"]:
                return f"{state['department']} is not asked: {state['not_asked_because']}"
            if state["breaker_open"] or state["faults"]:
                return f"{state['department']} gives no answer{_next(state)}"
    return None


def _next(state: State) -> str:
    """When it is asked next, if that is known."""
    at = _instant(state.get("asked_next"))
    return f"; it is asked again at {instant(at)[11:]}" if at and not state["not_asked_because"] else ""


def _instant(said: str | None) -> datetime | None:
    return datetime.fromisoformat(said) if said else None


def _start(service: str) -> str:
    return f"`lianshen up` starts it again by itself, `lianshen run {service}` by hand"
