"""What a drill showed, from its ledger and the log: how long intake was silent, how long cases waited. Pure."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

BEGINS_WITHIN = 10.0
"""Seconds after a fault in which a silence has to begin to count as its own: later ones are the machine's."""


@dataclass
class Fault:
    """One fault: what was done to whom, when, and when the port of a server that had ended took connections again."""

    what: str
    at: float
    serves_at: float | None = None


@dataclass(frozen=True)
class Stall:
    """What a fault did to the kiosks: the longest time without a receipt that it met, or that began soon after it."""

    fault: Fault
    since: float
    until: float

    @property
    def seconds(self) -> float:
        return self.until - self.since

    @property
    def after_it_serves(self) -> float:
        """Seconds of silence beyond the instant at which the server was there again."""
        return max(0.0, self.until - max(self.since, self.fault.serves_at or self.since))


@dataclass(frozen=True)
class Bars:
    """How long may be: the kiosks' silence, and a case beyond the stalls it met."""

    silent: float
    beyond: float = 15.0
    after_it_serves: bool = False
    """Whether the silence is counted from the server's return: one node alone is away while it starts."""
    answered: float = 10.0
    """How long a kiosk may wait for an answer, if only that it has to come back."""


@dataclass(frozen=True)
class Figures:
    """Of one drill."""

    cases: int
    lost: int
    not_once: int
    """Acknowledged, and not determined exactly once."""
    stalls: tuple[Stall, ...]
    waits: Mapping[str, float]
    """Of each case: the seconds from its receipt to its determination, beyond the stalls that it met."""
    ended: int
    """Processes of ours that ended by themselves."""
    audit: tuple[str, ...]
    slowest: float = 0.0
    """Seconds that a kiosk waited for any answer: a receipt, or to come back."""
    notes: tuple[str, ...] = field(default=())

    @property
    def longest_wait(self) -> float:
        return max(self.waits.values(), default=0.0)

    def broken(self, bars: Bars) -> list[str]:
        """What does not hold, in words."""
        found = [f"audit: {what}" for what in self.audit]
        found += [f"{self.lost} acknowledged were lost"] if self.lost else []
        found += [f"{self.not_once} were not determined exactly once"] if self.not_once else []
        found += [f"{self.ended} processes of ours ended"] if self.ended else []
        if self.slowest > bars.answered:
            found.append(f"a kiosk waited {self.slowest:.1f} s for an answer, more than {bars.answered:.0f}")
        for stall in self.stalls:
            silent = stall.after_it_serves if bars.after_it_serves else stall.seconds
            if silent > bars.silent:
                found.append(f"{stall.fault.what}: intake was silent for {silent:.1f} s, more than {bars.silent:.0f}")
        late = [wait for wait in self.waits.values() if wait > bars.beyond]
        if late:
            found.append(f"{len(late)} cases took over {bars.beyond:.0f} s beyond their stalls, one {max(late):.1f}")
        return found


def stalls(faults: Sequence[Fault], receipts: Sequence[float]) -> tuple[Stall, ...]:
    """Of each fault the longest silence between two receipts that it met or brought; the last receipt ends them."""
    gaps = list(itertools.pairwise(sorted(receipts)))
    found = []
    for n, fault in enumerate(faults):
        end = min(fault.at + BEGINS_WITHIN, faults[n + 1].at if n + 1 < len(faults) else float("inf"))
        met = [Stall(fault, max(early, fault.at), late) for early, late in gaps if late > fault.at and early < end]
        if met:
            found.append(max(met, key=lambda stall: stall.seconds))
    return tuple(found)


def waits(received: Mapping[str, float], determined: Mapping[str, float], met: Sequence[Stall]) -> dict[str, float]:
    """Seconds of each case from receipt to determination, without the stalls it met; these are merged first."""
    windows = _merged([(stall.since, stall.until) for stall in met])
    found = {}
    for number, at in received.items():
        if number in determined:
            end = determined[number]
            stalled = sum(max(0.0, min(end, late) - max(at, early)) for early, late in windows)
            found[number] = max(0.0, end - at - stalled)
    return found


def _merged(windows: Sequence[tuple[float, float]]) -> list[tuple[float, float]]:
    merged: list[tuple[float, float]] = []
    for early, late in sorted(windows):
        if merged and early <= merged[-1][1]:
            merged[-1] = merged[-1][0], max(late, merged[-1][1])
        else:
            merged.append((early, late))
    return merged


def table(name: str, figures: Figures, began: float) -> str:
    """For a person to read, and to be copied into docs."""
    lines = [
        f"{name}: {figures.cases} applications, {figures.lost} lost, {figures.not_once} not determined exactly once,"
        f" {figures.ended} processes ended, audit {'clean' if not figures.audit else 'NOT CLEAN'}",
        f"longest case beyond its stalls {figures.longest_wait:.1f} s, half below {_half(figures.waits):.2f} s;"
        f" slowest answer to a kiosk {figures.slowest:.1f} s",
        "| at | fault | silent | since it serves |",
        "|---|---|---|---|",
    ]
    for stall in figures.stalls:
        since = f"{stall.after_it_serves:.1f} s" if stall.fault.serves_at else "–"
        lines.append(f"| {stall.fault.at - began:.0f} s | {stall.fault.what} | {stall.seconds:.1f} s | {since} |")
    return "\n".join([*lines, *figures.notes])


def _half(values: Mapping[str, float]) -> float:
    ordered = sorted(values.values())
    return ordered[len(ordered) // 2] if ordered else 0.0
