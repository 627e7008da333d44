"""`lianshen bench`: what the whole system does on this machine, from a kiosk's POST to the determination.

It measures the real `lianshen up`: intake's HTTP, every service, six simulated departments that answer at once, the
embedded bus with its fsyncs. A wait ends with the server's time on the determination. What the load itself takes of
the cores is measured and stated beside it.
"""

import asyncio
import os
import platform
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from chassis.process.keys import read_key
from lianshen.bench.fleet import Form, forms_of
from lianshen.bench.nodes import Crowd, beside_one
from lianshen.bench.phases import Figures, Say, disk_bytes, measuring
from lianshen.bench.prefill import NotFilled, fill, stored_in
from lianshen.bench.start import Up
from lianshen.bench.table import ROWS
from lianshen.bench.usage import pss_mb, tree
from lianshen.catalog import SIMULATED
from lianshen.demo.synthetic_world import make_crowd
from lianshen.demo.worlds import worlds
from lianshen.embedded.bus_server import MEMORY_LIMIT
from lianshen.embedded.data_dir import DataDir

ONE_BY_ONE = 200
SETTLED_AFTER = 2.0
"""Seconds after the start until a system is idle."""
WARM_UP_SHARE = 0.05
HALF_RATE_FOR = 10.0
MOST_AT_HALF_RATE = 5000
AUDITED_UNASKED = 20_000
ENOUGH_FOR_MEMORY = 10_000
"""Cases below which the memory of a process says nothing about one."""
PROJECT = "HN-2026-01"


@dataclass(frozen=True)
class Plan:
    """What a run is to measure."""

    cases: int
    """Applications that the fastest phase counts; the other phases have theirs besides."""
    stored: int = 0
    """Finished cases in the log before it begins."""
    keep: Path | None = None
    """A data directory to fill once and to use again; None: a temporary one."""
    audit: bool = False
    """Audit the log however long it is."""
    signing: bool = True
    """Questions and answers are signed; off, only to see what that costs."""
    bus_memory: str = MEMORY_LIMIT
    """What nats-server's memory is kept below, while it is filled, too."""
    batches: bool = True
    """The departments take several questions in one message; off, each question travels by itself."""


async def bench(plan: Plan, say: Say) -> Figures:
    """Runs every phase; returns the figures, None for what was not measured.

    Raises NotFilled, NotReady, LoadError saying what went wrong.
    """
    with tempfile.TemporaryDirectory(prefix="lianshen-bench-") as temporary:
        folder = Path(temporary)
        data_dir = DataDir(plan.keep or folder / "data")
        stored = _stored_already(plan, data_dir)
        figures: Figures = {"cases": plan.cases, "stored": plan.stored or stored, **_machine(data_dir.path)}
        figures |= {"signing": plan.signing, "batches": plan.batches}
        say("starting from nothing")
        figures |= await _from_nothing(folder)
        if plan.stored and not stored:
            say(f"filling the log with {plan.stored} finished cases")
            figures |= await _filled(data_dir, plan, say)
        crowd = _Crowd.of(plan.cases)
        world, environment = _world(folder, crowd.all)
        up = Up(data_dir, world, environment, folder / "up.log", *_options(plan, folder))
        try:
            await up.start()
            figures |= await _measured(plan, figures, crowd, world, up, say)
            await up.stop()
            say("restarting")
            figures["restart_ready_seconds"] = round(await up.start(), 2)
            await asyncio.sleep(SETTLED_AFTER)
            figures["restart_pss_mb"] = round(pss_mb(tree(up.pid)))
        finally:
            await up.stop()
    return {name: figures.get(name) for name in ROWS}


async def bench_nodes(cases: int, say: Say) -> list[Figures]:
    """One node and three, with the same families; raises as `bench` does."""
    crowd = Crowd(cases)
    with tempfile.TemporaryDirectory(prefix="lianshen-bench-") as temporary:
        folder = Path(temporary)
        world, environment = _world(folder, crowd.all)
        machine = _machine(folder)
        return [{**machine, **figures} for figures in await beside_one(world, environment, folder, crowd, say)]


def _stored_already(plan: Plan, data_dir: DataDir) -> int:
    stored = stored_in(data_dir)
    if plan.keep is not None and not plan.stored and not stored:
        raise NotFilled(f"{plan.keep} is empty: say with --stored how many cases to fill it with")
    if stored and plan.stored not in (0, stored):
        raise NotFilled(f"{plan.keep} is filled with {stored} cases: leave --stored out, or name another directory")
    return stored


def _options(plan: Plan, folder: Path) -> tuple[str, ...]:
    signing = "--signing" if plan.signing else "--unsigned"
    options = "--departments-apart", signing, "--bus-memory", plan.bus_memory
    if plan.batches:
        return options
    faults = folder / "one-by-one.toml"
    faults.write_text("".join(f"[{name}]\nbatch = false\n" for name in SIMULATED))
    return *options, "--faults", str(faults)


def _machine(place: Path) -> Figures:
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "file_system": _file_system(place),
    }


def _file_system(place: Path) -> str:
    """Of what kind the data lies on; on a tmpfs an fsync costs nothing, and the figures are too good."""
    mounts = [line.split()[1:3] for line in Path("/proc/mounts").read_text().splitlines()]
    holding = [(len(point), kind) for point, kind in mounts if place.resolve().is_relative_to(point)]
    return max(holding)[1] if holding else "unknown"


@dataclass(frozen=True)
class _Crowd:
    """How many families each phase needs: nobody can apply twice."""

    warm_up: int
    one_by_one: int
    counted: int
    half_rate: int

    @classmethod
    def of(cls, cases: int) -> "_Crowd":
        warm_up = max(round(cases * WARM_UP_SHARE), 20)
        return cls(warm_up, min(ONE_BY_ONE, cases), cases, min(2 * cases, MOST_AT_HALF_RATE))

    @property
    def all(self) -> int:
        return self.warm_up + self.one_by_one + self.counted + self.half_rate

    def split(self, forms: Sequence[Form]) -> Iterator[Sequence[Form]]:
        """The forms of each phase, in the order above."""
        first = 0
        for size in (self.warm_up, self.one_by_one, self.counted, self.half_rate):
            yield forms[first : first + size]
            first += size


def _world(folder: Path, families: int) -> tuple[Path, dict[str, str]]:
    """A crowd that applies for a project of its own, so that an earlier run on the same data holds no claim in it."""
    project = f"BENCH-{time.time_ns()}"
    world = make_crowd(folder / "world", families)
    for path in (world / "applications").glob("*.json"):
        path.write_bytes(path.read_bytes().replace(PROJECT.encode(), project.encode()))
    projects = folder / "projects.toml"
    projects.write_text(
        f'[{project}]\ntitle = "benchmark"\n'
        "price_published = 2025-04-01\nregistration_opens = 2025-04-01\nregistration_closes = 2099-12-31\n"
    )
    return world, {"LIANSHEN_INTAKE_PROJECTS_FILE": str(projects)}


async def _from_nothing(folder: Path) -> Figures:
    """An empty system as anybody starts it first, with the sample world."""
    (folder / "empty").mkdir()
    up = Up(DataDir(folder / "empty" / "data"), worlds() / "sample", {}, folder / "empty" / "up.log")
    try:
        ready = await up.start()
        await asyncio.sleep(SETTLED_AFTER)
        return {"ready_seconds": round(ready, 2), "idle_pss_mb": round(pss_mb(tree(up.pid)))}
    finally:
        await up.stop()


async def _filled(data_dir: DataDir, plan: Plan, say: Say) -> Figures:
    began = time.monotonic()
    await fill(data_dir, plan.stored, say, plan.bus_memory)
    return {
        "fill_seconds": round(time.monotonic() - began, 1),
        "disk_bytes_per_stored_case": round(disk_bytes(data_dir) / plan.stored),
    }


async def _measured(plan: Plan, known: Figures, crowd: _Crowd, world: Path, up: Up, say: Say) -> Figures:
    """Every phase on the running system."""
    forms = forms_of(world, up.intake, read_key(up.data_dir.keys, "application-number"))
    warm_up, one_by_one, counted, half_rate = crowd.split(forms)
    async with measuring(up) as at:
        figures: Figures = {"server": at.server}
        say(f"warming up with {len(warm_up)} applications")
        await at.fleet.as_fast_as_it_goes(warm_up)
        await at.drained()
        say(f"{len(one_by_one)} applications, one after the other")
        figures |= await at.idle(one_by_one)
        say(f"{len(counted)} applications, as fast as they are determined")
        figures |= await at.maximum(counted)
        rate = figures["cases_per_second"] / 2
        some = half_rate[: max(round(rate * HALF_RATE_FOR), 1)]
        say(f"{len(some)} applications at half that rate, {rate:.0f} a second")
        figures |= await at.half_rate(some, rate)
        cases = known["stored"] + crowd.all
        figures["pss_mb"] = round(pss_mb(tree(up.pid)))
        more = (figures["pss_mb"] - known["idle_pss_mb"]) * 1e6
        figures["memory_bytes_per_case"] = round(more / cases) if cases >= ENOUGH_FOR_MEMORY else None
        say("asking about the oldest and the newest")
        figures |= await at.asked(known["stored"], [form.number for form in counted])
        if cases > AUDITED_UNASKED and not plan.audit:
            say("the log is too long to be audited unasked: --audit does it")
        else:
            say("auditing the log")
            figures |= await at.audited(say)
    return figures
