"""The audit holds each answer against its case, its question and its signature, not only against itself."""

import gzip
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from chassis.log.stored import Stored, server_time
from contracts.jws import ANSWER, payload_of, sha256
from evidence.audit import Auditor
from evidence.dossier.format import read_record
from tests.evidence.conftest import Proved
from tests.evidence.test_dossier import Dossier, at, change_event

RECORDED = Path(__file__).parents[1] / "recorded" / "a68a448"


def audited(dossier: Dossier) -> list[str]:
    """What the audit of a log with these records says."""
    auditor = Auditor()
    for entry in dossier["register"]:
        stored_at, body = server_time(entry["stored_at"]), entry["body"].encode()
        auditor.enter(Stored(entry["subject"], entry["sequence"], stored_at, entry["headers"], body))
    for record in dossier["records"]:
        auditor.take(read_record(record))
    return auditor.violations


def test_the_log_of_its_day_is_audited_clean_though_a_name_in_it_would_be_refused_today() -> None:
    with gzip.open(RECORDED / "log.jsonl.gz", "rt", encoding="utf-8") as lines:
        records = [json.loads(line) for line in lines]

    assert "\u3164" in {name for record in records for name in re.findall('"name":"([^"]*)"', record["body"])}
    assert audited({"register": of(records, "register"), "records": of(records, "case")}) == []


def of(records: list[Any], stream: str) -> list[Any]:
    return [record for record in records if record["subject"].startswith(f"{stream}.")]


def another_answer(event: Dossier, proved: Proved) -> str:
    event["answer"]["persons"][0]["records"] = []
    return "tax signed another answer than the one recorded"


def evidence_of_another_family(event: Dossier, proved: Proved) -> str:
    """All of it is right, and belongs elsewhere."""
    other = "B" * 26
    question = json.dumps({"question_id": other}).encode()
    claims = {"department": "tax", "round": 1, "question_id": other, "question_sha256": sha256(question)}
    said: dict[str, Any] = json.loads(payload_of(event["evidence"]["answer_jws"])) | claims
    token = proved.departments["tax"].sign(json.dumps(said).encode(), ANSWER)
    event["question_id"] = event["answer"]["question_id"] = other
    event["evidence"] = {"question_sha256": sha256(question), "answer_jws": token, "answer_sha256": None}
    return "the question to tax is not the one that this case has it asked"


def our_signature_of_something_else(event: Dossier, proved: Proved) -> str:
    event["evidence"]["question_signature"] = event["evidence"]["question_signature"][:-4] + "AAAA"
    return "our signature of the question to tax"


@pytest.mark.parametrize("change", [another_answer, evidence_of_another_family, our_signature_of_something_else])
def test_an_answer_that_was_changed_in_the_log_is_named(
    proved: Proved, change: Callable[[Dossier, Proved], str]
) -> None:
    dossier = proved.dossier()
    assert audited(dossier) == []
    words: list[str] = []
    record = at(dossier, "answered.tax.1")
    change_event(record, lambda event: words.append(change(event, proved)))
    found = [violation for violation in audited(dossier) if "I12" in violation]
    assert found
    assert words[0] in found[0]
    assert f"at sequence {record['sequence']}" in found[0]


def test_the_answer_behind_a_refusal_is_held_against_its_signature_too(proved: Proved) -> None:
    dossier = json.loads(proved.refused)
    assert audited(dossier) == []
    change_event(at(dossier, "refused"), lambda event: event["ban"]["answer"]["persons"][0].update(records=[]))
    [found] = audited(dossier)
    assert "I12 housing signed another answer than the one recorded" in found
