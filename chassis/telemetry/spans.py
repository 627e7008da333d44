"""One trace an application, JSON logs that carry its id, and never a person in either.

W3C `traceparent` rides in message headers. Spans are named by what is done and by template (`ask tax`, `process
case.{application}.accepted`); the application number is an attribute of every one. Attributes have OpenTelemetry's
names where it has one. Of an exception its type is kept; its text only where it is our own, for others may hold input.
"""

import json
import logging
import os
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from types import TracebackType

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.id_generator import RandomIdGenerator
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, Decision, Sampler
from opentelemetry.sdk.util.instrumentation import InstrumentationScope
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
)

from chassis.errors import ChassisError, Conflict, Later, Stale
from chassis.telemetry.otel_environment import leave_out_what_fails
from contracts.text import masked, one_line

APPLICATION = "lianshen.application"
DEPARTMENT = "lianshen.department"
ATTEMPT = "lianshen.attempt"
OUTCOME = "lianshen.outcome"
"""What came of it: the kind of an answer, a case's state, what was decided; `again` where it comes back."""
REASON = "lianshen.reason"
"""Why it failed, was refused or comes back: our own words, never what somebody sent."""
ERROR_TYPE = "error.type"
LONGEST_REASON = 200
SPANS_SUBJECT = "telemetry.spans"
MOST_SPANS = 8192
"""Spans that wait for the exporter; beyond, they are dropped."""
LONG_WAIT = timedelta(hours=1)
"""After a longer wait a new trace begins, linked to the old one."""

_here: ContextVar["Span | None"] = ContextVar("lianshen-span", default=None)
_ids = RandomIdGenerator()


@dataclass
class _Tracing:
    """Where this process's spans go; set once, by `trace_to`."""

    processors: tuple[SpanProcessor, ...] = ()
    sampler: Sampler = ALWAYS_ON
    resource: Resource = field(default_factory=lambda: Resource({}))
    collector: SpanExporter | None = None


_tracing = _Tracing()
_SCOPE = InstrumentationScope("lianshen")


def _context_now() -> SpanContext:
    """Of our own span, or of one that somebody else's instrumentation began."""
    own = _here.get()
    return own.context if own is not None else trace.get_current_span().get_span_context()


def traceparent_now() -> str | None:
    """The W3C header of the current span."""
    context = _context_now()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def _remote(traceparent: str | None) -> SpanContext | None:
    if traceparent is None:
        return None
    try:
        version, trace_id, span_id, flags = traceparent.split("-")
        context = SpanContext(int(trace_id, 16), int(span_id, 16), True, TraceFlags(int(flags, 16)))
    except ValueError:
        return None
    return context if context.is_valid and version == "00" else None


class Span:
    """What one step of a case took, from `with` to its end, under the SDK's processors and exporters.

    The SDK's own span takes forty microseconds to begin and end (locks, checks, copies of what is never read);
    a case has eighteen. This one is a `ReadableSpan` of the SDK, made once, at its end.
    """

    __slots__ = (
        *("_begun", "_ended", "_failure", "_kind", "_links", "_parent", "_reset"),
        *("attributes", "context", "name", "worthless"),
    )

    def __init__(
        self,
        name: str,
        kind: SpanKind,
        parent: SpanContext | None,
        links: Sequence[Link],
        attributes: dict[str, str | int | bool],
    ) -> None:
        self.name = name
        self.attributes = attributes
        self.worthless = False
        """Set where nothing happened that anybody would look for."""
        self._kind, self._parent, self._links = kind, parent, links
        self._failure: str | None = None
        self._ended: int | None = None
        trace_id = parent.trace_id if parent is not None else _ids.generate_trace_id()
        flags = TraceFlags.SAMPLED
        if _tracing.sampler is not ALWAYS_ON:
            above = trace.set_span_in_context(NonRecordingSpan(parent)) if parent else None
            said = _tracing.sampler.should_sample(above, trace_id, name, kind, attributes, links)
            flags = TraceFlags.SAMPLED if said.decision is Decision.RECORD_AND_SAMPLE else TraceFlags.DEFAULT
        self.context = SpanContext(trace_id, _ids.generate_span_id(), False, TraceFlags(flags))

    def __enter__(self) -> "Span":
        self._reset = _here.set(self)
        self._begun = time.time_ns()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None
    ) -> None:
        _here.reset(self._reset)
        if self.worthless and error is None:
            return
        if isinstance(error, Exception):
            self._explain(error)
        ended = ReadableSpan(
            self.name,
            self.context,
            self._parent,
            _tracing.resource,
            self.attributes,
            links=self._links,
            kind=self._kind,
            status=Status(StatusCode.ERROR, self._failure) if self._failure else Status(),
            start_time=self._begun,
            end_time=self._ended or time.time_ns(),
            instrumentation_scope=_SCOPE,
        )
        for processor in _tracing.processors:
            processor.on_end(ended)

    def fail(self, kind: str, reason: str | None = None) -> None:
        """The step failed, in our own words: a kind out of few, and why."""
        self._failure = self.attributes[ERROR_TYPE] = kind
        if reason:
            self.attributes[REASON] = _said(reason)[:LONGEST_REASON]

    def end_now(self) -> None:
        """What the span is about is done; what still comes within it is not counted."""
        self._ended = time.time_ns()

    def _explain(self, error: Exception) -> None:
        """By type only, unless it is one of ours: another's text may hold input."""
        ours = str(error) if isinstance(error, ChassisError) else None
        if isinstance(error, Later | Conflict | Stale):
            self.attributes.setdefault(OUTCOME, "again")
            self.attributes.setdefault(REASON, _said(ours or "")[:LONGEST_REASON])
        else:
            self.fail(type(error).__name__, ours)


def span(
    name: str,
    *,
    kind: SpanKind = SpanKind.INTERNAL,
    parent: str | None = None,
    since: datetime | None = None,
    fresh: bool = False,
    attributes: Mapping[str, str | int | bool] | None = None,
    application: str | None = None,
) -> Span:
    """A span under `parent` (a traceparent) or the current one.

    `fresh` starts a new trace linked to the parent, and so does a `since` that lies more than LONG_WAIT back.
    Without an application of its own it is about the same one as the span around it.
    """
    remote = _remote(parent)
    above: SpanContext | None = remote or _context_now()
    if above is not None and not above.is_valid:
        above = None
    links: tuple[Link, ...] = ()
    if fresh or (remote and since and datetime.now(UTC) - since > LONG_WAIT):
        links = (Link(above),) if above is not None else ()
        above = None
    said = dict(attributes) if attributes else {}
    around = _here.get()
    if application is None and around is not None:
        application = str(around.attributes.get(APPLICATION, "")) or None
    if application is not None:
        said[APPLICATION] = application
    return Span(name, kind, above, links, said)


def annotate(key: str, value: str | int | bool) -> None:
    """Says something of the current span; the key is whole, such as `lianshen.outcome`."""
    if (current := _here.get()) is not None:
        current.attributes[key] = value


def about(application: str) -> None:
    """The current span is a step of this application."""
    annotate(APPLICATION, application)


def rename(name: str) -> None:
    """The current span does something that has a better name; never one with an id in it."""
    if (current := _here.get()) is not None:
        current.name = name


def failed(kind: str, reason: str) -> None:
    """The current span failed: a kind out of few, and why in our own words."""
    if (current := _here.get()) is not None:
        current.fail(kind, reason)


def done_now() -> None:
    """The current span ends here, whatever is still written down within it."""
    if (current := _here.get()) is not None:
        current.end_now()


def nothing_happened() -> None:
    """The current span need not be kept: it took note of something and decided nothing."""
    if (current := _here.get()) is not None:
        current.worthless = True


class BusSpanExporter(SpanExporter):
    """Publishes spans on the bus as JSON lines; drops them where the bus is away. Runs in the exporter's thread."""

    def __init__(self, publish: Callable[[str, bytes], None]) -> None:
        self._publish = publish

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        body = b"\n".join(json.dumps(_plain(item), separators=(",", ":")).encode() for item in spans)
        self._publish(SPANS_SUBJECT, body)
        return SpanExportResult.SUCCESS


def _plain(item: ReadableSpan) -> dict[str, object]:
    context = item.get_span_context()
    return {
        "trace": f"{context.trace_id:032x}" if context else "",
        "span": f"{context.span_id:016x}" if context else "",
        "parent": f"{item.parent.span_id:016x}" if item.parent else None,
        "links": [
            {"trace": f"{link.context.trace_id:032x}", "span": f"{link.context.span_id:016x}"} for link in item.links
        ],
        "name": item.name,
        "kind": item.kind.name,
        "service": item.resource.attributes.get("service.name"),
        "start": item.start_time,
        "end": item.end_time,
        "attributes": dict(item.attributes or {}),
        "status": item.status.status_code.name,
    }


def trace_to(service: str, publish: Callable[[str, bytes], None] | None) -> TracerProvider:
    """Starts tracing for this process: OTLP where `OTEL_EXPORTER_OTLP_ENDPOINT` is set, and the bus where wanted."""
    leave_out_what_fails(_set_up_once)
    # A kiosk's own sampling must not blind us; OTEL_TRACES_SAMPLER still decides where it is set.
    sampler = None if os.environ.get("OTEL_TRACES_SAMPLER") else ALWAYS_ON
    provider = TracerProvider(sampler=sampler, resource=Resource.create({"service.name": service}))
    processors: list[SpanProcessor] = []
    # The bus first: it never keeps anybody waiting.
    if publish is not None:
        processors.append(BatchSpanProcessor(BusSpanExporter(publish), MOST_SPANS, schedule_delay_millis=500))
    if exporter := _otlp():
        processors.append(BatchSpanProcessor(exporter))
    _tracing.collector = exporter
    for processor in processors:
        provider.add_span_processor(processor)
    trace.set_tracer_provider(provider)
    _tracing.processors, _tracing.sampler, _tracing.resource = tuple(processors), provider.sampler, provider.resource
    return provider


def end_tracing(provider: TracerProvider, within: float) -> None:
    """Sends the spans that are left, for so many seconds at most: a collector that is away holds up no end."""
    flushing = threading.Thread(target=provider.force_flush, name="last-spans", daemon=True)
    flushing.start()
    flushing.join(within)
    if _tracing.collector is not None:
        # Else it is tried again, with pauses, until the interpreter may end.
        _tracing.collector.shutdown()


def _otlp() -> SpanExporter | None:
    if not (os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or os.environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT")):
        return None
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

    return OTLPSpanExporter()


def _set_up_once() -> None:
    """All that reads the OTEL_* variables, set up and shut down again."""
    TracerProvider(resource=Resource.create(), shutdown_on_exit=False)
    for processor in (BatchSpanProcessor(_otlp() or _Nowhere()), BatchSpanProcessor(_Nowhere(), MOST_SPANS)):
        processor.shutdown()  # type: ignore[no-untyped-call]


class _Nowhere(SpanExporter):
    """Drops all spans."""

    def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
        return SpanExportResult.SUCCESS


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, trace id, and what `extra=` named."""

    def format(self, record: logging.LogRecord) -> str:
        context = _context_now()
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": _said(record.getMessage()),
        }
        if context.is_valid:
            line["trace"] = f"{context.trace_id:032x}"
        for name in ("service", "application", "durable", "sequence", "department"):
            if hasattr(record, name):
                value = getattr(record, name)
                line[name] = _said(value) if isinstance(value, str) else value
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _where(record)
        return json.dumps(line, ensure_ascii=False)


def _said(text: str) -> str:
    """What may stand in a log: no ID number, and nothing that moves the cursor of whoever reads it."""
    return one_line(masked(text))


def _where(record: logging.LogRecord) -> list[str]:
    """The frames of an exception without its text, which may hold personal data."""
    places = []
    step = record.exc_info[2] if record.exc_info else None
    while step is not None:
        places.append(f"{step.tb_frame.f_code.co_filename.rsplit('/', 1)[-1]}:{step.tb_lineno}")
        step = step.tb_next
    return places[-8:]


def log_as_json(level: str) -> None:
    """JSON lines on stderr for everything this process logs."""
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(JsonFormatter())
    logging.basicConfig(level=level, handlers=[handler], force=True)
    logging.getLogger("httpx").setLevel("WARNING")
    logging.getLogger("uvicorn.access").setLevel("WARNING")
