"""The small fold of states and backlogs says, of every case, what the whole fold of contracts/case says."""

import gzip
import json
from collections import Counter
from datetime import datetime
from pathlib import Path

import pytest
from archive.standing import Standings
from hypothesis import given
from hypothesis import strategies as st

from chassis.log.stored import Stored, recorded, server_time
from contracts.case.case import Case, NotAllowed
from contracts.case.fold import evolve
from contracts.case.standing import standing_of
from contracts.case.waits import waits_of
from contracts.events import EVENTS, Event
from tests.contracts.examples import EXAMPLES, NUMBER
from tests.contracts.test_case import (
    FACTS,
    LATE,
    MAY_FOLLOW,
    OVERTURNED,
    PROPOSED,
    REVIEW,
    SECOND,
    SECOND_DISMISSED,
    UPHELD,
)

RECORDED = Path(__file__).parent.parent / "recorded" / "a68a448" / "log.jsonl.gz"


def stored(event: Event, sequence: int) -> Stored:
    headers = {"ce-type": type(event).__name__, "ce-time": event.at.isoformat()}
    return Stored(EVENTS.subject_of(event), sequence, event.at, headers, EVENTS.write(event))


def agree(standing: Standings, cases: dict[str, Case], at: datetime) -> None:
    for number, known in standing.open.items():
        whole = standing_of(cases[number], known.since)
        assert vars(known).keys() == vars(whole).keys()
        assert (known.state, waits_of(known, at)) == (whole.state, waits_of(whole, at))
    assert standing.by_state() == Counter(case.state for case in cases.values())
    waiting = Counter(name for case in cases.values() for name in case.waiting_for)
    overdue = Counter(
        name for case in cases.values() for name in case.waiting_for if (name, case.round) in case.overdue
    )
    oldest: dict[str, datetime] = {}
    for case in cases.values():
        for name in case.waiting_for:
            assert case.asked_at is not None
            oldest[name] = min(case.asked_at, oldest.get(name, case.asked_at))
    owed = standing.owed()
    assert {name: one.backlog for name, one in owed.items() if one.backlog} == waiting
    assert {name: one.overdue for name, one in owed.items() if one.overdue} == overdue
    assert {name: one.oldest for name, one in owed.items() if one.oldest} == oldest
    assert standing.overdue_cases() == sum(
        any((name, case.round) in case.overdue for name in case.waiting_for) for case in cases.values()
    )


def follow(standing: Standings, cases: dict[str, Case], item: Stored) -> None:
    standing.take([item])
    number = recorded(item).event.application
    before = cases.get(number, Case(number))
    case = cases[number] = evolve(before, recorded(item))
    if case.state is not before.state or case.determination is recorded(item).event:
        assert number not in standing.open or standing.open[number].since == recorded(item).event.at


def test_it_agrees_after_every_record_of_a_recorded_log() -> None:
    standing, cases = Standings(), dict[str, Case]()
    for record in map(json.loads, gzip.decompress(RECORDED.read_bytes()).splitlines()):
        at = server_time(record["stored_at"])
        item = Stored(record["subject"], record["sequence"], at, record["headers"], record["body"].encode())
        if item.subject.startswith("case."):
            follow(standing, cases, item)
            agree(standing, cases, at)
    assert standing.by_state().total() == 30


@pytest.mark.parametrize("situation", [name for name, (state, _, _) in MAY_FOLLOW.items() if state])
@given(
    st.lists(st.sampled_from([*EXAMPLES, REVIEW, PROPOSED, OVERTURNED, UPHELD, SECOND, SECOND_DISMISSED, LATE])),
    st.booleans(),
)
def test_it_agrees_however_a_case_goes_on(situation: str, events: list[Event], twice: bool) -> None:
    standing, cases = Standings(), dict[str, Case]()
    sequence = 0
    for event in (*MAY_FOLLOW[situation][1], *events):
        item = stored(event, sequence + 1)
        known = cases.get(NUMBER, Case(NUMBER))
        if type(event) in FACTS and getattr(event, "round", 0) > known.round:
            continue  # nobody answers, or is late with, what was not asked yet
        try:
            evolve(known, recorded(item))
        except NotAllowed:
            continue  # it is never written
        sequence += 1
        follow(standing, cases, item)
        if twice:
            standing.take([item])
        agree(standing, cases, event.at)


def test_what_cannot_be_read_moves_no_case_and_holds_up_no_other() -> None:
    standing = Standings()
    (_, history, _) = MAY_FOLLOW["verifying"]
    items = [stored(event, n) for n, event in enumerate(history, start=1)]
    rubbish = Stored(f"case.{NUMBER}.determined.1", 3, items[0].at, {"ce-type": "DeterminationMade"}, b"\xff{")
    standing.take([*items, rubbish])
    before = standing.by_state()
    standing.take([stored(REVIEW, 4)])
    assert (before, standing.by_state(), standing.sequence) == ({"verifying": 1}, {"review": 1}, 4)
