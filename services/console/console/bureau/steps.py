"""How far a draw is, which step comes next, and on what ground it may be declared void now. Pure."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from contracts.draws import DrawRecord
from contracts.draws.draw import FOLLOWS, Draw, Stage
from contracts.draws.events import (
    DiceTyped,
    DrawVoid,
    EntrantAdmitted,
    EntrantsFrozen,
    EnvelopeOpened,
    ManifestPosted,
    PartyCommitted,
    ResultPublished,
    ResultVerified,
)
from procedures.deadlines import first_day_of_draw
from procedures.hainan_2025.policy import POLICY
from procedures.working_days import Calendar

STEPS: Mapping[str, type[DrawRecord]] = {
    "freeze": EntrantsFrozen,
    "commit": PartyCommitted,
    "manifest": ManifestPosted,
    "dice": DiceTyped,
    "open": EnvelopeOpened,
    "verify": ResultVerified,
    "publish": ResultPublished,
    "admit": EntrantAdmitted,
    "void": DrawVoid,
}
"""Each act of a ceremony, in order, by the verb of its command, with what it writes."""
BEFORE, MISFIT, MISSING, DIFFERS = "before the envelopes", "not committed", "envelope missing", "file differs"


@dataclass(frozen=True)
class Passed:
    """A stage of the list on the screen: when and by whom it was reached; neither while it is to come."""

    stage: Stage
    at: datetime | None = None
    by: str = ""


def passed(draw: Draw) -> tuple[Passed, ...]:
    """Every stage in order."""
    reached: Mapping[Stage, Any] = {
        Stage.ANNOUNCED: draw.announced,
        Stage.FROZEN: draw.frozen,
        Stage.COMMITTED: draw.manifest,
        Stage.THROWN: draw.thrown,
        Stage.HELD: draw.held,
        Stage.VERIFIED: draw.verified,
        Stage.PUBLISHED: draw.published,
    }
    return tuple(Passed(stage, it.at, _by(it)) if it else Passed(stage) for stage, it in reached.items())


def _by(event: Any) -> str:
    by = getattr(event, "by", "")
    return by if isinstance(by, str) else "、".join(by)


def uncommitted(draw: Draw, rules: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(party for party in rules["parties"] if party not in draw.commitments)


def sealed(draw: Draw, rules: Mapping[str, Any]) -> tuple[str, ...]:
    return tuple(party for party in rules["parties"] if party not in draw.secrets)


def possible(draw: Draw, rules: Mapping[str, Any]) -> tuple[str, ...]:
    """The steps that the ceremony has now."""
    left = bool(uncommitted(draw, rules))
    # A result of the notary's own software is published as it is imported; any other one is verified first.
    without = {"commit": not left, "manifest": left, "publish": draw.verified is None, "void": not grounds(draw)}
    # What the notary's own software drew has no ticket, by which anybody could be admitted.
    without["admit"] = draw.held is None
    return tuple(verb for verb, kind in STEPS.items() if draw.stage in FOLLOWS[kind] and not without.get(verb, False))


def grounds(draw: Draw) -> tuple[str, ...]:
    """From the first open envelope on nothing but a failed hash or commitment voids a draw."""
    if draw.stage in (Stage.NONE, Stage.PUBLISHED, Stage.VOID):
        return ()
    if draw.held is not None:
        return (DIFFERS,)
    envelopes = (MISFIT, MISSING) if draw.stage is Stage.THROWN else ()
    return envelopes if draw.secrets else (BEFORE, *envelopes)


def earliest(draw: Draw, calendar: Calendar) -> date | None:
    """The first day on which the dice may be thrown; None before the manifest is posted."""
    posted = draw.manifest.at if draw.manifest else None
    return first_day_of_draw(calendar, POLICY, posted) if posted else None


def typed_by(draw: Draw) -> str | None:
    """Who typed the dice last, while another one has to type the same."""
    return draw.typed[-1].by if draw.typed and draw.thrown is None else None
