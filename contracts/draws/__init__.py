"""One draw of a project: what happens in its ceremony, in the order it happens."""

from typing import TypeAlias, get_args

from contracts.draws.events import (
    DiceThrown,
    DiceTyped,
    DrawAnnounced,
    DrawHeld,
    DrawVoid,
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
from contracts.events.registry import Registry

DrawRecord: TypeAlias = (
    DrawAnnounced
    | EntrantsListed
    | EntrantsFrozen
    | PartyCommitted
    | ManifestPosted
    | DiceTyped
    | DiceThrown
    | EnvelopeOpened
    | DrawHeld
    | ResultVerified
    | ResultImported
    | ResultPublished
    | EntrantAdmitted
    | DrawVoid
)
"""Every event of a draw, in the order of the ceremony."""
CEREMONY: tuple[type[DrawRecord], ...] = get_args(DrawRecord)
DRAW_EVENTS: Registry[DrawRecord] = Registry("draw.{project}.{serial}", CEREMONY)
