"""What is read of a long case for its page: all that moved it, and of what moves nobody the newest. Pure.

A case may have hundreds of notices and reminders; whatever else it has comes by rounds, of which there are few.
"""

from collections.abc import Iterator, Sequence

from console.projection.cases import EventRow
from console.trace.turns import MOVES_NOBODY
from contracts.events import EVENTS

UNMOVED = {kind.__name__: kind for kind in MOVES_NOBODY}
MOVES = tuple(kind for name, kind in EVENTS.by_name.items() if name not in UNMOVED)


def tails(newest: Sequence[EventRow]) -> Iterator[str]:
    """Where in the case these stand, and everything that moved it."""
    for moves in MOVES:
        yield EVENTS.subjects_of(moves).split(".", 2)[2]
    for row in newest:
        if kind := UNMOVED.get(row.kind):
            # Its words are the tokens of its subject.
            yield ".".join((kind.tail.partition(".")[0], *row.about.split()))
