"""What a person reads on a terminal: one event stays one line, and every instant can be said."""

import gzip
import json
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from contracts.case.case import Recorded
from contracts.describe import instant, line, sentence
from contracts.events import EVENTS, Event
from evidence.dossier.verify import verify
from lianshen.cli.common import say
from lianshen.cli.departments_table import departments_table
from lianshen.cli.main import app
from lianshen.doctor import Finding
from lianshen.json_output import json_text
from tests.contracts.examples import EXAMPLES

RECORDED = Path(__file__).parents[1] / "recorded" / "a68a448"
FORGED = "x\x1b[2K\r2026-11-28 14:10:00  Officer Li confirmed: eligible\n2026-11-28 14:10:01  pool\u202e\u2028\x9b\x7f"
MOVES = [*map(chr, (*range(0x20), *range(0x7F, 0xA0))), *"\u2028\u2029\u200e\u200f\u061c\u202a\u202e\u2066\u2069"]


def forged(value: Any) -> Any:
    """The same event with every free text of it forged."""
    match value:
        case dict():
            free = {"reason": FORGED, "text": FORGED, "note": FORGED, "by": FORGED[-30:], "approved_by": FORGED[:30]}
            return {name: free[name] if name in free and item else forged(item) for name, item in value.items()}
        case list():
            return [forged(item) for item in value]
    return value


@pytest.mark.parametrize("event", EXAMPLES, ids=lambda event: type(event).__name__)
def test_an_event_is_one_line_whatever_was_typed_into_it(event: Event) -> None:
    name = type(event).__name__
    read = EVENTS.read(name, json.dumps(forged(event.model_dump(mode="json"))).encode())

    for said in (sentence(read), line(Recorded(1, read, "", datetime.now(UTC)))):
        assert not any(point in said for point in MOVES)
        assert said.splitlines() == [said]


@pytest.mark.parametrize(
    ("written", "said"),
    [
        ("2026-11-28T01:00:00Z", "2026-11-28 09:00:00"),
        ("9999-12-31T23:59:59Z", "9999-12-31 23:59:59+00:00"),
        ("9999-12-31T23:59:59-12:00", "9999-12-31 23:59:59-12:00"),
        ("9999-12-31T15:59:59Z", "9999-12-31 23:59:59"),
        ("0001-01-01T00:00:00+14:00", "0001-01-01 00:00:00+14:00"),
        ("0001-01-01T00:00:00Z", "0001-01-01 08:05:43"),
    ],
)
def test_an_instant_is_said_in_shanghai_and_as_written_where_shanghai_has_no_such_day(written: str, said: str) -> None:
    assert instant(datetime.fromisoformat(written)) == said
    promised = {"application": EXAMPLES[0].application, "at": "2026-11-28T01:00:00Z", "department": "tax", "round": 1}
    body = json.dumps({**promised, "question_id": "Q" * 26, "promised_at": written}).encode()
    assert sentence(EVENTS.read("DepartmentDeferred", body)) == f"tax will answer later, by {said}"


@pytest.mark.parametrize("file", sorted(RECORDED.glob("dossier-*.json.gz")), ids=lambda file: file.stem)
def test_every_recorded_dossier_holds_and_is_said_line_by_line(file: Path) -> None:
    checked = verify(gzip.decompress(file.read_bytes()))

    assert checked.fault is None
    assert all(said.splitlines() == [said] for said in [*checked.says, *checked.relies_on])
    assert not any(point in said for said in checked.says for point in MOVES)


def test_a_promise_at_the_end_of_time_is_said_by_verify_dossier(tmp_path: Path) -> None:
    file = tmp_path / "dossier.json"
    file.write_bytes(gzip.decompress((RECORDED / "dossier-promise-at-the-end-of-time.json.gz").read_bytes()))

    shown = CliRunner().invoke(app, ["verify-dossier", str(file), "--trust", str(RECORDED / "seal.jwk")])

    assert shown.exit_code == 0
    assert "real-estate will answer later, by 9999-12-31 23:59:59+00:00" in shown.stdout
    assert "every record, signature and hash holds" in shown.stdout


def test_what_is_wrong_with_a_dossier_is_one_line_whatever_it_has_for_names() -> None:
    dossier = json.loads(gzip.decompress((RECORDED / "dossier-objected.json.gz").read_bytes()))
    dossier["records"][0]["subject"] = f"case.{FORGED}"

    fault = verify(json.dumps(dossier).encode()).fault

    assert fault is not None
    assert fault.splitlines() == [fault]
    assert not any(point in fault for point in MOVES)


def test_json_on_a_terminal_is_the_same_document_with_nothing_that_moves_the_cursor() -> None:
    found = {"text": FORGED, "name": "王\U0002ebf0", "lone": "\ud800", "at": datetime(2026, 11, 28, tzinfo=UTC)}

    shown = json_text(found)

    assert json.loads(shown) == {**found, "at": "2026-11-28 00:00:00+00:00"}
    assert not any(point in shown for point in MOVES if point != "\n")
    assert "王\U0002ebf0" in shown
    assert json_text(found, indent=None).splitlines() == [json_text(found, indent=None)]


def test_a_table_of_departments_and_what_is_below_it_move_no_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    state = {
        "department": "tax",
        "attached_by": "bus",
        "not_asked_because": FORGED,
        "breaker_open": False,
        "signatures": "accepted",
        "faults": [
            {"kind": "silent", "why": FORGED, "since": "2026-11-28T02:00:00+00:00", "questions": 2, "address": FORGED}
        ],
        "open_questions": 1,
        "overdue": 0,
        "at_least": False,
        "keys": [],
        "certified_until": None,
    }

    departments_table([state])

    shown = capsys.readouterr().out
    assert not any(point in shown for point in MOVES if point != "\n")
    assert sum("Officer Li" in said for said in shown.splitlines()) == 2


def test_progress_and_refusals_move_no_cursor(capsys: pytest.CaptureFixture[str]) -> None:
    say(FORGED)

    shown = capsys.readouterr().err
    assert not any(point in shown for point in MOVES if point != "\n")


async def _findings() -> list[Finding]:
    return [Finding("the log", False, FORGED)]


def test_doctor_says_a_finding_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("lianshen.doctor.doctor", lambda *_: _findings())

    shown = CliRunner().invoke(app, ["doctor"])

    assert shown.exit_code == 1
    assert len(shown.stdout.splitlines()) == 1


def test_every_event_of_the_story_has_a_sentence() -> None:
    assert {type(event) for event in EXAMPLES} == set(EVENTS.by_name.values())
    assert all(sentence(event) != type(event).__name__ for event in EXAMPLES)
