"""One trace an application, JSON logs that carry its id, and never a person in either.

W3C `traceparent` rides in message headers. Spans are named by template (`process case.{application}.accepted`) with
the application number as an attribute. Exceptions are recorded by type only: their texts may hold input.
"""

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from opentelemetry.trace import (
    Link,
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
)

APPLICATION = "lianshen.application"
SPANS_SUBJECT = "telemetry.spans"
LONG_WAIT = timedelta(hours=1)
"""After a longer wait a new trace begins, linked to the old one."""

_tracer = trace.get_tracer("lianshen")


def traceparent_now() -> str | None:
    """The W3C header of the current span."""
    context = trace.get_current_span().get_span_context()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def _remote(traceparent: str | None) -> SpanContext | None:
    try:
        version, trace_id, span_id, flags = (traceparent or "").split("-")
        context = SpanContext(int(trace_id, 16), int(span_id, 16), True, TraceFlags(int(flags, 16)))
    except ValueError:
        return None
    return context if context.is_valid and version == "00" else None


@contextmanager
def span(
    name: str,
    *,
    kind: SpanKind = SpanKind.INTERNAL,
    parent: str | None = None,
    since: datetime | None = None,
    fresh: bool = False,
    attributes: Mapping[str, str | int | bool] | None = None,
    application: str | None = None,
) -> Iterator[Span]:
    """A span under `parent` (a traceparent) or the current one.

    `fresh` starts a new trace linked to the parent, and so does a `since` that lies more than LONG_WAIT back.
    """
    remote = _remote(parent)
    links = []
    context = trace.set_span_in_context(NonRecordingSpan(remote)) if remote else None
    if fresh or (remote and since and datetime.now(UTC) - since > LONG_WAIT):
        linked = remote or trace.get_current_span().get_span_context()
        links = [Link(linked)] if linked.is_valid else []
        context = Context()
    names = {f"lianshen.{key}": value for key, value in (attributes or {}).items()}
    if application is not None:
        names[APPLICATION] = application
    with _tracer.start_as_current_span(
        name, context, kind, names, links=links, record_exception=False, set_status_on_exception=False
    ) as current:
        try:
            yield current
        except Exception as error:
            current.set_status(Status(StatusCode.ERROR, type(error).__name__))
            raise


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
    if os.environ.get("OTEL_EXPORTER_OTLP_ENDPOINT") or os.environ.get("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT"):
        from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter

        provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    if publish is not None:
        provider.add_span_processor(BatchSpanProcessor(BusSpanExporter(publish), schedule_delay_millis=500))
    trace.set_tracer_provider(provider)
    return provider


class JsonFormatter(logging.Formatter):
    """One JSON object a line: time, level, logger, message, trace id, and what `extra=` named."""

    def format(self, record: logging.LogRecord) -> str:
        context = trace.get_current_span().get_span_context()
        line: dict[str, object] = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if context.is_valid:
            line["trace"] = f"{context.trace_id:032x}"
        for name in ("service", "application", "durable", "sequence", "department"):
            if hasattr(record, name):
                line[name] = getattr(record, name)
        if record.exc_info and record.exc_info[0]:
            line["error"] = record.exc_info[0].__name__
            line["where"] = _where(record)
        return json.dumps(line, ensure_ascii=False)


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
