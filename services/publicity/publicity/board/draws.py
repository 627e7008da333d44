"""Draws as the board shows them: how far each is, what is posted of it with its SHA-256, and where it stands.

Read without the lists: of a draw of thousands a line needs the hash of its list alone.
"""

import hashlib
import time
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from chassis.errors import Stale, Unavailable
from chassis.log.history import History
from contracts.draws import DRAW_EVENTS, DrawRecord
from contracts.draws.draw import BECOMES, Stage
from contracts.draws.events import (
    DrawAnnounced,
    DrawHeld,
    DrawVoid,
    EntrantsFrozen,
    ManifestPosted,
    ResultImported,
    ResultPublished,
)
from evidence.streams import DRAWS

FRESH = 5.0


@dataclass(frozen=True)
class PostedDraw:
    """One draw, without who is in it."""

    project: str
    serial: str
    held_at: datetime
    place: str
    checker: str
    stage: Stage = Stage.ANNOUNCED
    files: dict[str, str] = field(default_factory=dict)
    """What is posted by now: its SHA-256, by name."""
    void: str | None = None
    software: str | None = None
    """The notary's own, if it drew: such a result cannot be made again."""


def posted_draws(records: Iterable[DrawRecord]) -> tuple[PostedDraw, ...]:
    """From records in the order of the log; the draw that was announced last comes first."""
    found: dict[tuple[str, str], list[DrawRecord]] = {}
    for record in records:
        found.setdefault((record.project, record.serial), []).append(record)
    draws = [_draw(happened) for happened in found.values()]
    return tuple(reversed([draw for draw in draws if draw is not None]))


def _draw(happened: list[DrawRecord]) -> PostedDraw | None:
    announced = happened[0]
    if not isinstance(announced, DrawAnnounced):
        return None
    return PostedDraw(
        announced.project,
        announced.serial,
        announced.held_at,
        announced.place,
        announced.checker,
        next(BECOMES[type(record)] for record in reversed(happened) if type(record) in BECOMES),
        dict(file for record in happened for file in _files(record)),
        next((record.reason for record in happened if isinstance(record, DrawVoid)), None),
        next((record.software for record in happened if isinstance(record, ResultImported)), None),
    )


def _files(record: DrawRecord) -> tuple[tuple[str, str], ...]:
    match record:
        case DrawAnnounced():
            return (("rules.json", _sha256(record.rules)),)
        case EntrantsFrozen():
            return (("entrants.csv", record.entrants),)
        case ManifestPosted():
            return (("manifest.json", _sha256(record.manifest)),)
        case DrawHeld():
            return (("reveal.json", _sha256(record.reveal)),)
        case ResultImported():
            return (("notary-software.txt", _sha256(record.file)),)
        case ResultPublished():
            return (("result.json", record.result),)
    return ()


def _sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


@dataclass
class DrawsOfTheLog:
    """Read again at most every five seconds; what was read last while the bus is away."""

    history: History
    _known: tuple[PostedDraw, ...] | None = None
    _until: float = 0.0

    async def look(self) -> tuple[PostedDraw, ...]:
        """Raises Unavailable if they were never read and cannot be now."""
        if self._known is not None and time.monotonic() < self._until:
            return self._known
        try:
            stored = await self.history.under(*map(DRAW_EVENTS.subjects_of, (*BECOMES, ResultImported)))
        except (Unavailable, Stale):
            if self._known is None:
                raise
            return self._known
        ordered = sorted(stored, key=lambda one: one.sequence)
        self._known = posted_draws(DRAWS.recorded(one).event for one in ordered)
        self._until = time.monotonic() + FRESH
        return self._known
