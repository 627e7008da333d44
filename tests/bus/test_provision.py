"""The provisioner: it never takes copies of the record away unasked, and makes again what a restarted bus forgot."""

import asyncio
import json
import os
import signal
from collections.abc import Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import pytest
from nats.aio.client import Client

from chassis.errors import Drift
from chassis.log.provision import STREAMS, check, provision, remake_memory_streams, stream
from lianshen.catalog import durables
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.system import System
from tests.support.real_bus import RealBus

VERSION = SimpleNamespace(major=2, minor=15, patch=1)


class Cluster:
    """What the provisioner needs of a connection: streams by name, as JetStream's API shows and changes them."""

    connected_server_version = VERSION

    def __init__(self, replicas: Mapping[str, int]) -> None:
        self.streams: dict[str, dict[str, Any]] = {
            named["name"]: stream(named, replicas[named["name"]]) for named in STREAMS if named["name"] in replicas
        }

    @property
    def replicas(self) -> dict[str, int]:
        return {name: config["num_replicas"] for name, config in self.streams.items()}

    async def request(self, subject: str, body: bytes, timeout: float) -> Any:
        _, _, _, verb, name = subject.split(".")
        if verb == "INFO" and name not in self.streams:
            return SimpleNamespace(data=json.dumps({"error": {"code": 404, "err_code": 10059}}).encode())
        if verb != "INFO":
            self.streams[name] = json.loads(body)
        config = self.streams[name]
        copies = [{"name": f"n{n}", "current": True} for n in range(2, config["num_replicas"] + 1)]
        answer = {"config": config, "cluster": {"name": "three", "leader": "n1", "replicas": copies}}
        return SimpleNamespace(data=json.dumps(answer).encode())


ALL = [named["name"] for named in STREAMS]
IN_MEMORY = [named["name"] for named in STREAMS if named["storage"] == "memory"]


def cluster(replicas: Mapping[str, int]) -> tuple[Cluster, Client]:
    made = Cluster(replicas)
    return made, cast(Client, made)


async def test_replicas_stay_as_many_as_there_are_where_nobody_names_a_number() -> None:
    made, nc = cluster(dict.fromkeys(ALL, 3))
    assert await provision(nc, []) == []
    assert set(made.replicas.values()) == {3}


async def test_fewer_replicas_than_there_are_is_refused_before_anything_changes() -> None:
    made, nc = cluster(dict.fromkeys(ALL, 1) | {"CASES": 3})
    made.streams["DEAD"]["max_msgs_per_subject"] = 7
    with pytest.raises(Drift, match=r"there are 3 replicas, and 1 would be fewer copies .* --lower-replicas"):
        await provision(nc, [], 1)
    assert made.replicas["CASES"] == 3
    assert made.streams["DEAD"]["max_msgs_per_subject"] == 7


async def test_a_flag_asks_for_fewer_and_more_need_none() -> None:
    made, nc = cluster(dict.fromkeys(ALL, 3))
    assert len(await provision(nc, [], 1, lower=True)) == len(ALL)
    assert set(made.replicas.values()) == {1}
    await provision(nc, [], 3)
    assert set(made.replicas.values()) == {3}


async def test_a_new_stream_gets_as_many_replicas_as_the_log_has() -> None:
    made, nc = cluster(dict.fromkeys([name for name in ALL if name != "DEAD"], 3))
    assert [str(change) for change in await provision(nc, [])] == ["create stream DEAD"]
    assert made.replicas["DEAD"] == 3
    made, nc = cluster({})
    await provision(nc, [])
    assert set(made.replicas.values()) == {1}


async def test_only_what_a_server_keeps_in_memory_is_made_again_and_never_a_log() -> None:
    made, nc = cluster({"CASES": 3})
    assert len(IN_MEMORY) >= 1
    assert [change.name for change in await remake_memory_streams(nc, dry_run=True)] == IN_MEMORY
    assert made.replicas == {"CASES": 3}
    assert [change.name for change in await remake_memory_streams(nc)] == IN_MEMORY
    assert made.replicas == {"CASES": 3} | dict.fromkeys(IN_MEMORY, 3)
    assert await remake_memory_streams(nc) == []

    made, nc = cluster({})
    with pytest.raises(Drift, match="was its store lost"):
        await remake_memory_streams(nc)
    assert made.streams == {}


async def test_a_restarted_bus_has_its_memory_streams_back_by_itself(tmp_path: Path) -> None:
    said: list[str] = []
    system = System(DataDir(tmp_path / "data"), say=said.append)
    try:
        await system.bus.start()
        system.url = system.bus.url
        await system._provision()
        pid = system.bus.pid
        system._restarts = SimpleNamespace(add=lambda *_: SimpleNamespace(sentence=lambda: "ended"))  # type: ignore[assignment]
        assert pid is not None
        os.kill(pid, signal.SIGKILL)
        async with asyncio.timeout(20):
            while not any("create stream SPANS" in words for words in said):
                await asyncio.sleep(0.05)
        assert system.bus.pid != pid
        async with system.connected("provisioner") as nc:
            assert await provision(nc, durables(), dry_run=True) == []
    finally:
        await system.stop()


async def test_a_real_server_forgets_the_spans_and_nothing_else(real_bus: RealBus) -> None:
    """If it did not, nothing of the above would be needed."""
    assert real_bus.server.pid is not None
    os.kill(real_bus.server.pid, signal.SIGKILL)
    async with asyncio.timeout(20):
        while real_bus.server.restarts == 0 or real_bus.server.pid is None:
            await asyncio.sleep(0.05)
    owner = await real_bus.connect("provisioner")
    async with asyncio.timeout(10):
        while [change.name for change in await provision(owner, durables(), dry_run=True)] != IN_MEMORY:
            await asyncio.sleep(0.1)


async def test_how_long_a_bus_waits_for_an_acknowledgement_is_kept_until_another_number_is_asked_for(
    real_bus: RealBus,
) -> None:
    owner = await real_bus.connect("provisioner")
    changes = await provision(owner, durables(), ack_wait=7)
    assert {tuple(change.differences) for change in changes} == {("ack_wait",)}
    assert await provision(owner, durables()) == []
    await check(owner, durables())
    assert await provision(owner, durables(), ack_wait=60) != []
    # What was usual before readers said what they work on is changed by the provisioner, and is no drift to a service.
    await check(owner, durables())
    changes = await provision(owner, durables())
    assert {change.differences["ack_wait"] for change in changes} == {(60_000_000_000, 4_000_000_000)}


async def test_streams_that_were_made_for_one_copy_are_named_before_anything_is_changed(real_bus: RealBus) -> None:
    owner = await real_bus.connect("provisioner")
    with pytest.raises(Drift, match=r"TIMERS and CHECKPOINTS were made for one copy.*`lianshen cluster grow`"):
        await provision(owner, durables(), replicas=3)
    assert await provision(owner, durables(), dry_run=True) == []
