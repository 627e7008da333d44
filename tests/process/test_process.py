"""A service as a process of its own: how it starts, and every way it ends (faults 15 and 17)."""

import asyncio
import json
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from determination.service import DURABLE
from nats.aio.client import Client

from chassis.log.durables import consumer
from chassis.log.journal import Journal
from chassis.log.provision import STREAMS, provision
from chassis.process import last_resort
from lianshen.bus_access.nkeys_of import make_user_seed
from lianshen.catalog import DEPARTMENTS, SERVICES, durables
from lianshen.embedded.bus_server import EmbeddedBus
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.reload_accounts import reload_accounts
from tests.process.ran import LATEST, process
from tests.support.families import accepted, an_application_number, answered, submitted
from tests.support.readers import info
from tests.support.real_bus import RealBus
from tests.support.waiting import PATIENCE, seconds_until, until


@pytest.fixture
async def apart(tmp_path: Path) -> AsyncIterator[RealBus]:
    """A provisioned bus on which every service has the rights of its own and no more."""
    data_dir = DataDir(tmp_path / "data")
    server = EmbeddedBus(data_dir, tuple(DEPARTMENTS), groups={name: (name,) for name in SERVICES})
    bus = RealBus(server, data_dir, await server.start(), [])
    try:
        await provision(await bus.connect("provisioner"), durables())
        yield bus
    finally:
        for connection in bus.connections:
            await connection.close()
        await server.stop()


OWN = "determination"


async def determines(bus: RealBus) -> None:
    """A case that waits for its determination gets one."""
    journal = Journal(await bus.connect("provisioner"), within=10)
    await journal.start()
    number = an_application_number()
    await journal.once(submitted(number), accepted(number, asked=("tax",)), answered(number, "tax"))

    async def determined() -> bool:
        return (await journal.load(number)).determination is not None

    try:
        await until(determined, within=15)
    finally:
        await journal.stop()


async def test_a_deleted_durable_ends_the_process_with_what_to_do_and_a_mended_one_starts_it(
    apart: RealBus, tmp_path: Path
) -> None:
    owner = await apart.connect("provisioner")
    async with process(apart, tmp_path, user=OWN) as ran:
        await until(lambda: ran.ready, within=15)
        assert await ran.faults() == {}
        await owner.request(f"$JS.API.CONSUMER.DELETE.CASES.{DURABLE.name}", b"", timeout=5)
        await until(lambda: ran.ended, within=10)
        assert ran.process.returncode == 1
        assert "ended: durable determination is not there; run `lianshen provision`, then start again" in ran.log
    async with process(apart, tmp_path, user=OWN) as ran:
        await until(lambda: "waiting: not as provisioned: create consumer determination" in ran.log, within=15)
        await provision(owner, [DURABLE])
        await until(lambda: ran.ready, within=15)
        await determines(apart)


CHANGED = {
    "STREAM.UPDATE.CASES": ("stream", {**STREAMS[0], "subjects": ["case.>", "claim.>"]}),
    "CONSUMER.CREATE.CASES.determination": (
        "consumer",
        {"stream_name": "CASES", "config": {**consumer(DURABLE), "max_ack_pending": 7}},
    ),
}


async def test_a_process_whose_clock_a_rehearsal_turned_says_so(real_bus: RealBus, tmp_path: Path) -> None:
    async with process(real_bus, tmp_path, {"LIANSHEN_DRILL_CLOCK_AHEAD_DAYS": "1000"}) as ran:
        await until(lambda: ran.ready, within=15)
        assert await ran.troubles() == {"clock": "a rehearsal: turned by 1000 days, 0:00:00"}


@pytest.mark.parametrize("change", CHANGED)
async def test_a_stream_or_durable_changed_under_it_ends_the_process_with_what_to_do(
    apart: RealBus, tmp_path: Path, change: str
) -> None:
    owner = await apart.connect("provisioner")
    what, config = CHANGED[change]
    async with process(apart, tmp_path, user=OWN) as ran:
        await until(lambda: ran.ready, within=15)
        answer = await owner.request(f"$JS.API.{change}", json.dumps(config).encode(), timeout=5)
        assert "error" not in json.loads(answer.data)
        await until(lambda: ran.ended, within=LATEST)
        assert ran.process.returncode == 1
        assert f"ended: not as provisioned: update {what} " in ran.log
        assert "run `lianshen provision`, then start again" in ran.log
        assert "Traceback" not in ran.log
    await provision(owner, durables())
    async with process(apart, tmp_path, user=OWN) as ran:
        await until(lambda: ran.ready, within=15)
        await determines(apart)


async def test_a_user_the_bus_knows_no_more_ends_the_process_with_the_reason_and_comes_back_when_it_is_known_again(
    apart: RealBus, tmp_path: Path
) -> None:
    async with process(apart, tmp_path, user=OWN) as ran:
        await until(lambda: ran.ready, within=15)
        seed, aside = apart.seed(OWN), tmp_path / "aside.seed"
        seed.rename(aside)
        make_user_seed(seed)
        await asyncio.to_thread(reload_accounts, apart.data_dir)
        await until(lambda: ran.ended, within=LATEST)
        assert ran.process.returncode == 1
        assert "ended: the bus refuses this process (authorization violation)" in ran.log
        assert "Traceback" not in ran.log
    aside.replace(seed)
    await asyncio.to_thread(reload_accounts, apart.data_dir)
    async with process(apart, tmp_path, user=OWN) as ran:
        await until(lambda: ran.ready, within=15)
        await determines(apart)


async def test_an_unknown_user_is_turned_away_at_start_with_a_clear_word(apart: RealBus, tmp_path: Path) -> None:
    make_user_seed(tmp_path / "my.seed")
    async with process(apart, tmp_path, {"LIANSHEN_NATS_SEED_FILE": str(tmp_path / "my.seed")}) as ran:
        await until(lambda: ran.ended, within=15)
        assert ran.process.returncode == 1
        assert "ended: cannot connect to the bus: nats: 'Authorization Violation'" in ran.log
        assert "Traceback" not in ran.log
    async with process(apart, tmp_path, user=OWN) as ran:
        await until(lambda: ran.ready, within=15)


WRONG = {
    "notify": "ended: the bus does not answer (NoRespondersError); is this the seed of whoever runs here?",
    "operator": "is this the seed of its service?",
    "check": "is this the seed of its service?",
}


@pytest.mark.parametrize("user", WRONG)
async def test_with_the_seed_of_another_user_the_process_ends_and_says_so(
    apart: RealBus, tmp_path: Path, user: str
) -> None:
    async with process(apart, tmp_path, user=user) as ran:
        await until(lambda: ran.ended, within=LATEST)
        assert ran.process.returncode == 1
        assert WRONG[user] in ran.log
        assert "Traceback" not in ran.log
    async with process(apart, tmp_path, user=OWN) as ran:
        await until(lambda: ran.ready, within=15)


async def test_a_signal_under_load_ends_it_in_time_and_leaves_nothing_pending(
    real_bus: RealBus, journal: Journal, tmp_path: Path
) -> None:
    nc = await real_bus.connect()
    numbers = [an_application_number() for _ in range(150)]
    await asyncio.gather(
        *(journal.once(submitted(it), accepted(it, asked=("tax",)), answered(it, "tax")) for it in numbers)
    )
    async with process(real_bus, tmp_path) as ran:
        await until(lambda: begun(nc), within=15)
        ran.process.terminate()
        assert await seconds_until(lambda: ran.ended, within=8) < 6 * PATIENCE
        assert ran.process.returncode == 0
        assert (await info(nc, DURABLE))["num_ack_pending"] == 0
    async with process(real_bus, tmp_path):
        await until(lambda: read(nc), within=15)
    for number in numbers:
        assert (await journal.load(number)).determination is not None


async def begun(nc: Client) -> bool:
    return bool((await info(nc, DURABLE))["ack_floor"]["consumer_seq"])


async def read(nc: Client) -> bool:
    seen = await info(nc, DURABLE)
    return not (seen["num_pending"] or seen["num_ack_pending"])


async def test_a_signal_while_the_bus_is_away_is_a_clean_end_too(real_bus: RealBus, tmp_path: Path) -> None:
    async with process(real_bus, tmp_path) as ran:
        await until(lambda: ran.ready, within=15)
        for connection in real_bus.connections:
            await connection.close()
        real_bus.connections.clear()
        await real_bus.server.stop()
        await until(lambda: "the connection to the bus is lost" in ran.log)
        assert (await ran.faults())["bus"] == "not connected"
        ran.process.terminate()
        await until(lambda: ran.ended, within=20)
        assert ran.process.returncode == 0
        assert "Traceback" not in ran.log


async def test_an_end_that_hangs_is_cut_short_and_says_so(real_bus: RealBus, tmp_path: Path) -> None:
    async with process(real_bus, tmp_path, program=("tests.process.hanging", "6")) as ran:
        await until(lambda: ran.ready, within=15)
        ran.process.terminate()
        await until(lambda: ran.ended, within=15)
        assert ran.process.returncode == last_resort.EXIT_CODE
        assert "ended by the last resort" in ran.log
