"""The dice: thrown while the envelopes are sealed, called aloud, and typed at once by two people. Pure."""

from datetime import date

from allocation.ceremony.act import Act
from allocation.ceremony.posted import rules_of
from allocation.draw.reveal import need_dice, need_public
from contracts.case.case import NotAllowed
from contracts.draws import DrawRecord
from contracts.draws.draw import Draw, Stage
from contracts.draws.events import DiceThrown, DiceTyped
from contracts.local_time import SHANGHAI


def type_dice(
    draw: Draw, act: Act, dice: str, public: str, earliest: date | None, remark: str | None = None
) -> tuple[DrawRecord, ...]:
    """Takes what one person typed. Once a second person typed the same, the figures stand.

    Raises NotAllowed out of turn or too early, and DoesNotHold for figures that the rules do not allow.
    """
    if draw.thrown is not None and (draw.thrown.dice, draw.thrown.public) == (dice, public):
        return ()
    if draw.stage is not Stage.COMMITTED:
        raise NotAllowed(f"draw {draw.id} is {draw.stage}: dice are thrown after the manifest, before any envelope")
    if earliest is None or act.at.astimezone(SHANGHAI).date() < earliest:
        raise NotAllowed(f"the manifest has to be posted first: the draw is held on {earliest} at the earliest")
    need_dice(rules_of(draw), dice)
    need_public(rules_of(draw), public)
    last = draw.typed[-1] if draw.typed else None
    agree = last is not None and (last.dice, last.public) == (dice, public)
    if agree and last is not None and last.by == act.by:
        raise NotAllowed("you typed these figures already: a second person types them, too")
    n = len(draw.typed) + 1
    typed = DiceTyped(**act.where, n=n, dice=dice, public=public, remark=remark, by=act.by)
    if not agree or last is None:
        return (typed,)
    return typed, DiceThrown(**act.where, dice=dice, public=public, by=(last.by, act.by))
