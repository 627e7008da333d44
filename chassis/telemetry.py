"""One trace an application, JSON logs that carry its id, and never a person in either.

W3C `traceparent` rides in message headers. Spans are named by template (`process case.{application}.accepted`) with
the application number as an attribute. Exceptions are recorded by type only: their texts may hold input.
"""

import json
import logging
import os
import sys
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

from contracts.text import masked, one_line

APPLICATION = "lianshen.application"
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

    __slots__ = ("_begun", "_kind", "_links", "_parent", "_reset", "attributes", "context", "name", "worthless")

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
        failed = isinstance(error, Exception)
        ended = ReadableSpan(
            self.name,
            self.context,
            self._parent,
            _tracing.resource,
            self.attributes,
            links=self._links,
            kind=self._kind,
            # By type only: the text may hold input.
            status=Status(StatusCode.ERROR, type(error).__name__) if failed else Status(),
            start_time=self._begun,
            end_time=time.time_ns(),
            instrumentation_scope=_SCOPE,
        )
        for processor in _tracing.processors:
            processor.on_end(ended)


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
    """
    remote = _remote(parent)
    above: SpanContext | None = remote or _context_now()
    if above is not None and not above.is_valid:
        above = None
    links: tuple[Link, ...] = ()
    if fresh or (remote and since and datetime.now(UTC) - since > LONG_WAIT):
        links = (Link(above),) if above is not None else ()
        above = None
    names = {f"lianshen.{key}": value for key, value in attributes.items()} if attributes else {}
    if application is not None:
        names[APPLICATION] = application
    return Span(name, kind, above, links, names)


def annotate(key: str, value: str | int | bool) -> None:
    """Says something of the current span."""
    if (current := _here.get()) is not None:
        current.attributes[f"lianshen.{key}"] = value


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
        "links": [f"{link.context.trace_id:032x}" for link in item.links],
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
    # A kiosk's own sampling must not blind us; OTEL_TRACES_SAMPLER still decides where it is set.
    sampler = None if os.environ.get("OTEL_TRACES_SAMPLER") else ALWAYS_ON
    provider = TracerProvider(sampler=sampler, resource=Resource.create({"service.name": service}))
    processors: list[SpanProcessor] = []
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or os.environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        processors.append(BatchSpanProcessor(OTLPSpanExporter()))
    if publish is not None:
        processors.append(BatchSpanProcessor(BusSpanExporter(publish), MOST_SPANS, schedule_delay_millis=500))
    for processor in processors:
        provider.add_span_processor(processor)
    trace.set_tracer_provider(provider)
    _tracing.processors, _tracing.sampler, _tracing.resource = tuple(processors), provider.sampler, provider.resource
    return provider


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
