"""Cases of recorded releases as they stood in each state they went through: no inventions of a test."""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from contracts.case.case import Case, Recorded
from contracts.case.fold import evolve
from contracts.case.states import State
from tests.golden.reading import events_of, histories
from tests.golden.recordings import recordings


@dataclass(frozen=True)
class Moment:
    """One case up to where it came into a state, or to its end."""

    number: str
    state: State
    history: tuple[Recorded, ...]
    case: Case


@cache
def moments() -> tuple[Moment, ...]:
    """Of every case of every recording, each state and the end."""
    return tuple(
        moment
        for recording in recordings()
        for number, records in histories(recording.records).items()
        for moment in _of(number, tuple(events_of(records)))
    )


def in_state(state: State) -> Moment:
    """The longest story that stands there."""
    return max((it for it in moments() if it.state is state), key=lambda it: len(it.history))


def _of(number: str, history: tuple[Recorded, ...]) -> Iterator[Moment]:
    case = Case(number)
    for n, item in enumerate(history, start=1):
        before, case = case.state, evolve(case, item)
        assert case.state is not None
        if case.state is not before or n == len(history):
            yield Moment(number, case.state, history[:n], case)
