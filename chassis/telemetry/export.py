"""Where spans go: to a collector by OTLP, and to the bus, to be shown with nothing else."""

import asyncio
import json
import os
import threading
from collections.abc import Callable, Sequence

from nats.aio.client import Client
from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor, TracerProvider
from opentelemetry.sdk.trace.export import BatchSpanProcessor, SpanExporter, SpanExportResult
from opentelemetry.sdk.trace.sampling import ALWAYS_ON

from chassis.telemetry.otel_environment import leave_out_what_fails
from chassis.telemetry.spans import tracing

SPANS_SUBJECT = "telemetry.spans"
MOST_SPANS = 8192
"""Spans that wait for the exporter; beyond, they are dropped."""


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
    tracing.collector = exporter
    for processor in processors:
        provider.add_span_processor(processor)
    trace.set_tracer_provider(provider)
    tracing.processors, tracing.sampler, tracing.resource = tuple(processors), provider.sampler, provider.resource
    return provider


def end_tracing(provider: TracerProvider, within: float) -> None:
    """Sends the spans that are left, for so many seconds at most: a collector that is away holds up no end."""
    flushing = threading.Thread(target=provider.force_flush, name="last-spans", daemon=True)
    flushing.start()
    flushing.join(within)
    if tracing.collector is not None:
        # Else it is tried again, with pauses, until the interpreter may end.
        tracing.collector.shutdown()


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


def bus_publisher(nc: Client) -> Callable[[str, bytes], None]:
    """Publishes from the exporter's thread; drops while the bus is away, so telemetry never costs memory."""
    loop = asyncio.get_running_loop()

    async def send(subject: str, body: bytes) -> None:
        if nc.is_connected:
            await nc.publish(subject, body)

    def publish(subject: str, body: bytes) -> None:
        if not loop.is_closed():
            asyncio.run_coroutine_threadsafe(send(subject, body), loop)

    return publish
