"""Reports of nats-server become spans under the step that sent the message, and keep nothing of what was sent."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from console.trace.hops import hops_in
from console.trace.span_store import MEGABYTE, SpanStore

from chassis.telemetry.span_tree import Span, trees

NUMBER = "YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E"
TRACE, STEP = f"{1:032x}", f"{2:016x}"
AT = datetime(2026, 11, 28, 21, 40, 54, tzinfo=UTC)


def a_report(*events: dict[str, Any], step: str = STEP, **headers: str) -> bytes:
    sent = {"traceparent": f"00-{TRACE}-{step}-01", **headers}
    request = {"header": {name: [value] for name, value in sent.items()}, "msgsize": 84}
    return json.dumps({"server": {"name": "lianshen"}, "request": request, "events": events}).encode()


def an_event(type: str, after: int, **said: Any) -> dict[str, Any]:
    """So many nanoseconds after the second."""
    return {"type": type, "ts": f"2026-11-28T21:40:54.{after:09}Z", **said}


IN = an_event("in", 829295851, kind=0, cid=9, name="verify-household", acc="S", subj=f"case.{NUMBER}.answered.tax.1")
ACROSS = an_event("si", 829437652, acc="LOG", **{"from": "case.A", "to": "case.A"})
STORED = an_event("js", 829499163, stream="CASES", subject=f"case.{NUMBER}.answered.tax.1")
OUT = an_event("eg", 829500000, kind=0, cid=10, name="tax-system", acc="D", sub="department.tax.query.v1")


def a_step(n: int = 2, at: datetime = AT) -> Span:
    start = int(at.timestamp() * 1e9)
    return {
        "trace": TRACE, "span": f"{n:016x}", "parent": None, "links": [], "name": "record answer", "kind": "INTERNAL",
        "service": "verify-household", "start": start, "end": start + 10**9, "status": "UNSET",
        "attributes": {"lianshen.application": NUMBER},
    }  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> SpanStore:
    return SpanStore(tmp_path / "spans.sqlite", days=3, megabytes=1)


def test_a_way_is_a_span_and_its_parts_are_below_until_the_next_begins() -> None:
    way, across, stored = (hop.span for hop in hops_in(a_report(STORED, IN, ACROSS)))
    assert [way["name"], across["name"], stored["name"]] == [
        "in: case.{application}.answered.tax.1",
        "into account LOG",
        "stream CASES",
    ]
    assert [way["parent"], across["parent"], stored["parent"]] == [STEP, way["span"], way["span"]]
    assert way["start"] % 10**9 == 829295851
    assert way["end"] - way["start"] == 829499163 - 829295851
    assert across["end"] == stored["start"] == stored["end"]
    assert way["attributes"] == {"nats.account": "S", "nats.client": "verify-household"}


def test_what_was_refused_says_why() -> None:
    *_, refused = hops_in(a_report(IN, an_event("js", 830000000, stream="CASES", error="wrong last sequence: 1")))
    assert refused.span["status"] == "ERROR"
    assert refused.span["attributes"]["error.type"] == "wrong last sequence: 1"


def test_a_question_goes_out_to_the_client_of_the_department() -> None:
    *_, out = hops_in(a_report(IN, OUT))
    assert out.span["name"] == "out to tax-system"


def test_no_header_of_a_message_is_kept_nor_a_number_of_an_identity_card() -> None:
    named = OUT | {"name": "11010519491231002X\x1b[2J"}
    kept = json.dumps([hop.span for hop in hops_in(a_report(IN, named, secret="canary"))])
    assert "canary" not in kept
    assert "11010519491231002X" not in kept
    assert "\\u001b" not in kept


@pytest.mark.parametrize(
    ("subject", "name"),
    [
        ("claim.v1.be540c4a8fd288e5", "in: claim.…"),
        ("look.YZ713.0123abcd", "in: look.…"),
        ("department.tax.query.v1", "in: department.tax.query.v1"),
        ("case", "in: case.…"),
    ],
)
def test_no_id_stands_in_a_name(subject: str, name: str) -> None:
    (way,) = hops_in(a_report(IN | {"subj": subject}))
    assert way.span["name"] == name


@pytest.mark.parametrize(
    "body",
    [b"", b"{", b"[]", b"\xff", b'{"events": []}', a_report(), a_report(an_event("xx", 1)), a_report(IN, step="-")],
)
def test_what_is_no_report_is_passed_over(body: bytes) -> None:
    assert list(hops_in(body)) == []


def test_hops_hang_under_their_step_whichever_comes_first_and_however_often(store: SpanStore) -> None:
    store.keep_hops(hops_in(a_report(IN, ACROSS, STORED)))
    assert store.of(NUMBER) == []
    store.keep([a_step()])
    store.keep_hops(hops_in(a_report(IN, ACROSS, STORED)))
    store.keep_hops(hops_in(a_report(IN, step=f"{9:016x}")))
    (step,) = trees(store.of(NUMBER), NUMBER)
    (way,) = step.below
    assert [below.span["name"] for below in way.below] == ["into account LOG", "stream CASES"]


def test_hops_go_with_their_days_and_megabytes(store: SpanStore) -> None:
    store.keep_hops(hops_in(a_report(IN, ACROSS)))
    store.make_room(AT + timedelta(days=4))
    assert store.count == 0
    for n in range(3000):
        store.keep_hops(hops_in(a_report(IN, ACROSS, STORED, step=f"{n:016x}")))
    store.make_room(AT)
    assert 0 < store.size <= MEGABYTE
