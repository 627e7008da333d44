"""How far a draw is, folded from its events; what may follow is held here, so that no step is done twice. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum
from typing import assert_never

from contracts.case.case import NotAllowed, Recorded
from contracts.draws import DrawRecord
from contracts.draws.events import (
    DiceThrown,
    DiceTyped,
    DrawAnnounced,
    DrawHeld,
    DrawVoid,
    Entrant,
    EntrantAdmitted,
    EntrantsFrozen,
    EntrantsListed,
    EnvelopeOpened,
    ManifestPosted,
    PartyCommitted,
    ResultImported,
    ResultPublished,
    ResultVerified,
)


class Stage(StrEnum):
    """How far a draw is."""

    NONE = "none"
    ANNOUNCED = "announced"
    FROZEN = "frozen"
    COMMITTED = "committed"
    THROWN = "thrown"
    HELD = "held"
    VERIFIED = "verified"
    PUBLISHED = "published"
    VOID = "void"


S = Stage
FOLLOWS: dict[type[DrawRecord], frozenset[Stage]] = {
    DrawAnnounced: frozenset({S.NONE}),
    EntrantsListed: frozenset({S.ANNOUNCED}),
    EntrantsFrozen: frozenset({S.ANNOUNCED}),
    PartyCommitted: frozenset({S.FROZEN}),
    ManifestPosted: frozenset({S.FROZEN}),
    DiceTyped: frozenset({S.COMMITTED}),
    DiceThrown: frozenset({S.COMMITTED}),
    EnvelopeOpened: frozenset({S.THROWN}),
    DrawHeld: frozenset({S.THROWN}),
    ResultVerified: frozenset({S.HELD}),
    ResultImported: frozenset({S.FROZEN, S.COMMITTED}),
    ResultPublished: frozenset({S.VERIFIED, S.FROZEN, S.COMMITTED}),
    EntrantAdmitted: frozenset({S.PUBLISHED}),
    DrawVoid: frozenset(S) - {S.NONE, S.PUBLISHED, S.VOID},
}
BECOMES: dict[type[DrawRecord], Stage] = {
    DrawAnnounced: S.ANNOUNCED,
    EntrantsFrozen: S.FROZEN,
    ManifestPosted: S.COMMITTED,
    DiceThrown: S.THROWN,
    DrawHeld: S.HELD,
    ResultVerified: S.VERIFIED,
    ResultPublished: S.PUBLISHED,
    DrawVoid: S.VOID,
}


@dataclass(frozen=True)
class Draw:
    """One draw. `Draw(id)` is one that nobody announced."""

    id: str
    """`<project>.<serial>`."""
    stage: Stage = S.NONE
    announced: DrawAnnounced | None = None
    entrants: tuple[Entrant, ...] = ()
    frozen: EntrantsFrozen | None = None
    frozen_at: int = 0
    """The sequence of the freeze: whoever is admitted later stood in the log before it."""
    commitments: Mapping[str, str] = field(default_factory=dict)
    manifest: ManifestPosted | None = None
    typed: tuple[DiceTyped, ...] = ()
    thrown: DiceThrown | None = None
    secrets: Mapping[str, str] = field(default_factory=dict)
    held: DrawHeld | None = None
    verified: ResultVerified | None = None
    imported: ResultImported | None = None
    """Of the notary's own software; such a result cannot be made again."""
    published: ResultPublished | None = None
    admitted: tuple[EntrantAdmitted, ...] = ()
    """In no file: the list stays as it was frozen."""
    void: DrawVoid | None = None
    stage_since: datetime | None = None

    @property
    def families(self) -> tuple[Entrant, ...]:
        """Whoever has a place in it: the list, and who was admitted after the result."""
        return (*self.entrants, *(one.entrant for one in self.admitted))

    @property
    def differs_at(self) -> int | None:
        """The first figure, from 1, in which the two that were typed last differ; None where they agree."""
        if len(self.typed) < 2 or self.thrown is not None:
            return None
        pairs = zip(self.typed[-2].dice, self.typed[-1].dice, strict=False)
        return next((n for n, (one, other) in enumerate(pairs, 1) if one != other), None)


def evolve(draw: Draw, recorded: Recorded[DrawRecord]) -> Draw:
    """The draw after one more event. Raises NotAllowed if the ceremony has no such step now."""
    event = recorded.event
    if draw.stage not in FOLLOWS[type(event)]:
        raise NotAllowed(f"{type(event).__name__} does not follow in a draw that is {draw.stage}")
    if isinstance(event, ResultPublished) and draw.verified is None and draw.imported is None:
        raise NotAllowed(f"a result of draw {draw.id} is published once it was verified, or imported")
    stage = BECOMES.get(type(event), draw.stage)
    if stage is not draw.stage:
        draw = replace(draw, stage=stage, stage_since=event.at)
    if isinstance(event, EntrantsFrozen):
        draw = replace(draw, frozen_at=recorded.sequence)
    return _changed(draw, event)


def _changed(draw: Draw, event: DrawRecord) -> Draw:
    match event:
        case DrawAnnounced():
            return replace(draw, announced=event)
        case EntrantsListed():
            return replace(draw, entrants=(*draw.entrants, *event.lines))
        case EntrantsFrozen():
            return replace(draw, frozen=event)
        case PartyCommitted():
            return replace(draw, commitments={**draw.commitments, event.party: event.commitment})
        case ManifestPosted():
            return replace(draw, manifest=event)
        case DiceTyped():
            return replace(draw, typed=(*draw.typed, event))
        case DiceThrown():
            return replace(draw, thrown=event)
        case EnvelopeOpened():
            return replace(draw, secrets={**draw.secrets, event.party: event.secret})
        case DrawHeld():
            return replace(draw, held=event)
        case ResultVerified():
            return replace(draw, verified=event)
        case ResultImported():
            return replace(draw, imported=event)
        case ResultPublished():
            return replace(draw, published=event)
        case EntrantAdmitted():
            return replace(draw, admitted=(*draw.admitted, event))
        case DrawVoid():
            return replace(draw, void=event)
    assert_never(event)
