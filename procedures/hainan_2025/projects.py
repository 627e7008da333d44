"""The sale projects families may register for, from a file an operator keeps (Art. 25, 26(1))."""

import re
import tomllib
from dataclasses import dataclass
from datetime import date
from importlib.resources import files
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from contracts.text_file import text_in

NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
"""What a form can name as its project (contracts.application.Token)."""
REQUIRED: dict[str, type] = {"title": str, "registration_opens": date, "registration_closes": date}
KEYS: dict[str, type] = {**REQUIRED, "price_published": date}
WANTED: dict[type, str] = {
    str: "text in quotation marks",
    date: "a day like 2026-10-01, bare and without a time",
}


@dataclass(frozen=True)
class Project:
    """One sale project; both days of its window are inside it. Without a price it is not open (Art. 25)."""

    name: str
    title: str
    registration_opens: date
    registration_closes: date
    price_published: date | None = None

    def is_open(self, today: date) -> bool:
        """Whether a family may register: the price is published, and today is a day of the window."""
        priced = self.price_published is not None and self.price_published <= today
        return priced and self.registration_opens <= today <= self.registration_closes


def load_projects(path: Path | None = None) -> dict[str, Project]:
    """The projects by name, from `path` or the packaged file. Raises ValueError naming file and key."""
    file: Path | Traversable = path or files("procedures.hainan_2025") / "projects.toml"
    try:
        table = tomllib.loads(text_in(file.read_bytes()))
    except OSError as error:
        raise ValueError(f"{file}: the list of projects cannot be read: {error.strerror}") from error
    except ValueError as error:
        raise ValueError(f"{file}: the list of projects is no TOML in UTF-8: {error}") from error
    if not table:
        raise ValueError(f"{file}: no project is named; add a table like [HN-2026-01]")
    return {name: _project(name, entry, f"{file}: {name}") for name, entry in table.items()}


def _project(name: str, entry: Any, place: str) -> Project:
    if not isinstance(entry, dict):
        raise ValueError(f"{place}: a project is a table; write it as [{name}] with its keys below")
    if not NAME.fullmatch(name):
        raise ValueError(f"{place}: a project's name is letters, digits, and . _ - (64 at most)")
    for key, kind in REQUIRED.items():
        if key not in entry:
            raise ValueError(f"{place}.{key}: this key is missing; add {WANTED[kind]}")
    for key, value in entry.items():
        if key not in KEYS:
            raise ValueError(f"{place}.{key}: there is no such key; a project has {', '.join(KEYS)}")
        # A TOML date with a time is a datetime, which Python counts as a date: the exact type is meant.
        if type(value) is not KEYS[key] or not value:
            raise ValueError(f"{place}.{key}: this must be {WANTED[KEYS[key]]}")
    if entry["registration_closes"] < entry["registration_opens"]:
        raise ValueError(f"{place}.registration_closes: before registration_opens; correct one of them")
    return Project(name=name, **entry)
