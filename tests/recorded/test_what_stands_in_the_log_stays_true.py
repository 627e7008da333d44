"""A log and dossiers of an older version: what was decided by reading 1 comes out again, by reading 1."""

import gzip
import json
from pathlib import Path
from typing import Any

import pytest

from chassis.log.stored import Stored, recorded, server_time
from contracts.case.case import Case
from contracts.case.fold import evolve
from contracts.case.states import State
from contracts.events import EVENTS, DeterminationMade
from contracts.jws import thumbprint
from contracts.readings import FIRST_READING
from evidence.audit import Auditor
from evidence.dossier.format import read_record
from evidence.dossier.verify import verify

RECORDED = Path(__file__).parent / "a68a448"
DOSSIERS = sorted(RECORDED.glob("dossier-*.json.gz"))


def records() -> list[dict[str, Any]]:
    return [json.loads(line) for line in gzip.decompress((RECORDED / "log.jsonl.gz").read_bytes()).splitlines()]


def decided_then() -> dict[str, dict[str, Any]]:
    return dict(json.loads(gzip.decompress((RECORDED / "cases.json.gz").read_bytes())))


def audited() -> Auditor:
    auditor = Auditor()
    for record in records():
        stored_at, body = server_time(record["stored_at"]), record["body"].encode()
        stored = Stored(record["subject"], record["sequence"], stored_at, record["headers"], body)
        if stored.subject.startswith("register."):
            auditor.enter(stored)
        if stored.subject.startswith("case."):
            auditor.take(recorded(stored))
    return auditor


def test_the_recorded_log_has_what_it_is_for() -> None:
    kinds = {record["headers"].get("ce-type") for record in records()}
    assert {
        "DepartmentAnswered",
        "AnsweredByHand",
        "ApplicationRefused",
        "DeterminationMade",
    } <= kinds & EVENTS.by_name.keys()
    assert len(records()) == 437
    assert len(DOSSIERS) == 15


def test_every_invariant_of_the_recorded_log_still_holds() -> None:
    assert audited().violations == []


def test_every_case_of_the_recorded_log_stands_where_it_stood() -> None:
    cases = audited().cases
    for label, then in decided_then().items():
        case = cases[then["application"]]
        found = case.determination.findings if case.determination else None
        assert (str(case.state), case.outcome) == (then["state"], then["outcome"]), label
        assert (found and [[item.rule, item.truth] for item in found]) == then["findings"], label


def test_an_outcome_that_today_would_be_another_is_redetermined_as_it_was() -> None:
    """120 m² under a use that no contract has: eligible by reading 1, and recomputed as that."""
    number = decided_then()["03a-use-in-chinese"]["application"]
    case = Case(number)
    for record in records():
        if record["subject"].startswith(f"case.{number}."):
            item = read_record(record)
            case = evolve(case, item)
            if isinstance(item.event, DeterminationMade):
                assert (item.event.outcome, item.event.reading) == ("eligible", FIRST_READING)
    assert case.state is State.POOL_CONFIRMED


@pytest.mark.parametrize("dossier", DOSSIERS, ids=lambda path: path.name.removesuffix(".json.gz"))
def test_a_dossier_made_before_verifies_after(dossier: Path) -> None:
    seal = thumbprint(json.loads((RECORDED / "seal.jwk").read_text())["x"])
    assert verify(gzip.decompress(dossier.read_bytes()), {seal}).fault is None
