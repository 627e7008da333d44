"""Spans are kept in bounds: by days, by megabytes, each once; and a message that holds none harms nothing."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from console.trace.span_feed import spans_in
from console.trace.span_store import MEGABYTE, SpanStore

from chassis.telemetry.span_tree import Span, trees

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
NUMBER, OTHER = "YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E", "NHB89-8ZKA3-72WKE-KFJ9T-NARN4-S"


def a_span(n: int, at: datetime = NOW, number: str | None = NUMBER, padding: int = 0) -> Span:
    start = int(at.timestamp() * 1e9) + n
    attributes = {"lianshen.application": number} if number else {}
    return {
        "trace": f"{1:032x}", "span": f"{n:016x}", "parent": None, "links": [], "name": "ask tax", "kind": "CLIENT",
        "service": "asking", "start": start, "end": start + 5, "attributes": attributes | {"padding": "x" * padding},
        "status": "UNSET",
    }  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> SpanStore:
    return SpanStore(tmp_path / "spans.sqlite", days=3, megabytes=1)


def test_spans_of_an_application_are_kept_once_and_in_order(store: SpanStore) -> None:
    store.keep([a_span(2), a_span(1), a_span(3, number=OTHER), a_span(4, number=None)])
    store.keep([a_span(1)])
    assert [span["span"] for span in store.of(NUMBER)] == [f"{n:016x}" for n in (1, 2)]
    assert len(trees(store.of(NUMBER), NUMBER)) == 2
    assert store.count == 3


def test_what_is_older_than_its_days_goes(store: SpanStore) -> None:
    store.keep([a_span(1, NOW - timedelta(days=4)), a_span(2, NOW - timedelta(days=2))])
    store.make_room(NOW)
    assert [span["span"] for span in store.of(NUMBER)] == [f"{2:016x}"]


def test_it_never_grows_beyond_its_megabytes_and_the_oldest_go_first(store: SpanStore) -> None:
    for start in range(0, 3000, 100):
        store.keep(a_span(n, NOW + timedelta(seconds=n), padding=1000) for n in range(start, start + 100))
        store.make_room(NOW)
        assert store.size <= MEGABYTE
    kept = [int(span["span"], 16) for span in store.of(NUMBER)]
    assert kept == list(range(3000 - len(kept), 3000))
    assert len(kept) > 300


def test_a_file_that_cannot_be_read_is_begun_anew(tmp_path: Path) -> None:
    file = tmp_path / "spans.sqlite"
    file.write_bytes(b"rubbish " * 1000)
    store = SpanStore(file, days=3, megabytes=1)
    store.keep([a_span(1)])
    assert store.count == 1


def test_a_line_that_is_no_span_is_passed_over() -> None:
    lines = [json.dumps(a_span(1)), "{", "[]", '{"trace": 1}', "\xff", json.dumps(a_span(2))]
    assert [span["span"] for span in spans_in("\n".join(lines).encode())] == [f"{n:016x}" for n in (1, 2)]
