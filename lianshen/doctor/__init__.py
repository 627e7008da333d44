"""`lianshen doctor`: looks at a running system the way an operator would, and says what mends what is wrong."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from pathlib import Path

import nats.errors
from nats.aio.client import Client

from chassis.errors import ChassisError, Unusable
from chassis.log.append_health import try_append
from chassis.log.dead_letters import open_letters
from chassis.log.provision import STREAMS, check, check_server
from evidence.audit import audit
from lianshen.catalog import SERVICES, durables
from lianshen.doctor.appends import OPERATOR, about_appends
from lianshen.doctor.archive import archive
from lianshen.doctor.copies import copies
from lianshen.doctor.departments import State, about_departments, read_states
from lianshen.doctor.finding import Finding
from lianshen.doctor.interpreter import interpreter
from lianshen.doctor.notices import Notices
from lianshen.doctor.parts import parts_here, services_here
from lianshen.doctor.public_list import public_list
from lianshen.doctor.readers import readers
from lianshen.doctor.resting import about_resting
from lianshen.embedded.client import NotRunning, connected, where
from lianshen.embedded.data_dir import DataDir

__all__ = ["Finding", "doctor"]


@dataclass
class Looking:
    """What the looks have in common: the connection, and what the departments' services said."""

    nc: Client
    archive: Path | None
    services: tuple[str, ...] = tuple(SERVICES)
    """Those that have to run."""
    states: list[State] = field(default_factory=list)


async def doctor(data_dir: Path | None, archive: Path | None) -> list[Finding]:
    """Everything, in the order of LOOKS; what cannot be looked at is a finding, and hides nothing else.

    Raises NotRunning if no system was ever started here, and none is named.
    """
    found = [interpreter()]
    where(data_dir)
    if not _elsewhere():
        found += await parts_here(DataDir.at(data_dir))
    try:
        async with connected(data_dir) as nc:
            services = tuple(SERVICES) if _elsewhere() else services_here(DataDir.at(data_dir))
            looking = Looking(nc, archive, services)
            for name, look in LOOKS.items():
                try:
                    found += await look(looking)
                except (ChassisError, nats.errors.Error, TimeoutError, OSError) as error:
                    found.append(Finding(name, False, f"cannot be looked at: {error or type(error).__name__}"))
    except NotRunning as error:
        found.append(Finding("the bus", False, str(error), mend="its log says why: logs/nats-server.log"))
    return found


def _elsewhere() -> bool:
    from chassis.process.settings import Settings

    return "nats_url" in Settings().model_fields_set


async def _bus(looking: Looking) -> list[Finding]:
    server = looking.nc.connected_server_version
    version = f"{server.major}.{server.minor}.{server.patch}"
    check_server(looking.nc)
    found = [Finding("nats-server", True, version)]
    try:
        await check(looking.nc, durables(), [stream["name"] for stream in STREAMS])
    except Unusable as error:
        return [*found, Finding("streams and consumers", False, str(error))]
    except ChassisError as error:
        return [*found, Finding("streams and consumers", False, str(error), mend="`lianshen provision`")]
    return [*found, Finding("streams and consumers", True, "as provisioned")]


async def _copies(looking: Looking) -> list[Finding]:
    return await copies(looking.nc)


async def _disk(looking: Looking) -> list[Finding]:
    return [about_appends(await try_append(looking.nc, OPERATOR))]


async def _services(looking: Looking) -> list[Finding]:
    return list(await asyncio.gather(*(_service(looking.nc, name) for name in looking.services)))


async def _service(nc: Client, name: str) -> Finding:
    try:
        await nc.request(f"$SRV.PING.{name}", b"", timeout=2)
    except (nats.errors.Error, TimeoutError):
        mend = f"`lianshen up` starts it again by itself, `lianshen run {name}` by hand; its log says why it ended"
        return Finding(name, False, "does not answer", mend=mend)
    return Finding(name, True, "answers")


async def _departments(looking: Looking) -> list[Finding]:
    looking.states, mute = await read_states(looking.nc)
    return about_departments(looking.states, mute)


async def _readers(looking: Looking) -> list[Finding]:
    ours = (durable for durable in durables() if not durable.is_former)
    return await readers(looking.nc, ours, looking.states)


async def _public_list(looking: Looking) -> list[Finding]:
    return await public_list(looking.nc)


async def _archive(looking: Looking) -> list[Finding]:
    return [await archive(looking.nc)]


async def _letters(looking: Looking) -> list[Finding]:
    letters = await open_letters(looking.nc)
    mend = "`lianshen dead-letters list`, then `retry`" if letters else None
    return [Finding("dead letters", not letters, f"{len(letters)} wait", mend=mend)]


async def _log(looking: Looking) -> list[Finding]:
    """The log itself beside its archive, and the notices that stand in it."""
    notices = Notices()
    # Before the log is read: what was under way and is sent meanwhile stands in the log by then.
    reply = await looking.nc.request("$JS.API.CONSUMER.INFO.CASES.notify", b"", timeout=5)
    under_way = json.loads(reply.data).get("num_ack_pending", 0) > 0
    violations = await audit(looking.nc, archive=looking.archive, each=notices.take)
    beside = "the archive holds the same" if looking.archive else "there is no archive to compare it with"
    detail = violations[0] if violations else f"every invariant holds; {beside}"
    mend = "`lianshen audit` lists all of them" if violations else None
    found = [*notices.findings(under_way), *about_resting(violations)]
    return [*found, Finding("the log", not violations, detail, mend=mend)]


LOOKS: dict[str, Callable[[Looking], Awaitable[list[Finding]]]] = {
    "the bus": _bus,
    "nodes": _copies,
    "the disk": _disk,
    "services": _services,
    "departments": _departments,
    "consumers": _readers,
    "the public list": _public_list,
    "dead letters": _letters,
    "the archive": _archive,
    "the log": _log,
}
"""Every look there is, in the order in which they are shown; another one is one function and one line here."""
