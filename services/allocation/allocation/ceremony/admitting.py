"""A family that the list left out wrongly: its place by its ticket, after the result. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from allocation.ceremony.act import Act
from allocation.ceremony.entrants import entrant_of
from allocation.ceremony.posted import on_the_list, rules_of
from allocation.ceremony.results import FATES, in_no_other
from allocation.draw.hashes import ticket
from allocation.draw.selection import in_order, select
from chassis.log.aggregate import CASES
from contracts.case.case import NotAllowed, Recorded
from contracts.draws import DrawRecord
from contracts.draws.draw import Draw
from contracts.draws.events import Entrant, EntrantAdmitted
from contracts.events import DepositPaid, Event, PoolConfirmed


@dataclass(frozen=True)
class Standing:
    """A family as the log has it: its line, and at which sequences it was confirmed and paid; 0 for never."""

    application: str
    entrant: Entrant | None
    confirmed: int
    paid: int


def standing_of(application: str, history: Sequence[Recorded[Event]], project: str, key: bytes) -> Standing:
    case = CASES.fold(application, history).state
    entrant = entrant_of(case, project, key) if in_no_other(case) else None
    confirmed, paid = (
        max((item.sequence for item in history if isinstance(item.event, kind)), default=0)
        for kind in (PoolConfirmed, DepositPaid)
    )
    return Standing(application, entrant, confirmed, paid)


def admit(draw: Draw, act: Act, stands: Standing, reason: str, over: bool = False) -> tuple[DrawRecord, ...]:
    """Gives it the place that it would have; nobody else's changes. Again, nothing.

    Raises NotAllowed unless it stood confirmed, its deposit paid, in the log before the list was frozen.
    """
    if any(one.entrant.application == stands.application for one in draw.admitted):
        return ()
    if over:
        raise NotAllowed("nobody is called any more from this draw")
    entrant = _need_left_out(draw, stands)
    fate, place, number = _place(draw, entrant)
    n = len(draw.admitted) + 1
    found = {"entrant": entrant, "ticket": number, "fate": fate, "place": place}
    since = {"confirmed": stands.confirmed, "paid": stands.paid}
    said = {**act.where, **found, **since, "n": n, "reason": reason, "by": act.by}
    return (EntrantAdmitted.model_validate(said),)


def _need_left_out(draw: Draw, stands: Standing) -> Entrant:
    if draw.published is None:
        raise NotAllowed(f"draw {draw.id} is {draw.stage}: whoever was left out is admitted after the result")
    if draw.held is None:
        raise NotAllowed("the notary's own software drew: there is no seed, and so no ticket")
    if any(one.application == stands.application for one in draw.entrants):
        raise NotAllowed("the family stands in the list")
    if stands.entrant is None:
        raise NotAllowed("the family does not stand confirmed with its deposit for this project paid")
    if not 0 < stands.confirmed < draw.frozen_at:
        raise NotAllowed("it was not confirmed in the pool before the list was frozen")
    if not 0 < stands.paid < draw.frozen_at:
        raise NotAllowed("its deposit was not in the log before the list was frozen")
    if stands.entrant.pool not in {pool.name for pool in rules_of(draw).pools}:
        raise NotAllowed(f"it paid for pool {stands.entrant.pool}, which the rules do not have")
    return stands.entrant


def _place(draw: Draw, entrant: Entrant) -> tuple[str, int, str]:
    """Beside the list alone: of two who are admitted, it decides nothing who came first."""
    assert draw.held is not None
    pool = next(pool for pool in rules_of(draw).pools if pool.name == entrant.pool)
    members = [one for one in draw.entrants if one.pool == pool.name]
    found = select(pool, in_order(draw.held.seed, pool.name, on_the_list((*members, entrant))))
    place = found.place_of(entrant.number)
    assert place is not None
    return FATES[place[0]], place[1], ticket(draw.held.seed, pool.name, entrant.number)
