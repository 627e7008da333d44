"""`lianshen audit`: re-reads the whole log and checks every invariant; a pure reader.

I2 events follow allowed transitions · I3 one answer a department and round counts, one determination a round, and it
lists answers that exist · I4 a determination can be recomputed · I6 publicity never closes before its due instant ·
I7 every open case has an owner and a next event or deadline · I9 nothing of the stream is missing · I1, given a
client's ledger: everything answered with 2xx is in the log exactly once.
"""

import json
from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from determination.decide import evidence_of, judge, outcome
from determination.rules import conditions
from nats.aio.client import Client

from chassis.history import History, recorded
from chassis.journal import STREAM
from contracts.case import Case, NotAllowed, Recorded, State, evolve
from contracts.events import (
    AnsweredByHand,
    DepartmentAnswered,
    DeterminationMade,
    PublicityClosed,
)

RESTS_WITHIN = timedelta(seconds=120)


class Auditor:
    """Takes the events of the log in order; `violations` says what does not hold."""

    def __init__(self) -> None:
        self.cases: dict[str, Case] = {}
        self.histories: dict[str, list[Recorded]] = {}
        self.newest: dict[str, datetime] = {}
        self.violations: list[str] = []

    def take(self, item: Recorded) -> None:
        number = item.event.application
        case = self.cases.get(number, Case(number))
        self.newest[number] = item.stored_at
        self.violations += [f"{number} at sequence {item.sequence}: {what}" for what in _broken(case, item)]
        if isinstance(item.event, DeterminationMade):
            used = _used(self.histories.get(number, ()), item.event)
            self.violations += [
                f"{number} at sequence {item.sequence}: {what}" for what in _recomputed(case, item, used)
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
            if case.state is State.SUBMITTED:
                self.violations.append(f"{number}: I7 submitted, and nothing was decided about it")
            if case.state is State.VERIFYING and case.determination is None and not case.waiting_for:
                self.violations.append(f"{number}: I7 every department answered, and nothing was determined")
            if case.state is State.VERIFYING and case.outcome == "eligible":
                self.violations.append(f"{number}: I7 eligible, and not on the public list")


def _broken(case: Case, item: Recorded) -> Iterator[str]:
    event = item.event
    if isinstance(event, DeterminationMade) and case.determination is not None:
        yield f"I3 a second determination of round {event.round}"
    if isinstance(event, PublicityClosed) and case.publicity is not None and event.at < case.publicity.closes_at:
        yield "I6 publicity closed before its due instant"


def _used(answers: Iterable[Recorded], made: DeterminationMade) -> dict[int, Recorded]:
    return {item.sequence: item for item in answers if item.sequence in made.used}


def _recomputed(case: Case, item: Recorded, used: dict[int, Recorded]) -> Iterator[str]:
    """I3 and I4: from exactly the answers it lists, under the days of law it names."""
    made = item.event
    assert isinstance(made, DeterminationMade)
    if missing := set(made.used) - used.keys():
        yield f"I3 it lists answers that are not in the log: {sorted(missing)}"
        return
    names = [
        (entry.event.department, entry.event.round)
        for entry in used.values()
        if isinstance(entry.event, DepartmentAnswered | AnsweredByHand)
    ]
    if len(names) != len(set(names)):
        yield "I3 it lists two answers of one department"
        return
    counted = {key: answer for key, answer in case.answers.items() if answer.sequence in used}
    before = replace(case, answers=counted)
    evidence = evidence_of(before, made.as_of)
    findings = judge(evidence)
    truths = [(finding.rule, finding.truth) for finding in findings]
    if outcome(findings) != made.outcome or truths != [(finding.rule, finding.truth) for finding in made.findings]:
        yield f"I4 it says {made.outcome}; the answers it lists give {outcome(findings)}"
    elif tuple(item.rule for item in conditions(evidence)) != tuple(item.rule for item in made.conditions):
        yield "I4 its conditions are not those that the answers give"


async def audit(nc: Client, ledger: Path | None = None) -> list[str]:
    """Every violation found, the first of the log first; empty where all holds."""
    history = History(nc, STREAM)
    await history.start()
    auditor = Auditor()
    sequence = 0
    expected = 1
    subjects: set[str] = set()
    while True:
        page = await history.after(sequence, ">")
        for stored in page:
            if stored.sequence != expected:
                auditor.violations.append(f"I9 sequences {expected} to {stored.sequence - 1} are missing")
            sequence, expected = stored.sequence, stored.sequence + 1
            if stored.subject.startswith("case."):
                if stored.subject in subjects:
                    auditor.violations.append(f"I3 sequence {stored.sequence} is a second event on one subject")
                subjects.add(stored.subject)
                auditor.take(recorded(stored))
        if len(page) < 500:
            break
    auditor.finish(datetime.now(UTC))
    auditor.violations += await _stream(nc, sequence)
    if ledger is not None:
        auditor.violations += list(_ledger(ledger, auditor.cases))
    return auditor.violations


async def _stream(nc: Client, last_read: int) -> list[str]:
    """I9 as the server counts it."""
    reply = await nc.request(f"$JS.API.STREAM.INFO.{STREAM}", b"", timeout=5)
    state = json.loads(reply.data)["state"]
    found = []
    if state["first_seq"] > 1:
        found.append(f"I9 the log begins at sequence {state['first_seq']}, not 1")
    if state.get("num_deleted") or state.get("lost"):
        found.append(f"I9 deleted {state.get('num_deleted', 0)}, lost {state.get('lost')}")
    if last_read < state["last_seq"] and state["messages"] != state["last_seq"]:
        found.append(f"I9 {state['messages']} messages under {state['last_seq']} sequences")
    return found


def _ledger(path: Path, cases: dict[str, Case]) -> Iterator[str]:
    """I1: a client's own record, one JSON line a step, against the log."""
    acknowledged: dict[str, str] = {}
    for line in path.read_text(encoding="utf-8").splitlines():
        step = json.loads(line)
        if step["step"] == "ok":
            number = step["application"]
            if acknowledged.setdefault(number, step["key"]) != step["key"]:
                yield f"I1 {number} was given to two keys"
            if number not in cases:
                yield f"I1 {number} was acknowledged and is not in the log"
