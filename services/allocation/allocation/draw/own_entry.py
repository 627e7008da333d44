"""What one family is told of a draw: its ticket and place, and the line by which any machine finds the ticket."""

import shlex
from dataclasses import dataclass

from allocation.draw.hashes import ticket, ticket_lines
from allocation.draw.hold import Draw


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
        OwnEntry(pool, ticket(draw.seed, pool, application), *place, sha256sum(draw.seed, pool, application))
        for pool, place in places
        if place is not None
    ]


def sha256sum(seed: str, pool: str, application: str) -> str:
    """Quoted: whoever pastes it runs nothing that a file of somebody else says."""
    lines = " ".join(map(shlex.quote, ticket_lines(seed, pool, application)))
    return f"printf '%s\\n' {lines} | sha256sum"
