"""The phases of a benchmark on a running system: what each of them does, and the figures it brings."""

import asyncio
import json
import random
import stat
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from intake.receipts import receipt_secret
from nats.aio.client import Client

from chassis.bus import Bus
from chassis.log.history import History
from chassis.log.journal import STREAM
from chassis.process.keys import read_key
from evidence.audit import audit
from lianshen.bench.costs import Costs, a_case, costs, spans_between
from lianshen.bench.fleet import Fleet, Form, percentile, stamp
from lianshen.bench.load import Kiosks, LoadError, get, ticks
from lianshen.bench.prefill import number_of
from lianshen.bench.start import Up
from lianshen.bench.steps import medians, steps_of
from lianshen.bench.usage import Watch, cpu_seconds, tree
from lianshen.catalog import durables
from lianshen.embedded.data_dir import DataDir

Figures = dict[str, Any]
"""Flat: each figure by a name that ends in its unit, where it has one."""
Say = Callable[[str], None]

PAUSE = 0.02
"""Seconds between a determination and the next application: what the last one left to do is done."""
GETS, GETS_A_SECOND = 500, 50
OLDEST, NEWEST = 10_000, 1000
"""Of how many cases the oldest and the newest are drawn that are asked about."""
STEPS_OF = 200
"""Of how many cases is read where their time went."""
DRAINED_WITHIN = 600.0


@dataclass
class Measuring:
    """A running system, its bus as an operator sees it, and kiosks at its intake. One method a phase."""

    up: Up
    nc: Client
    history: History
    fleet: Fleet
    kiosks: Kiosks
    names: list[tuple[str, str]] = field(
        default_factory=lambda: [(it.stream, it.name) for it in durables() if not it.is_former]
    )

    @property
    def server(self) -> str:
        version = self.nc.connected_server_version
        return f"nats-server {version.major}.{version.minor}.{version.patch}"

    async def idle(self, forms: Sequence[Form]) -> Figures:
        after = (await self.stream())["last_seq"]
        await self.fleet.one_by_one(forms, PAUSE)
        await stamp(self.history, forms, after)
        return {
            "idle_p50_ms": _ms(percentile(_waits(forms), 0.50)),
            "idle_p99_ms": _ms(percentile(_waits(forms), 0.99)),
        }

    async def maximum(self, forms: Sequence[Form]) -> Figures:
        await self.drained()
        before, disk = await self.stream(), disk_bytes(self.up.data_dir)
        used, own = await self.costs(), time.process_time()
        with Watch([self.up.pid], every=1.0) as watch:
            await self.fleet.as_fast_as_it_goes(forms)
            own = time.process_time() - own
            drained_at = await self.drained()
        used_then, after = await self.costs(), await self.stream()
        spans = await spans_between(self.nc, used, used_then)
        await stamp(self.history, forms, before["last_seq"])
        last = max(form.determined for form in forms)
        cases = len(forms)
        return {
            "cases_per_second": round(cases / (last - min(form.sent for form in forms)), 1),
            "p50_ms": _ms(percentile(_waits(forms), 0.50)),
            "p99_ms": _ms(percentile(_waits(forms), 0.99)),
            "post_p50_ms": _ms(percentile(_posts(forms), 0.50)),
            "post_p99_ms": _ms(percentile(_posts(forms), 0.99)),
            "drained_seconds": round(max(drained_at - last, 0.0), 2),
            "cpu_ms_per_case": round((used_then.all_cpu - used.all_cpu) / cases * 1000, 2),
            "cpu_ms_per_case_generator": round(own / cases * 1000, 2),
            **a_case(used, used_then, cases),
            "spans_per_case": None if spans is None else round(spans / cases, 1),
            "peak_pss_mb": round(watch.peak_pss_mb),
            "messages_per_case": round((after["messages"] - before["messages"]) / cases, 1),
            "stream_bytes_per_case": round((after["bytes"] - before["bytes"]) / cases),
            "disk_bytes_per_case": round((disk_bytes(self.up.data_dir) - disk) / cases),
        }

    async def half_rate(self, forms: Sequence[Form], rate: float) -> Figures:
        await self.drained()
        after, cpu = (await self.stream())["last_seq"], self.cpu()
        await self.fleet.at_a_rate(forms, rate)
        await self.drained()
        cpu = self.cpu() - cpu
        await stamp(self.history, forms, after)
        return {
            "half_rate_p50_ms": _ms(percentile(_waits(forms), 0.50)),
            "half_rate_p99_ms": _ms(percentile(_waits(forms), 0.99)),
            "half_rate_cpu_ms_per_case": round(cpu / len(forms) * 1000, 2),
            **{f"half_rate_{step}_p50_ms": ms for step, ms in medians(await self._steps(forms)).items()},
        }

    async def _steps(self, forms: Sequence[Form]) -> list[dict[str, float]]:
        """How long each step took of some of these, from all over their time."""
        some = forms[:: max(len(forms) // STEPS_OF, 1)]
        found = [steps_of(form.sent, await self.history.under(f"case.{form.number}.>")) for form in some]
        return [steps for steps in found if steps is not None]

    async def asked(self, stored: int, fresh: Sequence[str]) -> Figures:
        """GET by the receipt, at a quiet pace, about the first and the last cases of the log."""
        key = read_key(self.up.data_dir.keys, "application-number")
        oldest = [number_of(n, key) for n in range(min(stored, OLDEST))] or fresh[:OLDEST]
        gets = min(GETS, len(fresh))
        return {
            "get_oldest_p99_ms": _ms(percentile(await self._gets(oldest, gets), 0.99)),
            "get_newest_p99_ms": _ms(percentile(await self._gets(fresh[-NEWEST:], gets), 0.99)),
        }

    async def _gets(self, numbers: Sequence[str], times: int) -> list[float]:
        """Seconds until each answer, from when it was due to be asked."""
        key = read_key(self.up.data_dir.keys, "receipt")
        chance = random.Random(1)
        waits: list[float] = []

        async def ask(number: str, due: float) -> None:
            reply = await self.kiosks.send(get(self.up.intake, number, receipt_secret(key, number)))
            waits.append(time.time() - due)
            if reply.status != 200 or number.encode() not in reply.body:
                raise LoadError(f"intake does not know a case: {reply.status} {reply.body[:300]!r}")

        asking = [asyncio.create_task(ask(chance.choice(numbers), due)) async for due in ticks(GETS_A_SECOND, times)]
        await asyncio.gather(*asking)
        return waits

    async def audited(self, say: Say) -> Figures:
        violations = await audit(self.nc)
        for violation in violations[:10]:
            say(f"VIOLATED {violation}")
        return {"audit_clean": not violations}

    def cpu(self) -> float:
        return cpu_seconds(tree(self.up.pid))

    async def costs(self) -> Costs:
        """All that was used up until now."""
        return await costs(self.up.pid, self.up.data_dir, self.nc, self.names)

    async def stream(self) -> dict[str, Any]:
        reply = await self.nc.request(f"$JS.API.STREAM.INFO.{STREAM}", b"", timeout=10)
        return dict(json.loads(reply.data)["state"])

    async def drained(self) -> float:
        """Waits until no durable has anything left to do: notices and publicity too. The time of that (UNIX)."""
        deadline = time.monotonic() + DRAINED_WITHIN
        while left := [name for stream, name in self.names if await self._is_behind(stream, name)]:
            if time.monotonic() > deadline:
                raise TimeoutError(f"not drained within {DRAINED_WITHIN:.0f} s: {', '.join(left)}")
            await asyncio.sleep(0.05)
        return time.time()

    async def _is_behind(self, stream: str, durable: str) -> bool:
        reply = await self.nc.request(f"$JS.API.CONSUMER.INFO.{stream}.{durable}", b"", timeout=10)
        found = json.loads(reply.data)
        return bool(found["num_pending"] or found["num_ack_pending"])


@asynccontextmanager
async def measuring(up: Up) -> AsyncIterator[Measuring]:
    """The running system as its operator sees it, and kiosks at its intake."""
    bus = await Bus.connect(up.bus, "bench", up.data_dir.seed("operator"))
    kiosks = Kiosks(up.intake)
    try:
        history = History(bus.nc, STREAM)
        await history.start()
        fleet = Fleet(bus.nc, kiosks)
        await fleet.watch()
        yield Measuring(up, bus.nc, history, fleet, kiosks)
    finally:
        kiosks.close()
        await bus.close()


def disk_bytes(data_dir: DataDir) -> int:
    """Bytes that the log takes on the disk; the folder of notices is another matter."""
    stores = [data_dir.jetstream, *data_dir.nodes.glob("*/jetstream")]
    return sum(_blocks(path) * 512 for store in stores for path in store.rglob("*"))


def _blocks(path: Path) -> int:
    try:
        found = path.stat()
    except FileNotFoundError:  # a server writes a file of another name first, and renames it
        return 0
    return found.st_blocks if stat.S_ISREG(found.st_mode) else 0


def _waits(forms: Sequence[Form]) -> list[float]:
    return [form.determined - form.sent for form in forms]


def _posts(forms: Sequence[Form]) -> list[float]:
    return [form.taken - form.sent for form in forms]


def _ms(seconds: float) -> float:
    return round(seconds * 1000, 1)
