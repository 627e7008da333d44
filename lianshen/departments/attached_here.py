"""What `lianshen up` attaches: which departments speak for themselves, and what was in force when it started."""

import json
from dataclasses import dataclass
from typing import Any

from chassis.process.settings import Settings
from inquiry.attachments.config import read_attachments
from lianshen.catalog import DEPARTMENTS
from lianshen.departments.attach import departments_file, settings
from lianshen.departments.file import HEAD
from lianshen.departments.folder import folders, put
from lianshen.embedded.data_dir import DataDir

UP = "up.json"


@dataclass(frozen=True)
class AttachedHere:
    """The ways of the departments that are not simulated, and the file that says so, where it is the directory's."""

    ways: dict[str, str]
    environment: dict[str, str]
    unknown: tuple[str, ...]


def attached_here(directory: DataDir) -> AttachedHere:
    """Raises ValueError naming what is wrong in the departments file."""
    file = Settings().departments_file
    own = file is None
    if own and not departments_file(directory).is_file():
        # Named to the services from the start, so that `department add` needs no restart.
        directory.path.mkdir(mode=0o700, parents=True, exist_ok=True)
        put(departments_file(directory), HEAD)
    tables = read_attachments(departments_file(directory) if own else file)
    ways = {folder.name: "bus" for folder in folders(directory)}
    ways |= {name: "bus" for name in DEPARTMENTS if directory.is_revoked(name)}
    ways |= {name: table.by for name, table in tables.items()}
    environment = {"LIANSHEN_DEPARTMENTS_FILE": str(departments_file(directory))} if own else {}
    unknown = tuple(name for name in ways if name not in DEPARTMENTS)
    return AttachedHere({name: ways[name] for name in ways if name in DEPARTMENTS}, environment, unknown)


def write_started(directory: DataDir, simulated: tuple[str, ...], doors: dict[str, str]) -> None:
    """For `department add`, which waits until a department is simulated no more; and for the departments' settings."""
    put(directory.run / UP, json.dumps({"simulated": simulated, "doors": doors}))


def started_with(directory: DataDir) -> dict[str, Any]:
    """What `write_started` wrote; empty where nothing was."""
    path = directory.run / UP
    return dict(json.loads(path.read_text())) if path.is_file() else {}


def tell_where(directory: DataDir, nats_url: str, doors: dict[str, str]) -> None:
    """Brings every attach.env up to date: the OS may have chosen other ports."""
    for folder in folders(directory):
        known = folder.read_settings()
        if "SEED" in known:
            folder.write_settings(settings(directory, folder, "bus", nats_url))
        elif (door := doors.get(DEPARTMENTS.get(folder.name, ""))) is not None:
            folder.write_settings(settings(directory, folder, "http", None) | {"ANSWERS_URL": door})
