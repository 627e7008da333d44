"""What a draw means for each family: that it is in the list, and later its place. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from allocation.ceremony.posted import result_of, reveal_of
from allocation.draw.hashes import ticket
from contracts.case.case import Case
from contracts.case.fold import allows
from contracts.draws.draw import Draw
from contracts.draws.events import Entrant
from contracts.events import DrawResult, EnteredInDraw, Event
from contracts.events.allocation import Fate

FATES: dict[str, Fate] = {"drawn": "drawn", "substitutes": "substitute", "others": "not_drawn"}


@dataclass(frozen=True)
class Place:
    """Where one family stands."""

    fate: Fate
    place: int
    ticket: str
    seed: str


def entered(case: Case, now: datetime, draw: Draw, entrant: Entrant) -> tuple[Event, ...]:
    """The family is told its own line; once a draw, and not if it withdrew meanwhile."""
    assert draw.frozen is not None
    known = case.allocation.entry
    if not allows(case, EnteredInDraw) or (known is not None and _same(known, draw)):
        return ()
    project, _, serial = draw.id.partition(".")
    return (
        EnteredInDraw(
            application=case.application,
            at=now,
            n=case.allocation.next(EnteredInDraw),
            project=project,
            serial=serial,
            number=entrant.number,
            pool=entrant.pool,
            group=entrant.group,
            entrants=draw.frozen.entrants,
        ),
    )


def placed(case: Case, now: datetime, draw: Draw, place: Place) -> tuple[Event, ...]:
    """The family's place; nothing for one that has left meanwhile, or stands in another draw."""
    known = case.allocation.entry
    if known is None or not _same(known, draw) or not allows(case, DrawResult):
        return ()
    n = case.allocation.next(DrawResult)
    return (
        DrawResult(
            application=case.application,
            at=now,
            n=n,
            fate=place.fate,
            place=place.place,
            ticket=place.ticket,
            seed=place.seed,
        ),
    )


def places_of(draw: Draw) -> dict[str, Place]:
    """Everybody's place, by application: only the log joins a draw number to one."""
    applications = {entrant.number: entrant.application for entrant in draw.entrants}
    return {applications[number]: place for number, place in _by_number(draw)}


def _by_number(draw: Draw) -> Iterator[tuple[str, Place]]:
    result = result_of(draw, reveal_of(draw, draw.secrets))
    for pool, lists in result.pools.items():
        for name, numbers in lists.lists().items():
            for n, number in enumerate(numbers, 1):
                yield number, Place(FATES[name], n, ticket(result.seed, pool, number), result.seed)


def _same(entry: EnteredInDraw, draw: Draw) -> bool:
    return f"{entry.project}.{entry.serial}" == draw.id
