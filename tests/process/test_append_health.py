"""Whether the log takes an append is proven by appends; what the server says of its disk is the reason."""

import asyncio
import json
from pathlib import Path

import pytest
from nats.aio.msg import Msg

from chassis.log.append_health import (
    DISK_FULL,
    GAVE_UP,
    NO_STREAM,
    NOT_ACKNOWLEDGED,
    SERVER_HEALTH,
    STREAM,
    WRITE_ERROR,
    AppendProbe,
    Appends,
    try_append,
)
from chassis.log.journal import Journal
from tests.bus.wire import Frame, a_notice, losing, wired
from tests.process.unsure import unsure
from tests.support.families import an_application_number
from tests.support.real_bus import RealBus
from tests.support.waiting import ended, until


async def probes_of(bus: RealBus) -> dict[str, int]:
    """How often each process has tried: the newest sequence on its subject, and nothing older."""
    owner = await bus.connect("provisioner")
    request = json.dumps({"subjects_filter": ">"}).encode()
    reply = await owner.request(f"$JS.API.STREAM.INFO.{STREAM}", request, timeout=5)
    return dict(json.loads(reply.data)["state"].get("subjects") or {})


async def last_probe(bus: RealBus) -> int:
    owner = await bus.connect("provisioner")
    reply = await owner.request(f"$JS.API.STREAM.INFO.{STREAM}", b"", timeout=5)
    return int(json.loads(reply.data)["state"]["last_seq"])


async def test_a_process_tries_on_its_own_subject_and_one_message_stays(real_bus: RealBus) -> None:
    nc = await real_bus.connect()
    for _ in range(3):
        assert await try_append(nc, "determination") is None
    assert await probes_of(real_bus) == {"probe.determination": 1}


async def test_the_operator_tries_too_and_no_process_in_the_place_of_another(real_bus: RealBus) -> None:
    assert await try_append(await real_bus.connect("operator"), "operator") is None
    assert await try_append(await real_bus.connect(), "operator") == NO_STREAM


async def test_only_a_process_that_appended_nothing_since_tries(real_bus: RealBus, journal: Journal) -> None:
    nc = await real_bus.connect()
    probing = asyncio.create_task(AppendProbe(nc, "determination", journal.appends, every=0.5).run())
    try:
        for _ in range(10):
            await journal.once(a_notice(an_application_number()))
            await asyncio.sleep(0.1)
        busy = await last_probe(real_bus)
        await asyncio.sleep(1.6)
        idle = await last_probe(real_bus)
    finally:
        await ended(probing)
    assert busy <= 1, "at the start, before anything was appended"
    assert 2 <= idle - busy <= 4


async def test_an_append_without_an_answer_is_a_fault_until_one_is_stored(real_bus: RealBus) -> None:
    async with wired(real_bus) as (wire, journal):
        wire.to_server = losing(lambda frame: frame.is_append)
        storing = asyncio.create_task(journal.once(a_notice(an_application_number())))
        await until(lambda: journal.appends.fault == NOT_ACKNOWLEDGED)
        await storing
        assert journal.appends.fault is None


async def test_a_trial_ends_the_fault_of_a_process_that_appends_nothing_more(real_bus: RealBus) -> None:
    appends = Appends()
    appends.failed()
    probe = AppendProbe(await real_bus.connect(), "determination", appends, every=60, while_it_fails=0.1)
    probing = asyncio.create_task(probe.run())
    await until(lambda: appends.fault is None)
    await ended(probing)


async def test_a_trial_that_began_before_an_append_failed_proves_nothing(real_bus: RealBus) -> None:
    async with wired(real_bus) as (wire, journal):
        appends = journal.appends

        async def fails_meanwhile(frame: Frame) -> bool:
            if frame.subject.startswith("probe."):
                appends.failed()
            return True

        wire.to_server = fails_meanwhile
        await AppendProbe(journal.history._nc, "determination", appends)._look()
        assert appends.fault == NOT_ACKNOWLEDGED


WRITING = "JetStream stream 'LOG > CASES' write error: write 1.blk: {}"
SAID = {
    WRITING.format("no space left on device"): DISK_FULL,
    WRITING.format("input/output error"): WRITE_ERROR,
    "JetStream not enabled (10076)": GAVE_UP,
    "JetStream stream 'LOG > CASES' could not be recovered": None,
}


@pytest.mark.parametrize("error", SAID)
async def test_the_servers_own_word_on_its_disk_is_the_reason_although_the_trial_is_stored(
    tmp_path: Path, error: str
) -> None:
    async with unsure(tmp_path) as bus:

        async def health(message: Msg) -> None:
            await message.respond(json.dumps({"data": {"status": "unavailable", "error": error}}).encode())

        async def stored(message: Msg) -> None:
            await message.respond(b'{"stream": "PROBE", "seq": 1}')

        await bus.nc.subscribe(SERVER_HEALTH, cb=health)
        await bus.nc.subscribe("probe.determination", cb=stored)
        assert await try_append(bus.nc, "determination") == SAID[error]
