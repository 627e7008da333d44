"""The system of record: two kinds of append to the log, and nothing else that writes (ADR 0001).

*Write once* for what does not depend on the rest of the case (answers, notices); *compare-and-set on the whole
case* for decisions. The subject is the identity: there is no message id and no window in which one counts.
"""

import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nats.aio.client import Client

from chassis import crash
from chassis.errors import Conflict
from chassis.group_commit import Entry, GroupCommit, Part
from chassis.history import History
from chassis.telemetry import traceparent_now
from contracts.case import Case
from contracts.events import Event, subject_of, write_event

STREAM = "CASES"
EXPECTED = "Nats-Expected-Last-Subject-Sequence"
EXPECTED_SUBJECT = "Nats-Expected-Last-Subject-Sequence-Subject"


@dataclass(frozen=True)
class Claim:
    """Who holds a person's one application in a project: the last sequence seen on its subject, 0 for none."""

    subject: str
    holder: str
    last_sequence: int


class Journal:
    """Appends events. Every method returns the sequence of the last event it stored."""

    def __init__(self, nc: Client, within: float) -> None:
        self._within = within
        self._commit = GroupCommit(nc, STREAM)
        self.history = History(nc, STREAM)

    async def start(self) -> None:
        self._commit.start()
        await self.history.start()

    async def stop(self) -> None:
        await self._commit.stop()

    async def load(self, application: str, at_least: int = 0) -> Case:
        """The case, no older than the sequence that made us look."""
        case = await self.history.load(application, at_least)
        crash.here("after-load")
        return case

    async def once(self, *events: Event) -> int:
        """Write once: each event's own subject must be free. Raises Conflict where one is taken."""
        return await self._store([_entry(event, {EXPECTED: "0"}) for event in events], events[0].application)

    async def open(self, events: Sequence[Event], claims: Sequence[Claim]) -> int:
        """Write once, together with the claims it rests on: all stored or nothing."""
        entries = [_entry(event, {EXPECTED: "0"}) for event in events]
        entries += [_claim(claim) for claim in claims]
        return await self._store(entries, events[0].application) - len(claims)

    async def hold(self, application: str, claims: Sequence[Claim]) -> None:
        """Sets claims alone, by compare-and-set: for a closed case that is to be opened again."""
        await self._store([_claim(claim) for claim in claims], application)

    async def decide(self, case: Case, *events: Event) -> int:
        """Compare-and-set on the whole case as it was loaded. Raises Conflict where it moved on."""
        expect = {EXPECTED: str(case.sequence), EXPECTED_SUBJECT: f"case.{case.application}.>"}
        return await self._store([_entry(event, expect) for event in events], case.application)

    async def record(self, event: Event) -> bool:
        """Write once, where somebody else having written it first is just as good. False then."""
        try:
            await self.once(event)
        except Conflict:
            return False
        return True

    async def _store(self, entries: Sequence[Entry], case: str) -> int:
        crash.here("before-append")
        sequence = await self._commit.commit(Part(case, tuple(entries)), self._within)
        crash.here("after-append")
        return sequence


def _entry(event: Event, expect: Mapping[str, str]) -> Entry:
    return _entry_of(
        subject_of(event),
        write_event(event),
        type(event).__name__,
        {**expect, "ce-time": event.at.isoformat()},
    )


def _claim(claim: Claim) -> Entry:
    return _entry_of(claim.subject, claim.holder.encode(), "claim", {EXPECTED: str(claim.last_sequence)})


def _entry_of(subject: str, body: bytes, kind: str, expect: Mapping[str, str]) -> Entry:
    headers = {"ce-id": secrets.token_hex(16), "ce-type": kind, **expect}
    if trace := traceparent_now():
        headers["traceparent"] = trace
    return Entry(subject, body, headers)
