"""How a simulated department misbehaves: what its table in faults.toml says, drawn for each question by its id.

The same question always meets the same fate, so a run can be repeated. README.md beside the worlds explains each key.
"""

import json
import math
import struct
import tomllib
from collections import OrderedDict
from dataclasses import dataclass, fields
from hashlib import blake2b
from pathlib import Path
from typing import Any

from lianshen.simulation.answers import DEPARTMENTS

Window = tuple[float, float]
MOST_PROMISES = 50_000


class BadProfile(Exception):
    """A fault profile cannot be played; says at which key and what it should be."""


@dataclass(frozen=True)
class Fate:
    """What becomes of one question: the seconds its answer takes, then garbage, a promise, or the proper answer."""

    latency: float
    garbage: bytes | None
    deferred: bool


@dataclass(frozen=True)
class Profile:
    """The faults of one department, and whether it takes batches.

    Windows are seconds since the common start, from (included) and to (not).
    """

    outage: tuple[Window, ...] = ()
    dead: tuple[Window, ...] = ()
    latency: Window = (0.0, 0.0)
    garbage: float = 0.0
    deferred: float = 0.0
    deferred_seconds: float = 2.0
    batch: bool = True

    def is_out(self, elapsed: float) -> bool:
        """Connected, and silent."""
        return any(start <= elapsed < end for start, end in self.outage)

    def is_dead(self, elapsed: float) -> bool:
        """Not on the bus at all: whoever asks is told that nobody responds."""
        return any(start <= elapsed < end for start, end in self.dead)

    def next_change(self, elapsed: float) -> float:
        """The first second after `elapsed` at which a dead window begins or ends; infinite when none does any more."""
        return min((edge for window in self.dead for edge in window if edge > elapsed), default=math.inf)

    def fate(self, question_id: str) -> Fate:
        """Drawn from the question's id alone."""
        digest = blake2b(question_id.encode("utf-8", "replace"), digest_size=32).digest()
        first, second, third, which = struct.unpack("<4Q", digest)
        shortest, longest = self.latency
        return Fate(
            latency=shortest + (longest - shortest) * _share(first),
            garbage=garbage(question_id, which) if _share(second) < self.garbage else None,
            deferred=_share(third) < self.deferred,
        )


def garbage(question_id: str, which: int) -> bytes:
    """One of a few answers that are none: each is wrong in its own way."""
    tokens = json.dumps(question_id).encode()
    wrong = (
        b"<html><body>502 Bad Gateway</body></html>",
        b'{"result": "success", "code": 0}',
        b'{"question_id": %s, "kind": "none", "persons": NaN}' % tokens,
        b'{"question_id": %s, "kind": "none", "note": "\xb2\xbb\xd4\xda\xb2\xe1"}' % tokens,
        b'{"question_id": %s, "kind": "none", "persons": %s%s}' % (tokens, b"[" * 5000, b"]" * 5000),
        b'{"question_id": %s, "kind": "fou' % tokens,
        b'{"question_id": "the-answer-to-another-one", "kind": "none", "persons": []}',
    )
    return wrong[which % len(wrong)]


class Promises:
    """When a deferred question will be answered. After a restart it is deferred once more, which does no harm."""

    def __init__(self) -> None:
        self._due: OrderedDict[str, float] = OrderedDict()

    def wait_until(self, question_id: str, now: float, seconds: float) -> float | None:
        """The instant promised (seconds of the epoch) at the first asking; None once it has come."""
        due = self._due.setdefault(question_id, now + seconds)
        if len(self._due) > MOST_PROMISES:
            self._due.popitem(last=False)
        return due if now < due else None


def profiles(path: Path | None) -> dict[str, Profile]:
    """The profile of each department; healthy where the file says nothing. Raises BadProfile."""
    tables: dict[str, Any] = {}
    if path is not None:
        try:
            tables = tomllib.loads(path.read_text(encoding="utf-8-sig"))
        except OSError as error:
            raise BadProfile(f"{path.name} cannot be read: {error.strerror}") from None
        except UnicodeDecodeError:
            raise BadProfile(f"{path.name} is not UTF-8; save it as UTF-8") from None
        except ValueError as error:
            raise BadProfile(f"{path.name} is no TOML: {error}") from None
    if unknown := sorted(tables.keys() - DEPARTMENTS.keys()):
        raise BadProfile(f"[{unknown[0]}] is no department; there are {', '.join(DEPARTMENTS)}")
    return {name: _profile(name, tables.get(name, {})) for name in DEPARTMENTS}


def _profile(department: str, table: Any) -> Profile:
    names = {field.name for field in fields(Profile)}
    if not isinstance(table, dict) or (unknown := sorted(table.keys() - names)):
        what = f"{unknown[0]} is no key" if isinstance(table, dict) else "must be a table"
        raise BadProfile(f"[{department}] {what}; there are {', '.join(sorted(names))}")
    return Profile(**{key: _value(f"[{department}] {key}", key, value) for key, value in table.items()})


def _value(where: str, key: str, value: Any) -> Any:
    if key in ("outage", "dead"):
        if not isinstance(value, list):
            raise BadProfile(f"{where} must be a list of windows: [[from, to]]")
        return tuple(_window(where, window) for window in value)
    if key == "latency":
        shortest, longest = _window(where, value)
        if shortest < 0 or math.isinf(longest):
            raise BadProfile(f"{where} must be seconds from 0: [shortest, longest]")
        return shortest, longest
    if key == "batch":
        if not isinstance(value, bool):
            raise BadProfile(f"{where} must be true or false")
        return value
    most = math.inf if key == "deferred_seconds" else 1.0
    if not _is_number(value) or not 0 <= value <= most:
        raise BadProfile(f"{where} must be a number from 0" + ("" if most > 1 else " to 1, a share of the questions"))
    return float(value)


def _window(where: str, value: Any) -> Window:
    if not isinstance(value, list) or len(value) != 2 or not all(map(_is_number, value)) or not value[0] <= value[1]:
        raise BadProfile(f"{where}: two numbers of seconds, the smaller one first: [from, to]")
    return float(value[0]), float(value[1])


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and not math.isnan(value)


def _share(draw: int) -> float:
    """A 64-bit draw as a number from 0 to below 1."""
    return (draw >> 11) / 2**53
