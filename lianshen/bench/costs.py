"""What a case costs, part by part: CPU of every process, messages through the server, writes that wait for the disk.

Two looks, one before and one after; the difference, a case. Counts are the server's and our processes' own: nothing
listens meanwhile, so that looking costs nothing.
"""

import json
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import httpx
import psutil
from nats.aio.client import Client
from prometheus_client.parser import text_string_to_metric_families

from chassis.log.history import History
from chassis.log.journal import STREAM
from lianshen.bench.usage import GONE, cpu_seconds, disk_flushes, tree
from lianshen.bus_access.accounts import SERVER_COUNTS
from lianshen.catalog import EMBEDDED_PROCESSES
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.parts import SECOND

PARTS = ("decisions", "asking", "archive", "nats_server", "departments", "up")
"""Whose CPU is told apart: the processes of services, the bus, all departments together, and who started them."""
SUMMED = {
    "lianshen_fetches_total": "fetches_per_case",
    "lianshen_reads_total": "reads_per_case",
    "lianshen_log_writes_total": "synced_writes_per_case",
}
"""What our processes count themselves."""
PAGE = 100
"""Messages of the stream of spans read at once, each with some hundreds of them."""


@dataclass(frozen=True)
class Costs:
    """What was used up and counted until one moment."""

    cpu: Mapping[str, float]
    """Seconds by part."""
    counts: Mapping[str, float]
    spans_at: int
    """Sequence of the newest message with spans."""

    @property
    def all_cpu(self) -> float:
        return sum(self.cpu.values())


async def costs(up: int, data_dir: DataDir, nc: Client, durables: Iterable[tuple[str, str]]) -> Costs:
    """A look at a running system, whose first process is `up`."""
    cpu = cpu_by_part(up)
    counts = Counter[str]()
    counts.update(await _of_server(nc))
    for stream, durable in durables:
        counts.update(await _of_durable(nc, stream, durable))
    counts.update(await _of_processes(data_dir, tree(up)))
    if (flushes := disk_flushes(data_dir.path)) is not None:
        counts["disk_flushes_per_case"] = flushes
    newest = (await _asked(nc, "$JS.API.STREAM.INFO.SPANS"))["state"]["last_seq"]
    return Costs(cpu, dict(counts), newest)


def a_case(before: Costs, after: Costs, cases: int) -> dict[str, float]:
    """What one of so many cost between two looks; what only one of them knows is left out. Pure."""
    cpu = {f"cpu_ms_per_case_{part}": after.cpu[part] - before.cpu[part] for part in PARTS}
    counts = {name: after.counts[name] - n for name, n in before.counts.items() if name in after.counts}
    return {name: round(n * 1000 / cases, 2) for name, n in cpu.items()} | {
        name: round(n / cases, 1) for name, n in counts.items()
    }


async def spans_between(nc: Client, before: Costs, after: Costs) -> int | None:
    """How many spans were published between two looks; None where the stream has dropped some of them."""
    state = (await _asked(nc, "$JS.API.STREAM.INFO.SPANS"))["state"]
    if state["first_seq"] > before.spans_at + 1:
        return None
    history, at, found = History(nc, "SPANS"), before.spans_at, 0
    await history.start()
    while at < after.spans_at and (page := await history.after(at, "telemetry.spans", PAGE)):
        at = page[-1].sequence
        found += sum(one.body.count(b"\n") + 1 for one in page if one.sequence <= after.spans_at)
    return found


def cpu_by_part(up: int) -> dict[str, float]:
    """CPU seconds of a system's processes, by part."""
    used = dict.fromkeys(PARTS, 0.0)
    for pid in tree(up):
        used["up" if pid == up else part_of(_command(pid))] += cpu_seconds([pid])
    return used


def part_of(command: list[str]) -> str:
    """Which part a process belongs to, by its command line; `up` for one that is none of them. Pure."""
    if command and command[0].endswith("nats-server"):
        return "nats_server"
    if "lianshen.simulation" in command:
        return "departments"
    if "run" in command:
        first = command[command.index("run") + 1 :][:1]
        for name, services in EMBEDDED_PROCESSES.items():
            if name in PARTS and set(first) & set(services):
                return name
    return "up"


def _command(pid: int) -> list[str]:
    try:
        return psutil.Process(pid).cmdline()
    except GONE:
        return []


async def _of_server(nc: Client) -> dict[str, float]:
    """Nothing for a cluster: one server of it says nothing of the others, and what they tell each other counts too."""
    found = (await _asked(nc, SERVER_COUNTS))["statsz"]
    if found.get("active_servers", 1) > 1:
        return {}
    return {
        "server_in_per_case": found["received_from_clients"]["msgs"],
        "server_out_per_case": found["sent_to_clients"]["msgs"],
    }


async def _of_durable(nc: Client, stream: str, durable: str) -> dict[str, float]:
    found = await _asked(nc, f"$JS.API.CONSUMER.INFO.{stream}.{durable}")
    acknowledged = found["ack_floor"]["consumer_seq"] if found["config"]["ack_policy"] != "none" else 0
    return {"deliveries_per_case": found["delivered"]["consumer_seq"], "acknowledged_per_case": acknowledged}


async def _of_processes(data_dir: DataDir, running: set[int]) -> dict[str, float]:
    """The counters that our own processes show, all of them together."""
    counted = dict.fromkeys(SUMMED.values(), 0.0)
    async with httpx.AsyncClient(trust_env=False, timeout=10) as http:
        for name in (f"{process}{second}" for process in EMBEDDED_PROCESSES for second in ("", SECOND)):
            file = data_dir.run / f"{name}.json"
            said = json.loads(file.read_text()) if file.exists() else {}
            if said.get("pid") not in running:
                continue  # left by one that ran here before
            shown = (await http.get(f"{said['health']}/metrics")).text
            for family in text_string_to_metric_families(shown):
                for sample in family.samples:
                    if sample.name in SUMMED and sample.labels.get("stream", STREAM) == STREAM:
                        counted[SUMMED[sample.name]] += sample.value
    return counted


async def _asked(nc: Client, subject: str) -> dict[str, Any]:
    return dict(json.loads((await nc.request(subject, b"", timeout=10)).data))
