"""`lianshen audit`: re-reads the whole log and checks every invariant; a pure reader.

I2 events follow allowed transitions · I3 one answer a department and round counts, one determination a round, and it
lists answers that exist · I4 a determination can be recomputed · I6 publicity never closes before its due instant ·
I7 every open case has an owner and a next event or deadline · I9 nothing of the stream is missing, or differs from the
archive, or on a node of a cluster · I12 an answer is to the question that its case has the department asked, and is
what it signed, alone or by the root of a batch that stands before it · I13 every look at personal data is on record as
it was written · I1, given a client's ledger: everything answered with 2xx is in the log exactly once. From the pool to
the keys, and after: A1 to A8, by evidence/allocation/audit.py.
"""

import json
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from nats.aio.client import Client

from chassis.clock import WALL
from chassis.errors import Drift
from chassis.log.follow import records
from chassis.log.history import History
from chassis.log.journal import STREAM
from chassis.log.key_register import read_register
from chassis.log.provision import stream_config
from chassis.log.stored import Stored, recorded
from contracts.batches.proof import SIGNED_ROOTS
from contracts.case.case import Case, NotAllowed, Recorded
from contracts.case.fold import evolve
from contracts.case.states import State
from contracts.events import (
    AnsweredByHand,
    DepartmentAnswered,
    DeterminationMade,
    PublicityClosed,
)
from contracts.jws import sha256
from contracts.key_register import ENTRIES, LIANSHEN, Register, RegisterEvent, fold_register
from contracts.looks import STREAM as LOOKS
from contracts.text_file import read_text
from evidence.allocation.audit import BESIDE, AllocationAudit
from evidence.answers import answer_in, unproved
from evidence.archive.chain import record_bytes
from evidence.archive.check import Chain, Heads, read_heads
from evidence.archive.files import OF_LOOKS, heads_of, lines_of
from evidence.copies import Digests, compared, counted
from evidence.looks import unsound
from evidence.redetermine import recomputed, used_by

RESTS_WITHIN = timedelta(seconds=120)
RESTS = "I7 every department answered, and nothing was determined"


class Auditor:
    """Takes the events of the log in order; `violations` says what does not hold."""

    def __init__(self) -> None:
        self.entries: list[RegisterEvent] = []
        self.register = Register()
        self.cases: dict[str, Case] = {}
        self.histories: dict[str, list[Recorded]] = {}
        self.newest: dict[str, datetime] = {}
        self.violations: list[str] = []
        self.allocation = AllocationAudit()
        self.roots: dict[str, str] = {}
        """The signatures over batches of answers, by their SHA-256, as far as the log was read."""

    def enter(self, stored: Stored) -> None:
        """One entry of the register; what comes after it in the log is judged by it."""
        try:
            self.entries.append(ENTRIES.read(stored.headers.get("ce-type", ""), stored.body))
            self.register = fold_register(self.entries)
        except (LookupError, ValueError):
            self.violations.append(f"sequence {stored.sequence} is no readable entry of the register")

    def signed(self, stored: Stored) -> None:
        """One signature over a batch; the answers that name it come after it."""
        digest = sha256(stored.body)
        if not stored.subject.endswith(f".{digest}"):
            self.violations.append(f"I12 sequence {stored.sequence} is not the signature that its subject names")
        self.roots[digest] = stored.body.decode(errors="replace")

    def beside(self, stored: Stored) -> None:
        """One event of a project, a draw, a home or a ban. Raises Unreadable."""
        self.violations += self.allocation.beside(stored, self.cases)

    def around(self, stored: Stored) -> None:
        """What stands in the log around the cases. Raises Unreadable."""
        if stored.subject.startswith("register."):
            self.enter(stored)
        if stored.subject.startswith(SIGNED_ROOTS):
            self.signed(stored)
        if stored.subject.startswith(BESIDE):
            self.beside(stored)

    def take(self, item: Recorded) -> None:
        number = item.event.application
        case = self.cases.get(number, Case(number))
        self.newest[number] = item.stored_at
        self.violations += [f"{number} at sequence {item.sequence}: {what}" for what in _broken(case, item)]
        self.violations += [
            f"{number} at sequence {item.sequence}: {what}" for what in self.allocation.of_case(case, item)
        ]
        if isinstance(item.event, DeterminationMade):
            used = used_by(self.histories.get(number, ()), item.event)
            self.violations += [
                f"{number} at sequence {item.sequence}: {what}" for what in recomputed(case, item, used)
            ]
        if (said := answer_in(case, item.event)) is not None:
            self.violations += [
                f"{number} at sequence {item.sequence}: I12 {what}"
                for what in unproved(said, item.stored_at, self.register, self.roots)
            ]
        try:
            self.cases[number] = evolve(case, item)
        except NotAllowed as refusal:
            self.violations.append(f"{number} at sequence {item.sequence}: I2 {refusal}")
        if isinstance(item.event, DepartmentAnswered | AnsweredByHand):
            self.histories.setdefault(number, []).append(item)

    def finish(self, now: datetime) -> None:
        """What can be said only at the end of the log; a case that moved within RESTS_WITHIN is on its way (I8)."""
        for number, case in self.cases.items():
            if now - self.newest[number] < RESTS_WITHIN:
                continue
            self.violations += [f"{number}: {what}" for what in self.allocation.at_rest(case)]
            if case.state is State.SUBMITTED:
                self.violations.append(f"{number}: I7 submitted, and nothing was decided about it")
            if case.state is State.VERIFYING and case.determination is None and not case.waiting_for:
                self.violations.append(f"{number}: {RESTS}; determination decides it again while it runs")
            if case.state is State.VERIFYING and case.outcome == "eligible":
                self.violations.append(f"{number}: I7 eligible, and not on the public list")


def _broken(case: Case, item: Recorded) -> Iterator[str]:
    event = item.event
    if isinstance(event, DeterminationMade) and case.determination is not None:
        yield f"I3 a second determination of round {event.round}"
    # By the service's clock and by the bus's: where they run on two machines, one alone may be wrong.
    closed_at = min(event.at, item.stored_at) if isinstance(event, PublicityClosed) else None
    if closed_at is not None and case.publicity is not None and closed_at < case.publicity.closes_at:
        yield "I6 publicity closed before its due instant"


async def audit(
    nc: Client,
    ledger: Path | None = None,
    archive: Path | None = None,
    each: Callable[[Recorded], None] = lambda item: None,
    owner: Client | None = None,
) -> list[str]:
    """Every violation found, the first of the log first; empty where all holds. `each` sees every event, too.

    With an archive, record by record, whether it holds the same; it may be behind, never beside the log.
    Of a cluster each node's count, and with an `owner`'s connection each record of each copy. Raises Unusable where
    another version wrote the log, Drift where there is none.
    """
    try:
        await stream_config(nc, STREAM)
    except LookupError:
        raise Drift("there is no log on this bus; is it the right one? `lianshen provision` begins one") from None
    history = History(nc, STREAM)
    await history.start()
    auditor = Auditor()
    beside = await _beside(archive, history) if archive is not None else None
    digests = Digests()
    sequence = 0
    subjects: set[str] = set()
    async for stored in records(history, ">"):
        if stored.sequence != sequence + 1:
            auditor.violations.append(f"I9 sequences {sequence + 1} to {stored.sequence - 1} are missing")
        sequence = stored.sequence
        if owner is not None:
            digests.take(stored)
        if beside is not None:
            beside.take(stored)
        if stored.subject.startswith(("case.", *BESIDE)):
            if stored.subject in subjects:
                auditor.violations.append(f"I3 sequence {stored.sequence} is a second event on one subject")
            subjects.add(stored.subject)
        auditor.around(stored)
        if stored.subject.startswith("case."):
            item = recorded(stored)
            auditor.take(item)
            each(item)
    auditor.finish(WALL.now())
    archived = beside.read_on() if beside is not None else 0
    # Asked after the archive was read: both may grow meanwhile, the archive never beyond the log.
    info = await _info(nc)
    state = info["state"]
    auditor.violations += list(_stream(state, sequence))
    if "cluster" in info:
        auditor.violations += await counted(nc, sequence)
    if owner is not None:
        auditor.violations += await compared(owner, digests)
    if beside is not None:
        auditor.violations += beside.faults(archived, state["last_seq"])
    auditor.violations += await _looks(nc, archive and archive / OF_LOOKS, history)
    if ledger is not None:
        auditor.violations += list(_ledger(ledger, auditor.cases))
    return auditor.violations


async def _looks(nc: Client, archive: Path | None, history: History) -> list[str]:
    """I13, and whether their archive holds the same."""
    if archive is None or not archive.is_dir():
        return await unsound(nc)
    beside = await _beside(archive, history)
    found = await unsound(nc, beside.take)
    archived = beside.read_on()
    return found + beside.faults(archived, (await _info(nc, LOOKS))["state"]["last_seq"])


async def _beside(folder: Path, history: History) -> "Beside":
    heads = heads_of(folder)
    # After the heads: whoever seals is registered before.
    ours = (await read_register(history)).of(LIANSHEN).keys.values()
    return Beside(folder, read_heads(heads, {key.kid: key.x for key in ours if key.use == "seal"}))


class Beside:
    """The archive, read along with the log, and held against its own sealed heads."""

    def __init__(self, folder: Path, heads: Heads) -> None:
        self._lines = lines_of(folder)
        self._chain = Chain(heads=heads)
        self._fault: str | None = None
        self._at_its_end = False

    def take(self, stored: Stored) -> None:
        if self._fault is not None or self._at_its_end:
            return
        text = next(self._lines, None)
        if text is None:
            self._at_its_end = True
            return
        line = self._chain.take(text)
        stamp = stored.headers.get("Nats-Time-Stamp", "")
        if line is None:
            self._fault = self._chain.fault
        elif line.sha256 != sha256(record_bytes(stored.subject, stamp, stored.headers, stored.body)):
            self._fault = f"record {stored.sequence} is not the same in the log and in the archive"

    def read_on(self) -> int:
        """To the archive's end; returns the sequence of its last sound record."""
        for text in self._lines if self._fault is None else ():
            if self._chain.take(text) is None:
                break
        self._chain.end()
        return self._chain.sequence

    def faults(self, archived: int, last_of_the_log: int) -> list[str]:
        """The first fault, where there is one."""
        heads = self._chain.heads
        fault = self._fault or self._chain.fault or heads.fault or heads.unknown
        if fault is None and archived > last_of_the_log:
            fault = f"record {last_of_the_log + 1} is in the archive and not in the log any more"
        return [f"I9 archive: {fault}"] if fault else []


async def _info(nc: Client, stream: str = STREAM) -> dict[str, Any]:
    reply = await nc.request(f"$JS.API.STREAM.INFO.{stream}", b"", timeout=5)
    return dict(json.loads(reply.data))


def _stream(state: dict[str, Any], last_read: int) -> Iterator[str]:
    """I9 as the server counts it."""
    if state["first_seq"] > 1:
        yield f"I9 the log begins at sequence {state['first_seq']}, not 1"
    if state.get("num_deleted") or state.get("lost"):
        yield f"I9 deleted {state.get('num_deleted', 0)}, lost {state.get('lost')}"
    if last_read < state["last_seq"] and state["messages"] != state["last_seq"]:
        yield f"I9 {state['messages']} messages under {state['last_seq']} sequences"


def _ledger(path: Path, cases: dict[str, Case]) -> Iterator[str]:
    """I1: a client's own record, one JSON line a step, against the log."""
    acknowledged: dict[str, str] = {}
    for line in read_text(path).splitlines():
        step = json.loads(line)
        if step["step"] == "ok":
            number = step["application"]
            if acknowledged.setdefault(number, step["key"]) != step["key"]:
                yield f"I1 {number} was given to two keys"
            if number not in cases:
                yield f"I1 {number} was acknowledged and is not in the log"
