"""What `lianshen up` runs beside the bus: processes of services, and of simulated departments."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lianshen.catalog import DEPARTMENTS
from lianshen.embedded.children import FOR_CHILDREN, PYTHON
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.simulated_keys import make_simulated_keys
from lianshen.embedded.supervised import Program

SECOND = "-2"
"""Ends the name of the second process of a pair."""
SIMULATES = "ready: "
"""What a simulated department says when it answers, before its name."""


@dataclass(frozen=True)
class Place:
    """Where parts find the bus and their files, and whether they sign."""

    data_dir: DataDir
    url: str
    ca_file: Path | None
    signing: bool

    @property
    def simulated_keys(self) -> Path:
        return self.data_dir.path / "simulated"

    @property
    def bus_tls(self) -> dict[str, str]:
        return {"LIANSHEN_NATS_CA_FILE": str(self.ca_file)} if self.ca_file else {}


@dataclass(frozen=True)
class Simulation:
    """What simulated departments answer from: the registers of these worlds, since when, and with which faults."""

    worlds: tuple[Path, ...]
    since: float
    """Unix seconds; a restart goes on counting from there."""
    faults: Path | None = None


def services_program(
    place: Place, name: str, services: tuple[str, ...], more: Mapping[str, str], group: str | None = None
) -> Program:
    """One process of services, in the account of `group`, else of its own name; `more` is added to its environment."""
    data_dir = place.data_dir
    run_file = data_dir.run / f"{name}.json"
    environment = {
        "LIANSHEN_NATS_URL": place.url,
        **place.bus_tls,
        "LIANSHEN_NATS_SEED_FILE": str(data_dir.group_seed(group or name)),
        "LIANSHEN_KEYS_DIR": str(data_dir.keys),
        "LIANSHEN_NOTIFY_FOLDER": str(data_dir.path / "notices"),
        "LIANSHEN_ARCHIVE_DIR": str(data_dir.archive),
        "LIANSHEN_ARCHIVE_NICE": "10",
        "LIANSHEN_CONSOLE_DIR": str(data_dir.path / "console"),
        "LIANSHEN_RUN_FILE": str(run_file),
        **({} if place.signing else {"LIANSHEN_DEPARTMENTS_FILE": str(_unsigned(data_dir))}),
        **more,
    }
    command = (*PYTHON, "-m", "lianshen", "run", *services)
    return Program(name, command, _of_a_child(environment), data_dir.logs / f"{name}.log", ready_file=run_file)


def departments_program(place: Place, departments: tuple[str, ...], simulation: Simulation) -> Program:
    """One process of simulated departments; makes their keys."""
    data_dir = place.data_dir
    command = [
        *(*PYTHON, "-m", "lianshen.simulation"),
        *(part for world in dict.fromkeys(simulation.worlds) for part in ("--world", str(world))),
        *(part for name in departments for part in ("--department", name)),
        *("--nats", place.url, "--credentials", str(data_dir.credentials / "departments")),
        *("--since", str(simulation.since)),
    ]
    if place.signing:
        make_simulated_keys(place.simulated_keys, departments)
        command += ["--signing", str(place.simulated_keys)]
    if simulation.faults is not None:
        command += ["--faults", str(simulation.faults)]
    name = "departments" if len(departments) > 1 else f"department-{departments[0]}"
    words = tuple(f"{SIMULATES}{department}" for department in departments)
    log = data_dir.logs / f"{name}.log"
    return Program(name, tuple(command), _of_a_child(place.bus_tls), log, ready_words=words)


def simulated_by(program: Program) -> frozenset[str]:
    """The departments that it simulates."""
    return frozenset(words.removeprefix(SIMULATES) for words in program.ready_words)


def _of_a_child(environment: Mapping[str, str]) -> dict[str, str]:
    return {**os.environ, **FOR_CHILDREN, **environment}


def _unsigned(data_dir: DataDir) -> Path:
    """A departments file by which nobody signs."""
    path = data_dir.run / "unsigned.toml"
    path.write_text("".join(f'[{name}]\nsignature = "none"\n' for name in DEPARTMENTS))
    return path
