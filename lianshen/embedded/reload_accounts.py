"""Who is let in to a running server is read again, from any process."""

import os
import signal
import time
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from lianshen.embedded.data_dir import DataDir, is_alive
from lianshen.embedded.served import CONFIG_FILE, LOG_FILE, BusError, Served, write_config

RELOADED_WITHIN = 10.0


def reload_accounts(data_dir: DataDir, departments: Iterable[str] | None = None) -> None:
    """Has the running server read who is let in, from any process; returns when that is in effect.

    A department that was revoked, or whose seed was renewed, is disconnected; all others keep their connections.
    `departments` replaces those that the server knew. Raises BusError where none runs, or it keeps its old accounts.
    """
    served = Served.read(data_dir)
    if served.nodes:
        _reload_nodes(data_dir, served, departments)
        return
    server = _running_server(data_dir)
    if departments is not None:
        served = replace(served, departments=tuple(departments))
        data_dir.prepare(served.departments)
    said = data_dir.logs / LOG_FILE
    told = said.stat().st_size if said.exists() else 0
    write_config(data_dir, served)
    os.kill(server, signal.SIGHUP)
    deadline = time.monotonic() + RELOADED_WITHIN
    while time.monotonic() < deadline:
        for line in _lines_after(said, told):
            if "Reloaded server configuration" in line:
                return
            if "Failed to reload server configuration" in line:
                raise BusError(f"the bus keeps its old accounts: {line}")
        time.sleep(0.02)
    raise BusError(f"the bus did not read its accounts within {RELOADED_WITHIN:.0f} s; see logs/{LOG_FILE}")


def _reload_nodes(data_dir: DataDir, served: Served, departments: Iterable[str] | None) -> None:
    """Each node of a cluster. One that is down reads them when it starts again."""
    if departments is not None:
        served = replace(served, departments=tuple(departments))
        served.write(data_dir)
    for name in served.nodes:
        reload_accounts(DataDir(data_dir.path, name), departments)


def _running_server(data_dir: DataDir) -> int:
    """The process id of the server that runs on this directory. Raises BusError."""
    config = str(data_dir.run / CONFIG_FILE)
    for ports in data_dir.run.glob("*.ports"):
        server = int(ports.stem.rpartition("_")[2])
        arguments = Path(f"/proc/{server}/cmdline")
        # A number may be another process's by now; without /proc there is no telling.
        ours = config.encode() in arguments.read_bytes().split(b"\0") if arguments.exists() else not _has_proc()
        if ours and is_alive(server):
            return server
    raise BusError("no bus runs on this data directory; start it with `lianshen up`")


def _has_proc() -> bool:
    return Path("/proc/self/cmdline").exists()


def _lines_after(log_file: Path, place: int) -> list[str]:
    """The whole lines of a log from there on; all of it where a new file was begun."""
    with open(log_file, "rb") as file:
        file.seek(place if log_file.stat().st_size >= place else 0)
        return file.read().decode(errors="replace").splitlines()
