"""Where the time of an application goes between POST and determination, by the log's own instants. Pure.

An event says when it happened, its record when the server stored it: the one less the other is mostly the wait for a
batch and the disk; what lies between two records is asking, deciding and the way over the bus.
"""

from collections.abc import Iterable, Mapping
from itertools import pairwise

from chassis.log.stored import Stored
from contracts.events import ApplicationAccepted, DepartmentAnswered, DeterminationMade
from lianshen.bench.fleet import percentile

STEPS = {
    "reached": "POST until intake has it",
    "opened": "bans asked about, case on the disk",
    "asked": "until the last answer is heard",
    "answered": "until that is on the disk",
    "decided": "until the determination is made",
    "determined": "until that is on the disk",
}
"""In their order, each with what it ends with."""


def steps_of(sent: float, records: Iterable[Stored]) -> dict[str, float] | None:
    """Seconds of each step of one case that was sent at this time (UNIX); None for one of another life."""
    kinds: dict[str, list[Stored]] = {}
    for stored in records:
        kinds.setdefault(stored.headers.get("ce-type", ""), []).append(stored)
    opened, made = (kinds.get(kind.__name__, []) for kind in (ApplicationAccepted, DeterminationMade))
    answers = kinds.get(DepartmentAnswered.__name__, [])
    if not answers or len(opened) != 1 or len(made) != 1:
        return None
    last = max(answers, key=lambda answer: answer.at)
    instants = [moment.timestamp() for one in (opened[0], last, made[0]) for moment in (one.happened_at, one.at)]
    return {step: after - before for step, (before, after) in zip(STEPS, pairwise([sent, *instants]), strict=True)}


def medians(found: Iterable[Mapping[str, float]]) -> dict[str, float]:
    """Of every step, in milliseconds."""
    each = list(found)
    return {step: round(percentile([one[step] for one in each], 0.5) * 1000, 1) for step in STEPS} if each else {}
