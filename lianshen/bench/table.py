"""The figures of a benchmark for people: what was measured, and how much, in which unit."""

from typing import Any

from rich.console import Console
from rich.table import Table

ROWS: dict[str, tuple[str, str]] = {
    "date": ("measured at", ""),
    "cores": ("cores", ""),
    "python": ("Python", ""),
    "file_system": ("file system of the data", ""),
    "server": ("bus", ""),
    "cases": ("applications counted", ""),
    "signing": ("questions and answers are signed", ""),
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
    "peak_pss_mb": ("fastest: peak memory (sum of PSS)", "MB"),
    "messages_per_case": ("log, a case", "messages"),
    "stream_bytes_per_case": ("log, a case", "bytes"),
    "disk_bytes_per_case": ("disk, a case", "bytes"),
    "half_rate_p50_ms": ("half the rate: POST to determined, p50", "ms"),
    "half_rate_p99_ms": ("half the rate: POST to determined, p99", "ms"),
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


def _said(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:,}" if isinstance(value, int) else str(value)
