"""`lianshen doctor`: looks at a running system the way an operator would, and says what mends what is wrong."""

import contextlib
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import nats.errors
from nats.aio.client import Client

from chassis.commands import call
from chassis.dead_letters import open_letters
from chassis.errors import ChassisError
from chassis.provision import STREAMS, check, check_server
from lianshen.audit import audit
from lianshen.catalog import DEPARTMENTS, SERVICES, durables
from lianshen.client import connected
from lianshen.departments_table import how_long

MENDED_BY = {
    "silent": "ask the department whether it runs; its questions are asked again by themselves",
    "no answer": "show the department what it sends (`lianshen department check NAME`); nothing is decided by it",
    "not believed": "`lianshen department list` has the keys that count; `lianshen department rotate NAME` makes one",
}
"""What mends a fault of a department, by its kind."""


@dataclass(frozen=True)
class Finding:
    """One thing looked at."""

    what: str
    well: bool
    detail: str


async def doctor(data_dir: Path | None, archive: Path | None) -> list[Finding]:
    """Bus, streams and consumers, backlogs, services, dead letters, and the log itself, beside its archive."""
    found = []
    async with connected(data_dir) as nc:
        server = nc.connected_server_version
        version = f"{server.major}.{server.minor}.{server.patch}"
        try:
            check_server(nc)
            found.append(Finding("nats-server", True, version))
            await check(nc, durables(), [stream["name"] for stream in STREAMS])
            found.append(Finding("streams and consumers", True, "as provisioned"))
        except ChassisError as error:
            found.append(Finding("streams and consumers", False, str(error)))
        for durable in durables():
            reply = await nc.request(f"$JS.API.CONSUMER.INFO.{durable.stream}.{durable.name}", b"", timeout=5)
            info = json.loads(reply.data)
            backlog = info.get("num_pending", 0)
            open_pulls = info.get("num_waiting", 0)
            detail = f"{backlog} waiting, {info.get('num_ack_pending', 0)} under way"
            well = open_pulls > 0 or backlog == 0
            found.append(Finding(durable.name, well, detail + ("" if open_pulls else "; nobody reads it now")))
        for name in SERVICES:
            try:
                await nc.request(f"$SRV.PING.{name}", b"", timeout=2)
                found.append(Finding(name, True, "answers"))
            except Exception:
                found.append(Finding(name, False, f"does not answer; start it with `lianshen run {name}`"))
        found += [finding async for finding in departments_of(nc)]
        letters = await open_letters(nc)
        found.append(Finding("dead letters", not letters, f"{len(letters)} wait; see `lianshen dead-letters list`"))
        violations = await audit(nc, archive=archive)
        beside = "the archive holds the same" if archive else "there is no archive to compare it with"
        detail = violations[0] if violations else f"every invariant holds; {beside}"
        found.append(Finding("the log", not violations, detail))
    return found


async def departments_of(nc: Client) -> AsyncIterator[Finding]:
    """What is wrong with a department, one finding a kind of fault; one for all if nothing is."""
    states = []
    for service in dict.fromkeys(DEPARTMENTS.values()):
        with contextlib.suppress(ChassisError, nats.errors.Error, TimeoutError):
            states += (await call(nc, service, "departments", {}, timeout=5))["departments"]
    faults = [(state["department"], fault) for state in states for fault in state["faults"]]
    for name, fault in faults:
        detail = f"{fault['why']}; {how_long(fault)}; {MENDED_BY[fault['kind']]}".replace("NAME", name)
        yield Finding(f"department {name}", False, detail)
    if states and not faults:
        yield Finding("departments", True, f"nothing is wrong with any of {len(states)}")
