"""One trace an application, and never a person in it.

W3C `traceparent` rides in message headers. Spans are named by what is done and by template (`ask tax`, `process
case.{application}.accepted`); the application number is an attribute of every one. Attributes have OpenTelemetry's
names where it has one. Of an exception its type is kept; its text only where it is our own, for others may hold input.
"""

import time
from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from types import TracebackType

from opentelemetry import trace
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.export import SpanExporter
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

from chassis.clock import WALL
from chassis.errors import ChassisError, Conflict, Later, Stale, Unavailable
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
LONG_WAIT = timedelta(hours=1)
"""After a longer wait a new trace begins, linked to the old one."""

_here: ContextVar["Span | None"] = ContextVar("lianshen-span", default=None)
_ids = RandomIdGenerator()


@dataclass
class Tracing:
    """Where this process's spans go; set once, by `trace_to` (export.py)."""

    processors: tuple[SpanProcessor, ...] = ()
    sampler: Sampler = ALWAYS_ON
    resource: Resource = field(default_factory=lambda: Resource({}))
    collector: SpanExporter | None = None


tracing = Tracing()
_SCOPE = InstrumentationScope("lianshen")


def loggable(text: str) -> str:
    """What may stand in a log: no ID number, and nothing that moves the cursor of whoever reads it."""
    return one_line(masked(text))


def current_context() -> SpanContext:
    """Of our own span, or of one that somebody else's instrumentation began."""
    own = _here.get()
    return own.context if own is not None else trace.get_current_span().get_span_context()


def traceparent_now() -> str | None:
    """The W3C header of the current span."""
    context = current_context()
    if not context.is_valid:
        return None
    return f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags:02x}"


def traceparent_apart() -> str | None:
    """The header of a trace of its own, which our span alone names, by a link: two of them cannot be joined."""
    if (current := _here.get()) is None:
        return None
    trace_id = _ids.generate_trace_id()
    current.links += (Link(SpanContext(trace_id, current.context.span_id, False, current.context.trace_flags)),)
    return f"00-{trace_id:032x}-{current.context.span_id:016x}-{current.context.trace_flags:02x}"


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
    a case has twelve. This one is a `ReadableSpan` of the SDK, made once, at its end.
    """

    __slots__ = (
        *("_begun", "_ended", "_failure", "_kind", "_parent", "_reset"),
        *("attributes", "context", "links", "name", "worthless"),
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
        """Set where nothing happened that anybody would look for: kept only where it failed for good."""
        self.links = tuple(links)
        self._kind, self._parent = kind, parent
        self._failure: str | None = None
        self._ended: int | None = None
        trace_id = parent.trace_id if parent is not None else _ids.generate_trace_id()
        flags = TraceFlags.SAMPLED
        if tracing.sampler is not ALWAYS_ON:
            above = trace.set_span_in_context(NonRecordingSpan(parent)) if parent else None
            said = tracing.sampler.should_sample(above, trace_id, name, kind, attributes, links)
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
        if self.worthless and (error is None or isinstance(error, Later | Conflict | Stale | Unavailable)):
            return
        if not (tracing.processors and self.context.trace_flags.sampled):
            return
        if isinstance(error, Exception):
            self._explain(error)
        ended = ReadableSpan(
            self.name,
            self.context,
            self._parent,
            tracing.resource,
            self.attributes,
            links=self.links,
            kind=self._kind,
            status=Status(StatusCode.ERROR, self._failure) if self._failure else Status(),
            start_time=self._begun,
            end_time=self._ended or time.time_ns(),
            instrumentation_scope=_SCOPE,
        )
        for processor in tracing.processors:
            processor.on_end(ended)

    def fail(self, kind: str, reason: str | None = None) -> None:
        """The step failed, in our own words: a kind out of few, and why."""
        self._failure = self.attributes[ERROR_TYPE] = kind
        if reason:
            self.attributes[REASON] = loggable(reason)[:LONGEST_REASON]

    def end_now(self) -> None:
        """What the span is about is done; what still comes within it is not counted."""
        self._ended = time.time_ns()

    def _explain(self, error: Exception) -> None:
        """By type only, unless it is one of ours: another's text may hold input."""
        ours = str(error) if isinstance(error, ChassisError) else None
        if isinstance(error, Later | Conflict | Stale):
            self.attributes.setdefault(OUTCOME, "again")
            self.attributes.setdefault(REASON, loggable(ours or "")[:LONGEST_REASON])
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
    above: SpanContext | None = remote or current_context()
    if above is not None and not above.is_valid:
        above = None
    links: tuple[Link, ...] = ()
    if fresh or (remote and since and WALL.now() - since > LONG_WAIT):
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
