"""What one family is told of a draw: its ticket and place, and the line by which any machine finds the ticket."""

from dataclasses import dataclass

from allocation.draw.hashes import ticket
from allocation.draw.hold import Draw
from contracts.draws.check_line import ticket_line


@dataclass(frozen=True)
class OwnEntry:
    """One pool's; a family may stand in several."""

    pool: str
    ticket: str
    list_name: str
    """drawn, substitutes or others."""
    place: int
    """On that list, from 1."""
    of: int
    command: str
    """Prints the ticket in any shell that has sha256sum."""


def entries_of(draw: Draw, application: str) -> list[OwnEntry]:
    """None at all if that number is not in the draw."""
    places = ((pool, result.place_of(application)) for pool, result in draw.pools.items())
    return [
        OwnEntry(pool, ticket(draw.seed, pool, application), *place, ticket_line(draw.seed, pool, application))
        for pool, place in places
        if place is not None
    ]
