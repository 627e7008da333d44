"""What a draw means for each family: that it is in the list, and later its place. Pure."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from allocation.ceremony.posted import result_now
from allocation.draw.hashes import sha256, ticket
from contracts.case.case import Case
from contracts.case.fold import allows
from contracts.case.states import State
from contracts.draws.draw import Draw
from contracts.draws.events import Entrant, EntrantAdmitted
from contracts.events import DrawResult, DrawScheduled, DrawVoided, EnteredInDraw, Event
from contracts.events.allocation import Fate

FATES: dict[str, Fate] = {"drawn": "drawn", "substitutes": "substitute", "others": "not_drawn"}


@dataclass(frozen=True)
class Place:
    """Where one family stands."""

    fate: Fate
    place: int
    ticket: str | None
    seed: str | None
    """None of what the notary's own software drew."""
    admitted: int = 0
    """Which of those that were admitted after the result; 0 for the list."""

    @property
    def late(self) -> str | None:
        """Its ticket, if it was admitted after the result."""
        return self.ticket if self.admitted else None


def entered(case: Case, now: datetime, draw: Draw, entrant: Entrant) -> tuple[Event, ...]:
    """The family is told its own line, and when and where the draw is held; once, and not if it withdrew meanwhile."""
    assert draw.announced is not None
    assert draw.frozen is not None
    known, says = case.allocation.entry, draw.announced
    if not _may_enter(case, draw) or (known is not None and _same(known, draw)):
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
        DrawScheduled(
            application=case.application,
            at=now,
            n=case.allocation.next(DrawScheduled),
            project=project,
            serial=serial,
            held_at=says.held_at,
            place=says.place,
            rules=sha256(says.rules.encode()),
            checker=says.checker,
        ),
    )


def in_no_other(case: Case) -> bool:
    """Whether it waits in no draw; one that is void holds nobody."""
    return case.state is not State.IN_DRAW or case.allocation.voided is not None


def is_told_soon(case: Case, draw: Draw) -> bool:
    """Whether an admission to this draw is still to be carried to the case."""
    entry = case.allocation.entry
    return _may_enter(case, draw) and in_no_other(case) and not (entry and _same(entry, draw))


def admitted(case: Case, now: datetime, draw: Draw, admission: EntrantAdmitted) -> tuple[Event, ...]:
    """Line and place at once; nothing for a family that has left meanwhile, or has them already."""
    assert draw.frozen is not None
    assert draw.held is not None
    known, one = case.allocation, admission
    if not is_told_soon(case, draw):
        return ()
    who = {"application": case.application, "at": now}
    line = one.entrant.model_dump(include={"number", "pool", "group"})
    of = {"project": one.project, "serial": one.serial, "entrants": draw.frozen.entrants, "admitted": one.reason}
    place = {"fate": one.fate, "place": one.place, "ticket": one.ticket, "seed": draw.held.seed}
    return (
        EnteredInDraw.model_validate({**who, **line, **of, "n": known.next(EnteredInDraw)}),
        DrawResult.model_validate({**who, **place, "n": known.next(DrawResult)}),
    )


def voided(case: Case, now: datetime, draw: Draw) -> tuple[Event, ...]:
    """Told, and moved nowhere: whoever stood in a draw that is void stands in the next one, its deposit still held."""
    known = case.allocation
    if draw.void is None or known.entry is None or not _same(known.entry, draw) or known.voided is not None:
        return ()
    if not allows(case, DrawVoided):
        return ()
    project, _, serial = draw.id.partition(".")
    n, reason = known.next(DrawVoided), draw.void.reason
    return (DrawVoided(application=case.application, at=now, n=n, project=project, serial=serial, reason=reason),)


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
    later = {
        one.entrant.application: Place(one.fate, one.place, one.ticket, draw.held.seed if draw.held else None, one.n)
        for one in draw.admitted
    }
    return {applications[number]: place for number, place in _by_number(draw)} | later


def _by_number(draw: Draw) -> Iterator[tuple[str, Place]]:
    result, again = result_now(draw), draw.imported is None
    for pool, lists in result.pools.items():
        for name, numbers in lists.lists().items():
            for n, number in enumerate(numbers, 1):
                made = (ticket(result.seed, pool, number), result.seed) if again else (None, None)
                yield number, Place(FATES[name], n, *made)


def _may_enter(case: Case, draw: Draw) -> bool:
    """Not with a deposit that was paid for another project since."""
    asked = case.allocation.asked
    return allows(case, EnteredInDraw) and asked is not None and asked.project == draw.id.partition(".")[0]


def _same(entry: EnteredInDraw, draw: Draw) -> bool:
    return f"{entry.project}.{entry.serial}" == draw.id
