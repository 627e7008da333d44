"""The figures of a benchmark for people: what was measured, and how much, in which unit."""

from typing import Any

from rich.console import Console
from rich.table import Table

from lianshen.bench.steps import STEPS

ROWS: dict[str, tuple[str, str]] = {
    "date": ("measured at", ""),
    "cores": ("cores", ""),
    "python": ("Python", ""),
    "file_system": ("file system of the data", ""),
    "server": ("bus", ""),
    "cases": ("applications counted", ""),
    "signing": ("questions and answers are signed", ""),
    "batches": ("departments take questions in batches", ""),
    "stored": ("finished cases in the log before", ""),
    "ready_seconds": ("empty system, from nothing to ready", "s"),
    "idle_pss_mb": ("empty system, idle memory (sum of PSS)", "MB"),
    "fill_seconds": ("filling the log", "s"),
    "disk_bytes_per_stored_case": ("disk, a stored case", "bytes"),
    "idle_p50_ms": ("idle: POST to determined, p50", "ms"),
    "idle_p99_ms": ("idle: POST to determined, p99", "ms"),
    "cases_per_second": ("fastest: determined", "a second"),
    "p50_ms": ("fastest: POST to determined, p50", "ms"),
    "p99_ms": ("fastest: POST to determined, p99", "ms"),
    "post_p50_ms": ("fastest: POST to its 202, p50", "ms"),
    "post_p99_ms": ("fastest: POST to its 202, p99", "ms"),
    "drained_seconds": ("fastest: until all else is done, too", "s"),
    "cpu_ms_per_case": ("fastest: CPU of the system, a case", "ms"),
    "cpu_ms_per_case_generator": ("fastest: CPU of the load besides, a case", "ms"),
    "cpu_ms_per_case_decisions": ("of the system: web, decisions, notices", "ms"),
    "cpu_ms_per_case_asking": ("of the system: asking", "ms"),
    "cpu_ms_per_case_nats_server": ("of the system: nats-server", "ms"),
    "cpu_ms_per_case_archive": ("of the system: archive", "ms"),
    "cpu_ms_per_case_departments": ("of the system: six departments", "ms"),
    "cpu_ms_per_case_up": ("of the system: who started them", "ms"),
    "server_in_per_case": ("fastest: into nats-server, a case", "messages"),
    "server_out_per_case": ("fastest: out of nats-server, a case", "messages"),
    "deliveries_per_case": ("fastest: deliveries, a case", ""),
    "acknowledged_per_case": ("fastest: of them acknowledged, a case", ""),
    "fetches_per_case": ("fastest: requests for messages, a case", ""),
    "reads_per_case": ("fastest: reads of the log, a case", ""),
    "synced_writes_per_case": ("fastest: writes answered once on the disk, a case", ""),
    "disk_flushes_per_case": ("fastest: flushes of the disk by everybody, a case", ""),
    "spans_per_case": ("fastest: spans, a case", ""),
    "peak_pss_mb": ("fastest: peak memory (sum of PSS)", "MB"),
    "messages_per_case": ("log, a case", "messages"),
    "stream_bytes_per_case": ("log, a case", "bytes"),
    "disk_bytes_per_case": ("disk, a case", "bytes"),
    "half_rate_p50_ms": ("half the rate: POST to determined, p50", "ms"),
    "half_rate_p99_ms": ("half the rate: POST to determined, p99", "ms"),
    **{f"half_rate_{step}_p50_ms": (f"of that, p50: {what}", "ms") for step, what in STEPS.items()},
    "half_rate_cpu_ms_per_case": ("half the rate: CPU of the system, a case", "ms"),
    "pss_mb": ("memory after all that (sum of PSS)", "MB"),
    "memory_bytes_per_case": ("memory, a case in the log", "bytes"),
    "get_oldest_p99_ms": ("GET of the oldest cases, p99", "ms"),
    "get_newest_p99_ms": ("GET of the newest cases, p99", "ms"),
    "audit_clean": ("audit clean", ""),
    "restart_ready_seconds": ("started again, to ready", "s"),
    "restart_pss_mb": ("started again, memory (sum of PSS)", "MB"),
}
"""What each figure is, and its unit, in the order in which a person wants to read them."""


def bench_table(found: dict[str, Any]) -> None:
    """Prints a row for every figure that was measured."""
    table = Table(title="lianshen bench: from a kiosk's POST to the determination")
    table.add_column("what")
    table.add_column("how much", justify="right")
    for name, (what, unit) in ROWS.items():
        if found.get(name) is not None:
            table.add_row(what, f"{_said(found[name])} {unit}".rstrip())
    Console(highlight=False, soft_wrap=True).print(table)


OF_NODES: dict[str, tuple[str, str]] = {
    "load_before": ("load average before", ""),
    "ready_seconds": ("from nothing to ready", "s"),
    **{name: ROWS[name] for name in ("cases_per_second", "idle_p50_ms", "idle_p99_ms", "p50_ms", "p99_ms")},
    **{name: ROWS[name] for name in ("post_p99_ms", "cpu_ms_per_case", "peak_pss_mb", "disk_bytes_per_case")},
    "silent_seconds": ("server that leads killed: intake silent", "s"),
    "whole_again_seconds": ("server that leads killed: until every copy is current", "s"),
    "audit_clean": ROWS["audit_clean"],
}
"""What is compared between one node and three."""


def nodes_table(found: list[dict[str, Any]]) -> None:
    """One column a number of nodes, and how many times the first the last is."""
    table = Table(title="lianshen bench: one nats-server and a cluster, one after the other")
    for column in ("what", *(f"{figures['nodes']}" for figures in found), "times"):
        table.add_column(column, justify="left" if column == "what" else "right")
    for name, (what, unit) in OF_NODES.items():
        values = [figures.get(name) for figures in found]
        table.add_row(what, *(f"{_said(value)} {unit}".rstrip() for value in values), _times(values))
    Console(highlight=False, soft_wrap=True).print(table)


def _times(values: list[Any]) -> str:
    first, last = values[0], values[-1]
    if isinstance(first, bool) or not first or last is None:
        return ""
    return f"{last / first:.2f}"


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)
