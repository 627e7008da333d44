"""Spans as they are handed on: whose child, linked to what, and never with a person in them."""

import asyncio
import json
import logging
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta

import pytest
from opentelemetry.context import Context
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_OFF, Sampler, TraceIdRatioBased
from opentelemetry.trace import SpanKind, StatusCode

from chassis.errors import Conflict, Later, Poison, Unavailable
from chassis.telemetry import spans
from chassis.telemetry.export import BusSpanExporter
from chassis.telemetry.logs import JsonFormatter
from chassis.telemetry.spans import (
    APPLICATION,
    ATTEMPT,
    ERROR_TYPE,
    OUTCOME,
    REASON,
    about,
    annotate,
    done_now,
    failed,
    nothing_happened,
    rename,
    span,
    traceparent_apart,
    traceparent_now,
)
from contracts.text import masked
from tests.support.kept_spans import KeptSpans, keeping

TRACE, PARENT = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
ABOVE = f"00-{TRACE}-{PARENT}-01"
CANARY = "150303198001010019"


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> KeptSpans:
    return keeping(monkeypatch)


def trace_of(found: ReadableSpan) -> str:
    return f"{found.context.trace_id:032x}"


def links_of(found: ReadableSpan) -> list[str]:
    return [f"{link.context.trace_id:032x}-{link.context.span_id:016x}" for link in found.links]


# --- whose child -----------------------------------------------------------------------------------------------


def test_a_span_under_a_traceparent_is_its_child_and_says_so_to_what_it_sends(kept: KeptSpans) -> None:
    with span("process", kind=SpanKind.CONSUMER, parent=ABOVE, attributes={ATTEMPT: 2}, application="A-1") as here:
        sent = traceparent_now()
    found = kept.one
    assert found.parent is not None
    assert (trace_of(found), f"{found.parent.span_id:016x}") == (TRACE, PARENT)
    assert sent == f"00-{TRACE}-{here.context.span_id:016x}-01"
    assert (found.name, found.kind, links_of(found)) == ("process", SpanKind.CONSUMER, [])
    assert dict(found.attributes or {}) == {"lianshen.attempt": 2, APPLICATION: "A-1"}
    assert found.start_time is not None
    assert found.end_time is not None
    assert found.start_time <= found.end_time
    assert found.status.status_code is StatusCode.UNSET
    assert traceparent_now() is None


def test_a_span_within_another_is_its_child_and_the_outer_one_goes_on_after_it(kept: KeptSpans) -> None:
    with span("outer") as outer:
        with span("inner") as inner:
            pass
        with span("next"):
            pass
    first, second, last = kept.spans
    assert kept.names == ["inner", "next", "outer"]
    assert {trace_of(found) for found in kept.spans} == {f"{outer.context.trace_id:032x}"}
    assert last.parent is None
    for child in (first, second):
        assert child.parent is not None
        assert child.parent.span_id == outer.context.span_id
    assert inner.context.span_id != second.context.span_id


async def test_spans_of_handlers_that_run_at_once_do_not_mix(kept: KeptSpans) -> None:
    async def handles(n: int) -> None:
        with span(f"handler {n}"):
            await asyncio.sleep(0.001 * (n % 3))
            annotate("lianshen.n", n)
            with span(f"step {n}"):
                await asyncio.sleep(0)

    await asyncio.gather(*(handles(n) for n in range(20)))
    by_name = {found.name: found for found in kept.spans}
    for n in range(20):
        handler, step = by_name[f"handler {n}"], by_name[f"step {n}"]
        assert step.parent is not None
        assert (step.parent.span_id, trace_of(step)) == (handler.context.span_id, trace_of(handler))
        assert dict(handler.attributes or {}) == {"lianshen.n": n}
    assert len({trace_of(found) for found in kept.spans}) == 20


@pytest.mark.parametrize(
    "nonsense",
    ["", "00", "00-x-y-01", f"01-{TRACE}-{PARENT}-01", f"00-{'0' * 32}-{PARENT}-01", f"00-{TRACE}-{'0' * 16}-01"],
)
def test_a_traceparent_that_makes_no_sense_begins_a_new_trace(kept: KeptSpans, nonsense: str) -> None:
    with span("process", parent=nonsense):
        pass
    assert kept.one.parent is None
    assert trace_of(kept.one) != TRACE


def test_a_fresh_span_begins_a_trace_of_its_own_and_is_linked_to_where_it_came_from(kept: KeptSpans) -> None:
    with span("handler", parent=ABOVE) as outer, span("request", fresh=True):
        assert (traceparent_now() or "")[3:35] != TRACE
    request, _ = kept.spans
    assert request.parent is None
    assert trace_of(request) != TRACE
    assert links_of(request) == [f"{TRACE}-{outer.context.span_id:016x}"]


def test_a_department_sees_neither_our_trace_nor_that_of_another_question(kept: KeptSpans) -> None:
    with span("ask tax", parent=ABOVE):
        sent = [traceparent_apart() or "", traceparent_apart() or ""]
    assert len({TRACE, *(header[3:35] for header in sent)}) == 3
    assert links_of(kept.one) == [header[3:52] for header in sent], "only we can say whose they are"
    assert trace_of(kept.one) == TRACE
    assert traceparent_apart() is None


def test_after_a_long_wait_a_new_trace_begins_and_is_linked_to_the_old_one(kept: KeptSpans) -> None:
    now = datetime.now(UTC)
    with span("soon", parent=ABOVE, since=now - timedelta(minutes=59)):
        pass
    with span("late", parent=ABOVE, since=now - timedelta(minutes=61)):
        pass
    soon, late = kept.spans
    assert (trace_of(soon), links_of(soon)) == (TRACE, [])
    assert (late.parent, links_of(late)) == (None, [f"{TRACE}-{PARENT}"])
    assert trace_of(late) != TRACE


# --- what is kept of it ----------------------------------------------------------------------------------------


def test_of_a_failure_its_type_is_kept_and_its_text_never(kept: KeptSpans) -> None:
    lines: list[str] = []

    def publish(subject: str, body: bytes) -> None:
        lines.append(body.decode())

    with pytest.raises(ValueError, match=CANARY), span("process", application="A-1"):
        raise ValueError(f"cannot read {CANARY}")
    found = kept.one
    assert (found.status.status_code, found.status.description) == (StatusCode.ERROR, "ValueError")
    assert list(found.events) == []
    BusSpanExporter(publish).export([found])
    assert CANARY not in found.to_json() + "".join(lines)
    assert json.loads(lines[0])["status"] == "ERROR"


def test_why_a_step_failed_or_comes_back_is_kept_in_our_own_words_and_never_in_others(kept: KeptSpans) -> None:
    for error in (Unavailable("the bus is away"), Later("tax promised a later answer", 5), ValueError(CANARY)):
        with pytest.raises(type(error)), span("process"):
            raise error
    with span("question tax"):
        failed("no answer", f"what tax sent of {CANARY} is no answer")
    away, later, surprise, question = kept.spans
    assert said_of(away) == ("ERROR", {ERROR_TYPE: "Unavailable", REASON: "the bus is away"})
    assert said_of(later) == ("UNSET", {OUTCOME: "again", REASON: "tax promised a later answer"})
    assert said_of(surprise) == ("ERROR", {ERROR_TYPE: "ValueError"})
    reason = masked(f"what tax sent of {CANARY} is no answer")
    assert said_of(question) == ("ERROR", {ERROR_TYPE: "no answer", REASON: reason})
    assert CANARY not in "".join(found.to_json() for found in kept.spans)


def said_of(found: ReadableSpan) -> tuple[str, dict[str, object]]:
    return found.status.status_code.name, dict(found.attributes or {})


def test_a_span_ends_when_what_it_is_about_is_done_not_when_that_is_written_down(kept: KeptSpans) -> None:
    with span("process"):
        before = time.time_ns()
        done_now()
        time.sleep(0.05)
    assert kept.one.end_time is not None
    assert kept.one.end_time - before < 40_000_000


def test_a_span_is_about_the_application_of_the_span_around_it_unless_it_names_its_own(kept: KeptSpans) -> None:
    with span("request"):
        rename("POST /v1/applications")
        about("A-1")
        with span("question housing", fresh=True):
            pass
        with span("other", application="A-2"):
            pass
    assert [(found.name, dict(found.attributes or {})[APPLICATION]) for found in kept.spans] == [
        ("question housing", "A-1"),
        ("other", "A-2"),
        ("POST /v1/applications", "A-1"),
    ]


def test_a_step_that_was_cancelled_has_not_failed(kept: KeptSpans) -> None:
    with pytest.raises(asyncio.CancelledError), span("process"):
        raise asyncio.CancelledError
    assert kept.one.status.status_code is StatusCode.UNSET


def test_a_log_line_carries_the_trace_and_the_failures_type_and_place_without_its_text(kept: KeptSpans) -> None:
    lines: list[str] = []

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(JsonFormatter().format(record))

    log = logging.Logger("test")
    log.addHandler(Lines())
    with span("process", parent=ABOVE):
        try:
            raise ValueError(CANARY)
        except ValueError:
            log.exception("a handler failed", extra={"application": "A-1"})
    line = json.loads(lines[0])
    assert (line["trace"], line["error"], line["application"]) == (TRACE, "ValueError", "A-1")
    assert CANARY not in lines[0]


def test_a_log_line_has_no_id_number_in_any_spelling_and_moves_no_cursor() -> None:
    words = "said 150303 19900101 1015 and １５０３０３１９９００１０１１０１５\x9b2K\u202e\u2028\n"
    record = logging.LogRecord("test", logging.WARNING, "", 1, "%s", (words,), None)
    record.department = "tax\u202e"

    written = JsonFormatter().format(record)

    assert json.loads(written)["message"] == (
        "said 1503** ******** 1015 and １５０３**********１０１５\\x9b2K\\u202e\\u2028\\n"
    )
    assert json.loads(written)["department"] == "tax\\u202e"
    assert not any(point in written for point in "\x9b\u202e\u2028\n")


def test_where_nothing_happened_there_is_no_span_unless_it_failed(kept: KeptSpans) -> None:
    def fails(name: str, error: Exception) -> None:
        with span(name):
            nothing_happened()
            raise error

    with span("outer"):
        with span("took note"):
            nothing_happened()
        for comes_back in (Later("not now"), Conflict("another was first"), Unavailable("the bus is away")):
            with pytest.raises(type(comes_back)):
                fails("comes back", comes_back)
        with pytest.raises(Poison):
            fails("buried", Poison("it can never succeed"))
        with pytest.raises(KeyError):
            fails("failed", KeyError(CANARY))
    assert kept.names == ["buried", "failed", "outer"]


def test_outside_of_any_span_there_is_nothing_to_say_anything_of(kept: KeptSpans) -> None:
    annotate(OUTCOME, "found")
    nothing_happened()
    assert traceparent_now() is None
    assert kept.spans == []


# --- whether it is kept at all ---------------------------------------------------------------------------------


def test_a_sampler_that_keeps_nothing_records_nothing_and_tells_the_next_process(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    kept = keeping(monkeypatch, ALWAYS_OFF)
    exported: list[ReadableSpan] = []

    class Exports(SpanProcessor):
        def on_end(self, span: ReadableSpan) -> None:
            # As the SDK's own processors do it.
            if span.context.trace_flags.sampled:
                exported.append(span)

    spans.tracing.processors = (kept, Exports())
    with span("process", parent=ABOVE):
        assert traceparent_now() is not None
        assert str(traceparent_now()).startswith(f"00-{TRACE}-")
        assert str(traceparent_now()).endswith("-00")
    assert exported == []


def test_a_sampler_is_asked_with_what_it_decides_by(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[tuple[str, int]] = []

    class Asks(Sampler):
        def should_sample(  # type: ignore[no-untyped-def]
            self,
            parent_context: Context | None,
            trace_id: int,
            name: str,
            kind=None,
            attributes=None,
            links=None,
            _=None,
        ):
            asked.append((name, trace_id))
            return TraceIdRatioBased(1.0).should_sample(parent_context, trace_id, name, kind, attributes, links)

        def get_description(self) -> str:
            return "asks"

    kept = keeping(monkeypatch, Asks())
    with span("process", parent=ABOVE):
        pass
    assert asked == [("process", int(TRACE, 16))]
    assert kept.names == ["process"]


PROGRAM = """
import json
import sys
from chassis.telemetry.export import trace_to
from chassis.telemetry.spans import span, traceparent_now
lines = []
provider = trace_to("test", lambda subject, body: lines.append(body.decode()))
with span("process", parent=sys.argv[1], application="A-1"):
    sent = traceparent_now()
with span("of our own"):
    pass
provider.force_flush(5000)
print(json.dumps({"sent": sent, "spans": [json.loads(it) for body in lines for it in body.splitlines()]}))
"""


def a_process(*environment: str, parent: str = ABOVE) -> dict[str, object]:
    """What a process of ours sends and publishes under these settings."""
    given = dict(setting.split("=") for setting in environment)
    clean = {name: value for name, value in os.environ.items() if not name.startswith("OTEL_")}
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, parent],
        env={**clean, **given},
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    return dict(json.loads(done.stdout))


def names_of(spans: object) -> list[str]:
    assert isinstance(spans, Sequence)
    return [found["name"] for found in spans]


def test_a_process_publishes_every_span_even_where_the_kiosk_samples_none_of_its_own() -> None:
    said = a_process(parent=ABOVE[:-1] + "0")
    assert names_of(said["spans"]) == ["process", "of our own"]
    [first, _] = said["spans"]  # type: ignore[misc]
    assert (first["trace"], first["parent"], first["service"]) == (TRACE, PARENT, "test")
    assert first["attributes"] == {APPLICATION: "A-1"}
    assert str(said["sent"]) == f"00-{TRACE}-{first['span']}-01"


def test_a_process_that_is_told_to_sample_nothing_publishes_nothing_and_passes_that_on() -> None:
    said = a_process("OTEL_TRACES_SAMPLER=always_off")
    assert said["spans"] == []
    assert str(said["sent"]).startswith(f"00-{TRACE}-")
    assert str(said["sent"]).endswith("-00")


def test_a_process_whose_sampler_follows_the_parent_keeps_what_the_kiosk_sampled() -> None:
    said = a_process("OTEL_TRACES_SAMPLER=parentbased_always_off")
    assert names_of(said["spans"]) == ["process"]
    assert str(said["sent"]).endswith("-01")
