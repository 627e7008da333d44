"""The processes of a system on this machine: what `up` started again, and what they say of themselves."""

import asyncio
import json
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path

import httpx

from lianshen.doctor.finding import Finding
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.parts import SECOND
from lianshen.embedded.restarts import Restart, loops_since, read_restarts
from lianshen.embedded.served import BusError, Served

WITHIN = 3.0


async def parts_here(directory: DataDir) -> list[Finding]:
    """Restarts, crash loops, and every process that is not ready."""
    try:
        groups: Iterable[str] = Served.read(directory).groups
    except BusError:
        groups = ()
    async with httpx.AsyncClient(timeout=WITHIN, trust_env=False) as client:
        names = [name for group in groups for name in (group, *_second(group, directory))]
        ready = await asyncio.gather(*(_ready(client, name, directory) for name in names))
    return [*about_restarts(read_restarts(directory.run), datetime.now(UTC)), *ready]


def _second(group: str, directory: DataDir) -> tuple[str, ...]:
    """The second process of a pair, where there is one."""
    name = f"{group}{SECOND}"
    return (name,) if (directory.logs / f"{name}.log").exists() else ()


def services_here(directory: DataDir) -> tuple[str, ...]:
    """The services that were started on this data directory."""
    groups = Served.read(directory).groups
    return tuple(name for services in groups.values() for name in services)


def about_restarts(restarts: dict[str, list[Restart]], now: datetime) -> list[Finding]:
    """One finding a part that ended, one for all if none did. Pure but for the log that it quotes."""
    found = [_about(part, ends, now) for part, ends in restarts.items()]
    return found or [Finding("restarts", True, "none since `lianshen up` began")]


def _about(part: str, ends: list[Restart], now: datetime) -> Finding:
    newest, what = ends[-1], f"restarts of {part}"
    times = "once" if newest.times == 1 else f"{newest.times} times"
    detail = f"was started again {times}; the last time it {newest.how}; its log: {newest.log}"
    if (since := loops_since(ends, now)) is None:
        return Finding(what, True, detail, newest.at)
    said = last_error(Path(newest.log))
    detail = f"crash loop: {detail}" + (f"; it says: {said}" if said else "")
    return Finding(what, False, detail, since, mend="its log says why it ends; `lianshen up` goes on trying")


def last_error(log: Path) -> str | None:
    """The newest fault in a process's log."""
    try:
        lines = log.read_text(encoding="utf-8", errors="replace")[-20_000:].splitlines()
    except OSError:
        return None
    for line in reversed(lines):
        try:
            said = json.loads(line)
        except ValueError:
            continue
        if isinstance(said, dict) and said.get("level") == "ERROR":
            return str(said.get("message", ""))[:300]
    return None


async def _ready(client: httpx.AsyncClient, name: str, directory: DataDir) -> Finding:
    what, mend = f"process {name}", f"its log: {directory.logs / f'{name}.log'}"
    try:
        said = json.loads((directory.run / f"{name}.json").read_text())
        reply = (await client.get(f"{said['health']}/readyz")).json()
        faults = "; ".join(f"{part}: {fault}" for part, fault in reply.get("faults", {}).items())
    except (OSError, ValueError, LookupError, httpx.HTTPError):
        return Finding(what, False, "does not run, or does not answer", mend=mend)
    troubles = (f"{part}: {trouble}" for part, trouble in reply.get("troubles", {}).items())
    detail = f"not ready: {faults}" if faults else "; ".join(("ready", *troubles))
    return Finding(what, not faults, detail, mend=mend if faults else None)
