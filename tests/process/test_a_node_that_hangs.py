"""A node of the bus hangs, leaves, or is a half-open connection: its clients go to another, and nobody waits long."""

import asyncio
import os
import signal
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from pathlib import Path

import nats
import nats.errors
import pytest
from nats.aio.msg import Msg

from chassis import bus_moves
from chassis.bus import Bus, flushed
from lianshen.embedded.bus_server import server_binary
from tests.support.waiting import PATIENCE, until
from tests.system.faults.swallowing import link_to

NOTICED_WITHIN = 10.0
QUICK = 0.15
"""Seconds between pings in a test that waits for several."""


@asynccontextmanager
async def two_nodes(folder: Path) -> AsyncIterator[tuple[str, dict[int, asyncio.subprocess.Process]]]:
    """Two plain servers that know nothing of each other; their addresses, and each by its port."""
    nodes: dict[int, asyncio.subprocess.Process] = {}
    try:
        for n in range(2):
            ports = folder / f"ports-{n}"
            ports.mkdir()
            node = await asyncio.create_subprocess_exec(
                *(server_binary(), "-a", "127.0.0.1", "-p", "-1", "--ports_file_dir", str(ports)),
                stderr=asyncio.subprocess.DEVNULL,
            )
            [file] = await until(lambda at=ports: [file for file in at.iterdir() if file.stat().st_size])  # type: ignore[misc]
            nodes[int(file.read_text().split(":")[3].split('"')[0])] = node
        yield ",".join(f"nats://127.0.0.1:{port}" for port in nodes), nodes
    finally:
        for node in nodes.values():
            if node.returncode is None:
                node.kill()
            await node.wait()


async def connected(stack: AsyncExitStack, url: str) -> Bus:
    bus = await Bus.connect(url, "test")
    stack.push_async_callback(bus.close)
    return bus


def port_of(bus: Bus) -> int:
    assert bus.nc.connected_url is not None
    assert bus.nc.connected_url.port is not None
    return bus.nc.connected_url.port


async def test_a_node_that_hangs_is_left_within_ten_seconds_whatever_still_had_to_be_written_to_it(
    tmp_path: Path,
) -> None:
    async with two_nodes(tmp_path) as (url, nodes), AsyncExitStack() as stack:
        busy, idle = await connected(stack, url), await connected(stack, url)
        assert {port_of(busy)} <= nodes.keys()
        hung = port_of(busy)
        os.kill(nodes[hung].pid, signal.SIGSTOP)
        began = time.monotonic()
        for _ in range(20):
            # More than the sockets between take: a close alone would wait for the rest for ever.
            await busy.nc.publish("much", bytes(900_000))
        await until(lambda: busy.nc.is_connected and port_of(busy) != hung, within=NOTICED_WITHIN)
        assert time.monotonic() - began > bus_moves.PING_EVERY * bus_moves.MOST_PINGS - 0.5, "no word was waited for"
        await until(lambda: idle.nc.is_connected and port_of(idle) != hung, within=NOTICED_WITHIN)
        assert time.monotonic() - began < NOTICED_WITHIN


async def test_whoever_still_sends_is_not_left_though_the_answer_to_a_ping_is_far_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("chassis.bus.PING_EVERY", QUICK)
    monkeypatch.setattr("chassis.bus_moves.HEARD_EVERY", QUICK / 2)
    async with two_nodes(tmp_path) as (_, nodes), link_to(next(iter(nodes))) as link, AsyncExitStack() as stack:
        bus = await connected(stack, link.url)
        heard = asyncio.Queue[bytes]()

        async def hear(message: Msg) -> None:
            heard.put_nowait(message.data)

        await bus.nc.subscribe("much", cb=hear)
        link.only = lambda piece: piece.replace(b"PONG\r\n", b"")
        for _ in range(20):
            await bus.nc.publish("much", b"more")
            await asyncio.sleep(QUICK / 2)
        assert heard.qsize() >= 18
        assert bus.nc.stats["reconnects"] == 0
        # Now nobody sends anything.
        link.swallows = True
        await until(lambda: bus.nc.is_reconnecting, within=5)
        link.swallows, link.only = False, lambda piece: piece
        await until(lambda: bus.nc.is_connected, within=5)


async def test_a_half_open_connection_is_noticed_and_given_up(tmp_path: Path) -> None:
    async with two_nodes(tmp_path) as (_, nodes), AsyncExitStack() as stack:
        links = [await stack.enter_async_context(link_to(port)) for port in nodes]
        bus = await connected(stack, ",".join(link.url for link in links))
        [cut] = [link for link in links if link.url.endswith(f":{port_of(bus)}")]
        cut.swallows = True
        began = time.monotonic()
        await until(lambda: bus.nc.is_connected and not cut.url.endswith(f":{port_of(bus)}"), within=NOTICED_WITHIN)
        assert time.monotonic() - began < NOTICED_WITHIN


async def test_what_was_asked_over_a_lost_connection_is_given_up_a_moment_after_it_is_back(tmp_path: Path) -> None:
    async with two_nodes(tmp_path) as (url, nodes), AsyncExitStack() as stack:
        bus = await connected(stack, url)
        other = next(port for port in nodes if port != port_of(bus))
        for port in nodes:
            silent = await nats.connect(f"nats://127.0.0.1:{port}", allow_reconnect=False)
            stack.push_async_callback(silent.close)
            await silent.subscribe("ask")
            await flushed(silent)
        asked = asyncio.create_task(bus.nc.request("ask", b"", timeout=30))
        await asyncio.sleep(0.2)
        began = time.monotonic()
        nodes[port_of(bus)].kill()
        with pytest.raises(nats.errors.TimeoutError):
            await asked
        assert 0.5 <= time.monotonic() - began < 4 * PATIENCE, "it would have waited thirty seconds"
        assert port_of(bus) == other
        with pytest.raises(nats.errors.TimeoutError):
            # Asked over the new one: it is waited for as long as was said.
            await bus.nc.request("ask", b"", timeout=1.5)


async def test_a_node_in_lame_duck_mode_is_left_at_once(tmp_path: Path) -> None:
    async with two_nodes(tmp_path) as (url, nodes), AsyncExitStack() as stack:
        bus = await connected(stack, url)
        leaving = port_of(bus)
        os.kill(nodes[leaving].pid, signal.SIGUSR2)
        await until(lambda: bus.nc.is_connected and port_of(bus) != leaving, within=3)


async def test_a_lone_node_in_lame_duck_mode_is_kept_while_it_serves(tmp_path: Path) -> None:
    async with two_nodes(tmp_path) as (_, nodes), AsyncExitStack() as stack:
        port, node = next(iter(nodes.items()))
        bus = await connected(stack, f"nats://127.0.0.1:{port}")
        os.kill(node.pid, signal.SIGUSR2)
        await asyncio.sleep(1)
        await bus.nc.flush(2)
        assert bus.nc.stats["reconnects"] == 0


async def test_whoever_is_closed_while_the_bus_is_away_tries_to_come_back_no_more(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A cancellation that meets an attempt is lost in it: a process that was told to end hung, and was cut short."""
    async with two_nodes(tmp_path) as (url, nodes):
        bus = await Bus.connect(url, "test")
        lost = 0

        async def refused(_: object) -> None:
            nonlocal lost
            try:
                await asyncio.sleep(60)
            except asyncio.CancelledError:
                lost += 1
                if lost > 2:
                    raise
            raise ConnectionRefusedError

        monkeypatch.setattr(bus.nc, "_connect_to_server", refused)
        for node in nodes.values():
            node.kill()
        await until(lambda: bus.nc.is_reconnecting)
        with suppress(nats.errors.Error):
            await bus.close()
        assert bus.nc._reconnection_task is not None
        assert bus.nc._reconnection_task.done()
