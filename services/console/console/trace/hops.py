"""What nats-server says of a message's way as spans under the step that sent it (ADR 0025). Pure.

One report is one message in one server: how it came in, into which account it passed, which stream took it, which
client it went out to. Of its headers only the place in the trace is kept, of its subject the template.
"""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from typing import Any

from chassis.telemetry.span_tree import Span
from contracts.text import masked, one_line

SERVER = "nats-server"
LONGEST = 100
"""Characters of a name that somebody else chose."""
WITHOUT_IDS = ("department", "command", "answer", "questions")
"""Beginnings of subjects that name parts of the system alone."""
Event = Mapping[str, Any]


@dataclass(frozen=True)
class Hop:
    """`step` is the id of the span that sent the message."""

    step: str
    span: Span


def hops_in(body: bytes) -> Iterator[Hop]:
    """The way in one server; nothing where it is no such report, or belongs to no trace."""
    try:
        report = json.loads(body)
        events = [(_nanoseconds(event["ts"]), event) for event in report["events"]]
        trace, step = _place(report["request"]["header"])
        spans = _spans(trace, step, sorted(events, key=lambda one: one[0]))
    except (ValueError, LookupError, TypeError, AttributeError):
        return
    for span in spans:
        yield Hop(step, span)


def _place(headers: Mapping[str, Sequence[str]]) -> tuple[str, str]:
    """Trace and span of the W3C header, however it is written."""
    values = next(values for name, values in headers.items() if name.lower() == "traceparent")
    _, trace, step, _ = values[0].split("-")
    return trace, step


def _spans(trace: str, step: str, events: Sequence[tuple[int, Event]]) -> list[Span]:
    """The whole way, and under it each part of it until the next one begins."""
    begins, ends = events[0][0], events[-1][0]
    whole = _span(trace, _id(trace, step, begins, "way"), step, events[0][1], begins, ends)
    parts = [*pairwise(events), (events[-1], events[-1])]
    return [
        whole,
        *(
            _span(trace, _id(trace, step, at, n), whole["span"], event, at, until)
            for n, ((at, event), (until, _)) in enumerate(parts[1:], start=1)
        ),
    ]


def _span(trace: str, span: str, parent: str, event: Event, start: int, end: int) -> Span:
    error = str(event.get("error") or "")
    said = {"nats.account": event.get("acc"), "nats.client": event.get("name"), "error.type": error}
    return {
        "trace": trace,
        "span": span,
        "parent": parent,
        "links": [],
        "name": _name(event),
        "kind": "INTERNAL",
        "service": SERVER,
        "start": start,
        "end": max(start, end),
        "attributes": {key: _short(str(value)) for key, value in said.items() if value},
        "status": "ERROR" if error else "UNSET",
    }


def _name(event: Event) -> str:
    match event["type"]:
        case "in":
            return f"in: {_template(event['subj'])}"
        case "sm":
            return f"mapped: {_template(event['to'])}"
        case "si":
            return f"into account {_short(event['acc'])}"
        case "se":
            return f"shown to account {_short(event['acc'])}"
        case "js":
            return f"stream {_short(event['stream'])}"
        case "eg":
            return f"out to {_short(event.get('name') or 'a client')}"
    raise ValueError("a part of the way that is not known here")


def _template(subject: str) -> str:
    """No id in a name: of a case its number, of a claim the key by which a person is known there."""
    parts = subject.split(".")
    if parts[0] == "case" and len(parts) > 2:
        return _short(".".join(("case", "{application}", *parts[2:])))
    return _short(subject if parts[0] in WITHOUT_IDS else f"{parts[0]}.…")


def _short(text: str) -> str:
    """What a client of the bus calls itself comes from outside."""
    return one_line(masked(text))[:LONGEST]


def _nanoseconds(instant: str) -> int:
    """Of RFC 3339 with up to nine places, of which datetime reads six."""
    whole, _, rest = instant.rstrip("Z").partition(".")
    return int(datetime.fromisoformat(whole + "+00:00").timestamp()) * 1_000_000_000 + int(rest[:9].ljust(9, "0"))


def _id(*of: object) -> str:
    """The same for the same report: what comes twice is kept once."""
    return hashlib.sha256(" ".join(map(str, of)).encode()).hexdigest()[:16]
