"""A service as a process of its own: how it starts, and every way it ends (faults 15 and 17)."""

import asyncio
import json
import os
import signal
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
from determination.service import DURABLE
from nats.aio.client import Client

from chassis.journal import Journal
from chassis.provision import provision
from lianshen.bus_keys import make_user_seed, public_key
from tests.asking.readers import info, soon
from tests.conftest import RealBus
from tests.families import accepted, an_application_number, answered, submitted


class Ran:
    """A process under test: what it logs, where its health is, and how it ended."""

    def __init__(self, process: asyncio.subprocess.Process, log: Path, run_file: Path) -> None:
        self.process = process
        self._log = log
        self._run_file = run_file

    @property
    def log(self) -> str:
        return self._log.read_text()

    @property
    def ready(self) -> bool:
        return '"ready: ' in self.log

    @property
    def ended(self) -> bool:
        return self.process.returncode is not None

    async def faults(self) -> dict[str, str]:
        address = json.loads(self._run_file.read_text())["health"]
        async with httpx.AsyncClient(trust_env=False) as client:
            found: dict[str, str] = (await client.get(f"{address}/readyz")).json().get("faults", {})
        return found


@asynccontextmanager
async def process(bus: RealBus, tmp_path: Path, environment: Mapping[str, str] | None = None) -> AsyncIterator[Ran]:
    """`python -m determination` against this bus, ended with the block."""
    log, run_file = tmp_path / "log", tmp_path / "run.json"
    settings = {
        "LIANSHEN_NATS_URL": bus.url,
        "LIANSHEN_NATS_SEED_FILE": str(bus.data_dir.seed("service")),
        "LIANSHEN_KEYS_DIR": str(bus.data_dir.keys),
        "LIANSHEN_RUN_FILE": str(run_file),
    }
    with log.open("wb") as output:
        child = await asyncio.create_subprocess_exec(
            sys.executable,
            *("-m", "determination"),
            env={**os.environ, **settings, **(environment or {})},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield Ran(child, log, run_file)
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()


async def test_a_deleted_durable_ends_the_process_with_what_to_do_and_a_mended_one_starts_it(
    real_bus: RealBus, tmp_path: Path
) -> None:
    owner = await real_bus.connect("provisioner")
    async with process(real_bus, tmp_path) as ran:
        await soon(lambda: ran.ready, within=15)
        assert await ran.faults() == {}
        await owner.request(f"$JS.API.CONSUMER.DELETE.CASES.{DURABLE.name}", b"", timeout=5)
        await soon(lambda: ran.ended, within=10)
        assert ran.process.returncode == 1
        assert "ended: durable determination is not there; run `lianshen provision`, then start again" in ran.log
    async with process(real_bus, tmp_path) as ran:
        await soon(lambda: "waiting: not as provisioned: create consumer determination" in ran.log, within=15)
        await provision(owner, [DURABLE])
        await soon(lambda: ran.ready, within=15)


async def test_a_user_the_bus_knows_no_more_ends_the_process_with_the_reason(
    real_bus: RealBus, tmp_path: Path
) -> None:
    make_user_seed(tmp_path / "other.seed")
    async with process(real_bus, tmp_path) as ran:
        await soon(lambda: ran.ready, within=15)
        config = real_bus.data_dir.run / "nats-server.conf"
        known, other = public_key(real_bus.data_dir.seed("service")), public_key(tmp_path / "other.seed")
        config.write_text(config.read_text().replace(known, other))
        assert real_bus.server.pid is not None
        os.kill(real_bus.server.pid, signal.SIGHUP)
        await soon(lambda: ran.ended, within=15)
        assert ran.process.returncode == 1
        assert "ended: the bus refuses this process (authorization violation)" in ran.log
        assert "Traceback" not in ran.log


async def test_a_wrong_user_is_turned_away_at_start_with_a_clear_word(real_bus: RealBus, tmp_path: Path) -> None:
    make_user_seed(tmp_path / "my.seed")
    async with process(real_bus, tmp_path, {"LIANSHEN_NATS_SEED_FILE": str(tmp_path / "my.seed")}) as ran:
        await soon(lambda: ran.ended, within=15)
        assert ran.process.returncode == 1
        assert "ended: cannot connect to the bus: nats: 'Authorization Violation'" in ran.log
        assert "Traceback" not in ran.log


async def test_a_signal_under_load_ends_it_in_time_and_leaves_nothing_pending(
    real_bus: RealBus, journal: Journal, tmp_path: Path
) -> None:
    nc = await real_bus.connect()
    numbers = [an_application_number() for _ in range(150)]
    await asyncio.gather(
        *(journal.once(submitted(it), accepted(it, asked=("tax",)), answered(it, "tax")) for it in numbers)
    )
    async with process(real_bus, tmp_path) as ran:
        await soon(lambda: begun(nc), within=15)
        ran.process.terminate()
        assert await soon(lambda: ran.ended, within=8) < 6
        assert ran.process.returncode == 0
        assert (await info(nc, DURABLE))["num_ack_pending"] == 0
    async with process(real_bus, tmp_path):
        await soon(lambda: read(nc), within=15)
    for number in numbers:
        assert (await journal.load(number)).determination is not None


async def begun(nc: Client) -> bool:
    return bool((await info(nc, DURABLE))["ack_floor"]["consumer_seq"])


async def read(nc: Client) -> bool:
    seen = await info(nc, DURABLE)
    return not (seen["num_pending"] or seen["num_ack_pending"])


async def test_a_signal_while_the_bus_is_away_is_a_clean_end_too(real_bus: RealBus, tmp_path: Path) -> None:
    async with process(real_bus, tmp_path) as ran:
        await soon(lambda: ran.ready, within=15)
        for connection in real_bus.connections:
            await connection.close()
        real_bus.connections.clear()
        await real_bus.server.stop()
        await soon(lambda: "the connection to the bus is lost" in ran.log)
        assert (await ran.faults())["bus"] == "not connected"
        ran.process.terminate()
        await soon(lambda: ran.ended, within=20)
        assert ran.process.returncode == 0
        assert "Traceback" not in ran.log
