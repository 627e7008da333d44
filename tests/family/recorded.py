"""Cases of recorded releases as they stood in each state they went through, and from the pool on by the examples."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from functools import cache

from contracts.case.case import Case, Recorded
from contracts.case.fold import evolve
from contracts.case.states import State
from tests.contracts.examples_after_pool import SINCE_POOL
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
    """Of every case of every recording, each state and the end; one that came into the pool goes on."""
    recorded = tuple(
        moment
        for recording in recordings()
        for number, records in histories(recording.records).items()
        for moment in _of(number, tuple(events_of(records)))
    )
    pooled = next(moment for moment in recorded if moment.state is State.POOL_CONFIRMED)
    return (*recorded, *_since(pooled))


def _since(pooled: Moment) -> Iterator[Moment]:
    """What no release has recorded yet: the same case in every situation after the pool."""
    newest = pooled.history[-1]
    for _, since in SINCE_POOL.values():
        told = (event.model_copy(update={"application": pooled.number, "at": newest.event.at}) for event in since)
        later = (
            replace(newest, sequence=newest.sequence + n, event=event, event_id=f"later-{n}")
            for n, event in enumerate(told, start=1)
        )
        *_, last = _of(pooled.number, (*pooled.history, *later))
        yield last


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
