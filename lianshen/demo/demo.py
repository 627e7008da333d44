"""`lianshen demo`: plays a whole world through the whole system, and shows what became of every application."""

import asyncio
import json
import secrets
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx
from nats.aio.client import Client

from chassis.bus import Bus
from chassis.commands import call
from chassis.errors import CommandRefused
from chassis.log.history import History
from chassis.log.journal import STREAM
from contracts.case.case import Case, Recorded
from contracts.case.states import AT_REST, State
from contracts.describe import sentence
from contracts.events import ApplicationSubmitted, DeterminationMade, NoticeSent
from evidence.audit import audit
from lianshen.cases.log_tail import LogTail
from lianshen.demo.one_draw import HOMES
from lianshen.demo.results import Posted, result
from lianshen.demo.to_the_keys import Row, ToTheKeys
from lianshen.demo.worlds import Visit, read_visits
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.ending import end_requested, unless
from lianshen.embedded.system import System

AT_MOST = 110.0
TO_THE_KEYS = "to-the-keys.md"
"""A world that has it is played on to the keys."""
AFTER_POSTING = 15.0
SILENT_AFTER = 75.0
"""Seconds without any event until those who are still waited for count as silent."""
DRILL = {
    "LIANSHEN_DRILL_PUBLICITY_SECONDS": "3",
    "LIANSHEN_PUBLICITY_GRACE_SECONDS": "0.2",
    "LIANSHEN_NOTIFY_DRILL": "true",
    "LIANSHEN_OPEN_CASES_EVERY": "0.3",
    "LIANSHEN_DRILL_CLOCK_AHEAD_DAYS": "0",
}
FOR_A_PERSON = {State.SUPPLEMENT_WANTED, State.REVIEW, State.INELIGIBLE_PROPOSED, State.OBJECTED}


@dataclass
class Played:
    """What a run showed: the posts, the cases as they ended, what was still waited for, what the audit found."""

    posted: list[Posted]
    cases: dict[str, Case]
    rows: list[dict[str, Any]] = field(default_factory=list)
    seconds: dict[str, float] = field(default_factory=dict)
    """From handing in to determination, by application."""
    waited_for: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    homes: list[Row] = field(default_factory=list)
    """What came of the second half: each family's place, ticket and home."""
    took: float = 0.0

    def results(self) -> list[dict[str, Any]]:
        """As every application stood when the joint review was over."""
        return self.rows


async def play(
    world: Path,
    say: Callable[[str], None],
    show: Callable[[Played], None] = lambda _: None,
    data_dir: Path | None = None,
    stay: bool = False,
) -> Played:
    """Starts everything on fresh temporary data, posts the world's applications in the order of their names, and
    shows what it came to when every case rests or waits for a person, the calendar or a silent department.

    Then it ends, or stays open until a signal. Raises Ended at a signal before, after it drained and removed
    everything."""
    visits = read_visits(world)
    began = time.monotonic()
    applications = sorted(path for path in (world / "applications").iterdir() if path.suffix.lower() == ".json")
    if not applications:
        raise FileNotFoundError(f"{world.name}: there is no application in its folder `applications`")
    # What would stay behind is the log, and beside it the keys that open it.
    with end_requested() as ending, tempfile.TemporaryDirectory(prefix="lianshen-demo-") as temporary:
        faults = world / "faults.toml"
        system = System(
            DataDir(data_dir or Path(temporary)),
            world=world,
            faults=faults if faults.is_file() else None,
            environment=DRILL,
            say=say,
        )
        try:
            await unless(ending, system.start())
            say(f"ready after {time.monotonic() - began:.1f} s; publicity runs as a DRILL of 3 seconds")
            say("look at it while it plays, in a browser:")
            system.say_pages()
            played = await unless(ending, _play(world, visits, applications, system, say, began))
            show(played)
            if stay:
                _say_open(played, system, say)
                await ending.wait()
            return played
        finally:
            await system.stop()


async def _play(
    world: Path,
    visits: tuple[Visit, ...],
    applications: list[Path],
    system: System,
    say: Callable[[str], None],
    began: float,
) -> Played:
    bus = await Bus.connect(system.url, "demo", system.data_dir.seed("operator"))
    history = History(bus.nc, STREAM)
    await history.start()
    tail = LogTail(history)
    names: dict[str, str] = {}
    played = Played([], tail.cases)
    try:
        async with httpx.AsyncClient(base_url=system.intake_url, timeout=20, trust_env=False) as kiosk:
            for file in applications:
                post = await _post(kiosk, file)
                played.posted.append(post)
                if post.application_number:
                    names[post.application_number] = file.stem
                else:
                    say(f"{file.stem}: not taken in ({post.http_status})")
                # At once: on a busy machine the case may be determined before the last form is handed in.
                for visit in visits:
                    if Path(visit.file).stem == file.stem:
                        await _withdraw(bus.nc, post.application_number, visit, say)
                _tell(await tail.read(), names, played, say)
        handed_in = {file.stem for file in applications}
        for visit in visits:
            if Path(visit.file).stem not in handed_in:
                await _withdraw(bus.nc, None, visit, say)
        quiet_since = time.monotonic()
        # A world so large that posting alone took all the time is still given a moment to come to rest.
        ends = max(began + AT_MOST, quiet_since + AFTER_POSTING)
        while True:
            fresh = await tail.read()
            _tell(fresh, names, played, say)
            if fresh:
                quiet_since = time.monotonic()
            moving = [case for case in tail if _is_moving(case)]
            told = time.monotonic() - quiet_since > 1.0
            if (not moving and told) or time.monotonic() > ends:
                break
            if time.monotonic() - quiet_since > SILENT_AFTER:
                break
            await asyncio.sleep(0.1)
        played.waited_for = [_waits(names[case.application], case) for case in tail if _is_moving(case)]
        played.rows = [result(post, tail.cases.get(post.application_number or "")) for post in played.posted]
        pool = [case.application for case in tail if case.state is State.POOL_CONFIRMED]
        if (world / TO_THE_KEYS).is_file() and len(pool) > HOMES:
            try:
                played.homes = await ToTheKeys(bus.nc, history, names, say).play(pool)
            except CommandRefused as problem:
                played.violations = [f"to the keys: {problem.title}: {problem.detail}"]
        played.violations += await audit(bus.nc)
        played.took = time.monotonic() - began
        return played
    finally:
        await bus.close()


async def _withdraw(nc: Client, number: str | None, visit: Visit, say: Callable[[str], None]) -> None:
    """One family comes back to withdraw; where that is not possible it is said, and the run goes on."""
    if number is None:
        say(f"visits.toml: {visit.file} was not taken in; nothing to withdraw")
        return
    try:
        await call(nc, "intake", "withdraw", {"application": number, "reason": visit.reason, "by": "the family"})
    except CommandRefused as problem:
        say(f"{visit.file}: {problem.title}: {problem.detail}")


async def _post(kiosk: httpx.AsyncClient, file: Path) -> Posted:
    """Posts the bytes as they are, as a kiosk would; the same key again where the answer is "come back"."""
    headers = {"Idempotency-Key": secrets.token_urlsafe(24), "Content-Type": "application/json"}
    body = file.read_bytes()
    reply = None
    for _ in range(5):
        try:
            reply = await kiosk.post("/v1/applications", content=body, headers=headers)
        except httpx.TransportError:
            await asyncio.sleep(1)
            continue
        if reply.status_code != 503:
            break
        await asyncio.sleep(min(float(reply.headers.get("Retry-After", 1)), 3))
    if reply is None:
        return Posted(file.name, 503)
    if reply.status_code != 202:
        return Posted(file.name, reply.status_code)
    receipt = json.loads(reply.content)["receipt"]
    return Posted(file.name, 202, receipt["application_number"], receipt["secret"])


def _say_open(played: Played, system: System, say: Callable[[str], None]) -> None:
    """The receipts are of synthetic families; a real one's secret is shown to nobody but the family."""
    say("open until Ctrl-C, which removes everything:")
    system.say_pages()
    for post in played.posted:
        if post.secret is not None:
            say(f"the receipt of {post.file}: number {post.application_number}, secret {post.secret}")


def _tell(fresh: list[Recorded], names: dict[str, str], played: Played, say: Callable[[str], None]) -> None:
    for item in fresh:
        event = item.event
        number = event.application
        if isinstance(event, DeterminationMade):
            submitted = played.cases[number].submitted_at
            if submitted is not None:
                played.seconds[number] = (item.stored_at - submitted).total_seconds()
        if not isinstance(event, NoticeSent | ApplicationSubmitted):
            say(f"{names.get(number, '…')}: {sentence(event)}")


def _is_moving(case: Case) -> bool:
    """Whether something is still to happen without a person or the calendar."""
    if case.state in AT_REST or case.state in FOR_A_PERSON:
        return False
    return not (case.state is State.IN_PUBLICITY and case.publicity is not None and not case.publicity.drill)


def _waits(name: str, case: Case) -> str:
    if case.waiting_for:
        return f"{name} waits for {', '.join(case.waiting_for)} since {case.asked_at:%H:%M:%S} UTC"
    return f"{name} is {case.state}"
