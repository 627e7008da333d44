"""What is decided about as a whole: cases, the register of keys, and whatever comes to have a stream of its own. Pure.

An aggregate's events stand under `<prefix>.<id>.>`, each on a subject of its own; folded in the order of the log they
are its state. Whoever decides about it appends by compare-and-set on the whole stream (chassis/log/journal.py).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Generic, TypeVar

from chassis.log.stored import Stored, read_record
from contracts.case.case import Case, Recorded
from contracts.case.fold import evolve
from contracts.events import EVENTS
from contracts.events.registry import Registry, Writable

S = TypeVar("S")
E = TypeVar("E", bound=Writable)


@dataclass(frozen=True)
class Versioned(Generic[S]):
    """The state of one stream, and the sequence of the newest event in it, 0 for none: what a write rests on."""

    id: str
    state: S
    sequence: int = 0


@dataclass(frozen=True)
class Aggregate(Generic[S, E]):
    """How the streams of one kind begin, what each event makes of them, and how their events are read and written."""

    registry: Registry[E]
    initial: Callable[[str], S]
    evolve: Callable[[S, Recorded[E]], S]

    def stream(self, id: str) -> str:
        """What the subjects of all its events begin with."""
        return f"{self.registry.prefix}.{id}"

    def recorded(self, stored: Stored) -> Recorded[E]:
        """Raises Unreadable."""
        return read_record(self.registry, stored)

    def fold(self, id: str, history: Iterable[Recorded[E]]) -> Versioned[S]:
        return self.after(Versioned(id, self.initial(id)), sorted(history, key=lambda recorded: recorded.sequence))

    def after(self, known: Versioned[S], items: Iterable[Recorded[E]]) -> Versioned[S]:
        """What follows, in order. Raises what `evolve` raises for an event that may not follow."""
        state, sequence = known.state, known.sequence
        for item in items:
            state, sequence = self.evolve(state, item), item.sequence
        return Versioned(known.id, state, sequence)


CASES = Aggregate(EVENTS, Case, evolve)
