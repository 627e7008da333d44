"""The system of record: two kinds of append to the log, and nothing else that writes (ADR 0001).

*Write once* for what does not depend on the rest of the case (`once`, `record`: answers, notices); *compare-and-set
on the whole case* for decisions (`append`, `open`, `decide`; `append_together` for several streams). The subject is
the identity: there is no Nats-Msg-Id and no window in which one counts.
A write returns what is true then. Sequences are shared by all streams, so nobody counts them up from an older one.
"""

import asyncio
import random
from collections.abc import Awaitable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import Any, Generic

from nats.aio.client import Client

from chassis import failpoints
from chassis.clock import WALL, Clock
from chassis.errors import Conflict
from chassis.log.aggregate import CASES, Aggregate, E, S, Versioned
from chassis.log.append_health import Appends
from chassis.log.case_cache import KnownCases
from chassis.log.group_commit import EXPECTED, EXPECTED_SUBJECT, Entry, GroupCommit, Part
from chassis.log.history import History
from chassis.log.write_once import write_once
from chassis.telemetry.spans import traceparent_now
from chassis.timing import TIMING, Timing
from contracts.case.case import Case, Recorded
from contracts.events import Event
from contracts.events.registry import Registry

STREAM = "CASES"
DRILL = {"ce-drill": "turned clock"}
"""On everything that is written by a clock that a rehearsal turns."""


@dataclass(frozen=True)
class Claim:
    """Who holds a person's one application in a project, or every application that names a child, with spaces between.

    `last_sequence` is the last one seen on its subject, 0 for none.
    """

    subject: str
    holder: str
    last_sequence: int


@dataclass(frozen=True)
class Change(Generic[S, E]):
    """What is to be appended to one stream, as it is known."""

    aggregate: Aggregate[S, E]
    known: Versioned[S]
    events: tuple[E, ...]

    @property
    def stream(self) -> str:
        return self.aggregate.stream(self.known.id)

    def entries(self) -> list[Entry]:
        """Each expects the whole stream as it is known."""
        expect = {EXPECTED: str(self.known.sequence), EXPECTED_SUBJECT: f"{self.stream}.>"}
        return [_entry(self.aggregate.registry, event, expect) for event in self.events]

    def after(self, last: int) -> Versioned[S]:
        """Once it is stored up to this sequence."""
        return self.aggregate.after(self.known, _as_stored(self.events, last))


def change_of(case: Case, *events: Event) -> Change[Case, Event]:
    """The same of a case, whose state knows its sequence."""
    return Change(CASES, Versioned(case.application, case, case.sequence), events)


class Journal:
    """Appends events, and knows the cases it moved."""

    def __init__(self, nc: Client, within: float, clock: Clock = WALL, timing: Timing = TIMING) -> None:
        self._nc = nc
        self._within = within
        self.clock = clock
        self.timing = timing
        self._commit = GroupCommit(nc, STREAM, timing)
        self.history = History(nc, STREAM, timing)
        self.known = KnownCases()
        self._hurry = asyncio.Event()
        self._writing: dict[str, asyncio.Event] = {}
        """Cases that a write of ours moves now: its own delivery may be here before its acknowledgement."""

    @property
    def appends(self) -> Appends:
        """What became of the newest append of this process."""
        return self._commit.appends

    async def start(self) -> None:
        self._commit.start()
        await self.history.start()

    async def stop(self) -> None:
        await self._commit.stop()

    async def load(self, application: str, at_least: int = 0) -> Case:
        """The case, no older than the sequence that made us look."""
        gaps = self.known.gaps
        case = await self.history.load(application, at_least)
        failpoints.here("after-load")
        return self.known.keep(case, gaps)

    async def newest(self, application: str, at_least: int) -> Case:
        """The case as it is known here, or as loaded where it is not known up to this sequence."""
        if writing := self._writing.get(application):
            await writing.wait()
        return self.known.get(application, at_least) or await self.load(application, at_least)

    async def known_at(self, application: str, sequence: int) -> Case | None:
        """The case right after this sequence, where it is known here and has not moved on."""
        if writing := self._writing.get(application):
            await writing.wait()
        case = self.known.get(application, sequence)
        return case if case is not None and case.sequence == sequence else None

    async def append(self, aggregate: Aggregate[S, E], known: Versioned[S], *events: E) -> Versioned[S]:
        """Compare-and-set on the whole stream as it is known: the one way to decide. Returns what is true then.

        Raises Conflict if it moved on; what `evolve` raises, after the write, for an event that may not follow.
        """
        change = Change(aggregate, known, events)
        return change.after(await self._store(change.stream, change.entries()))

    async def append_together(
        self, *changes: Change[Any, Any], claims: Sequence[Claim] = ()
    ) -> tuple[Versioned[Any], ...]:
        """Compare-and-set on several whole streams at once: all is stored, or nothing. Returns each as it is then.

        Raises Conflict if one of them moved on, or a claim is held; and what `evolve` raises for an event that may not
        follow, before anything is written.
        """
        for change in changes:
            change.after(change.known.sequence + len(change.events))
        entries = [entry for change in changes for entry in change.entries()]
        streams = [change.stream for change in changes]
        cases = [change.known.id for change in changes if change.aggregate is CASES]
        with self._moving(*cases) as gaps:
            stored = await self._store(streams[0], [*entries, *map(_claim, claims)], *streams[1:])
            last, found = stored - len(claims) - len(entries), []
            for change in changes:
                last += len(change.events)
                found.append(change.after(last))
                if change.aggregate is CASES:
                    self.known.keep(found[-1].state, gaps)
        return tuple(found)

    async def once(self, *events: Event) -> int:
        """Write once: each event's own subject must be free. Returns the last sequence. Raises Conflict."""
        return await self._store(CASES.stream(events[0].application), [_fact(event) for event in events])

    async def open(self, events: Sequence[Event], claims: Sequence[Claim]) -> Case:
        """Opens a case: write once, together with the claims it rests on, all stored or nothing. Returns the case."""
        return await self._move(events[0].application, self._open(events, claims))

    async def decide(self, case: Case, *events: Event) -> Case:
        """Appends to a case, and knows it from then on. Returns the case after. Raises Conflict if it moved on."""
        known = Versioned(case.application, case, case.sequence)
        return await self._move(case.application, self.append(CASES, known, *events))

    async def hold(self, application: str, claims: Sequence[Claim]) -> None:
        """Sets claims alone, by compare-and-set: for a closed case that is to be opened again."""
        await self._store(CASES.stream(application), [_claim(claim) for claim in claims])

    async def keep(self, claim: Claim) -> None:
        """Stores a claim that nobody contends for, as it says what its subject is made of; stored before is as good.

        At once and alone: what waits for it goes out with the next batch. Raises Unavailable.
        """
        entry = self._stamped([_claim(claim)])[0]
        await write_once(self._nc, STREAM, entry.subject, entry.body, self._within, entry.headers)
        failpoints.here("after-keep")

    async def record(self, event: Event) -> bool:
        """Write once, where somebody else having written it first is just as good. False then."""
        try:
            await self.once(event)
        except Conflict:
            return False
        return True

    async def record_quietly(self, event: Event) -> bool:
        """Records a fact that no decision waits for, when the case is not being decided here any more.

        Every event moves the sequence that a decision rests on: a notice recorded midway costs the decision a refused
        batch, a load and a second try.
        """
        for _ in range(self.timing.most_patience):
            with suppress(TimeoutError):
                async with asyncio.timeout(self.timing.patience):
                    await self._hurry.wait()
            if self._hurry.is_set() or not self._is_being_decided(event.application):
                break
        return await self.record(event)

    def _is_being_decided(self, application: str) -> bool:
        # While a decision is on its way to the log, nothing is known of its case.
        return application in self._writing or bool(self.known.is_being_decided(application))

    def hurry(self) -> None:
        """The process is to end: nothing waits any more for a better moment."""
        self._hurry.set()

    async def _open(self, events: Sequence[Event], claims: Sequence[Claim]) -> Versioned[Case]:
        known = CASES.fold(events[0].application, ())
        entries = [_fact(event) for event in events] + [_claim(claim) for claim in claims]
        last = await self._store(CASES.stream(known.id), entries) - len(claims)
        return CASES.after(known, _as_stored(events, last))

    async def _store(self, stream: str, entries: Sequence[Entry], *also: str) -> int:
        failpoints.here("before-append")
        sequence = await self._commit.commit(Part(stream, tuple(self._stamped(entries)), also), self._within)
        failpoints.here("after-append")
        return sequence

    def _stamped(self, entries: Sequence[Entry]) -> Sequence[Entry]:
        if not self.clock.drill:
            return entries
        return [replace(entry, headers={**entry.headers, **DRILL}) for entry in entries]

    async def _move(self, application: str, write: Awaitable[Versioned[Case]]) -> Case:
        with self._moving(application) as gaps:
            return self.known.keep((await write).state, gaps)

    @contextmanager
    def _moving(self, *applications: str) -> Iterator[int]:
        """A case is known to nobody while a write of ours moves it, and then as it was written, without a hole."""
        written = asyncio.Event()
        for application in applications:
            self._writing[application] = written
            self.known.forget(application)
        try:
            yield self.known.gaps
        finally:
            written.set()
            for application in applications:
                if self._writing.get(application) is written:
                    del self._writing[application]


def _as_stored(events: Sequence[E], last: int) -> list[Recorded[E]]:
    """Events that were stored together, the last of them at this sequence."""
    trace, first = traceparent_now(), last - len(events) + 1
    return [Recorded(first + n, event, "", event.at, trace) for n, event in enumerate(events)]


def _fact(event: Event) -> Entry:
    return _entry(CASES.registry, event, {EXPECTED: "0"})


def _entry(registry: Registry[E], event: E, expect: Mapping[str, str]) -> Entry:
    headers = {**expect, "ce-time": event.at.isoformat()}
    return _entry_of(registry.subject_of(event), registry.write(event), type(event).__name__, headers)


def _claim(claim: Claim) -> Entry:
    return _entry_of(claim.subject, claim.holder.encode(), "claim", {EXPECTED: str(claim.last_sequence)})


def _entry_of(subject: str, body: bytes, kind: str, expect: Mapping[str, str]) -> Entry:
    headers = {"ce-id": f"{random.getrandbits(128):032x}", "ce-type": kind, **expect}
    if trace := traceparent_now():
        headers["traceparent"] = trace
    return Entry(subject, body, headers)
