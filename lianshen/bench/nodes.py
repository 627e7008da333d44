"""`lianshen bench --nodes 3`: what three nodes cost beside one, in one run on one machine, and what a loss costs.

The figures of one run may be compared with each other; those of two runs only where nothing else used the machine,
which the load average before each says.
"""

import asyncio
import contextlib
import itertools
import os
import signal
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import nats.errors

from chassis.errors import Unavailable
from chassis.log.journal import STREAM
from chassis.log.provision import STREAMS
from chassis.log.replicas import replicas_of, until_whole
from chassis.process.keys import read_key
from lianshen.bench.fleet import Form, forms_of
from lianshen.bench.load import ticks
from lianshen.bench.phases import Figures, Measuring, Say, measuring
from lianshen.bench.start import Up
from lianshen.embedded.data_dir import DataDir

WARM_UP, ONE_BY_ONE = 40, 60
LOSS_FOR = 40.0
"""Seconds of applications at a steady rate; a server is killed when a quarter of them is over."""
LOSS_RATE = 5.0
"""Applications a second: little, so that a silence is seen to a fifth of a second and not a backlog's end."""
WHOLE_WITHIN = 120.0


@dataclass(frozen=True)
class Crowd:
    """How many families one number of nodes needs."""

    counted: int

    @property
    def all(self) -> int:
        return WARM_UP + ONE_BY_ONE + self.counted + int(LOSS_FOR * LOSS_RATE)


async def beside_one(world: Path, environment: dict[str, str], folder: Path, crowd: Crowd, say: Say) -> list[Figures]:
    """The figures of one node, then of three, each from an empty log with the same families."""
    return [await _of(nodes, world, environment, folder, crowd, say) for nodes in (1, 3)]


async def _of(nodes: int, world: Path, environment: dict[str, str], folder: Path, crowd: Crowd, say: Say) -> Figures:
    data_dir = DataDir(folder / f"data-{nodes}")
    options = ("--departments-apart", "--nodes", str(nodes))
    up = Up(data_dir, world, environment, folder / f"up-{nodes}.log", *options)
    figures: Figures = {"nodes": nodes, "load_before": round(os.getloadavg()[0], 1)}
    say(f"{nodes} nats-server{'s' if nodes > 1 else ''}: starting")
    try:
        figures["ready_seconds"] = round(await up.start(), 1)
        rest = iter(forms_of(world, up.intake, read_key(data_dir.keys, "application-number")))
        async with measuring(up) as at:
            await at.fleet.as_fast_as_it_goes(list(itertools.islice(rest, WARM_UP)))
            await at.drained()
            say("one after the other, then as fast as they are determined")
            figures |= await at.idle(list(itertools.islice(rest, ONE_BY_ONE)))
            figures |= await at.maximum(list(itertools.islice(rest, crowd.counted)))
            say("a server that leads is killed while applications come")
            figures |= await _loss(at, nodes, list(itertools.islice(rest, int(LOSS_FOR * LOSS_RATE))))
            figures |= await at.audited(say)
    finally:
        await up.stop()
    return figures


async def _loss(at: Measuring, nodes: int, forms: Sequence[Form]) -> Figures:
    """How long intake was silent after a kill, and until everything stands everywhere again."""
    answered: list[float] = []

    async def post(form: Form) -> None:
        await at.kiosks.send(form.request)
        answered.append(time.time())

    posting: list[asyncio.Task[None]] = []
    killed, whole = 0.0, None
    async for due in ticks(LOSS_RATE, len(forms)):
        posting.append(asyncio.create_task(post(forms[len(posting)])))
        if not killed and len(posting) > len(forms) / 4:
            killed = due
            os.kill(await _leader(at, nodes), signal.SIGKILL)
            whole = asyncio.create_task(_whole_again(at))
    await asyncio.gather(*posting)
    assert whole is not None
    silences = [b - a for a, b in itertools.pairwise(sorted([killed, *answered])) if b > killed]
    figures = {"silent_seconds": round(max(silences), 1), "whole_again_seconds": round(await whole - killed, 1)}
    await at.drained()
    return figures


async def _leader(at: Measuring, nodes: int) -> int:
    """The process of the server that leads the log."""
    place = at.up.data_dir
    if nodes > 1:
        place = DataDir(place.path, (await replicas_of(at.nc, STREAM)).leader)
    (ports,) = place.run.glob("*.ports")
    return int(ports.stem.rpartition("_")[2])


async def _whole_again(at: Measuring) -> float:
    """The time (UNIX) at which every copy of every stream is current."""
    await asyncio.sleep(1)  # until the others have missed it
    deadline = time.monotonic() + WHOLE_WITHIN
    while True:
        with contextlib.suppress(Unavailable, nats.errors.Error, OSError):
            await until_whole(at.nc, (stream["name"] for stream in STREAMS), 5)
            return time.time()
        if time.monotonic() > deadline:
            raise Unavailable(f"not every copy is current {WHOLE_WITHIN:.0f} s after the loss of a server")
