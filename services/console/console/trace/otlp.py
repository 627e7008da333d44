"""A trace as OTLP JSON (OpenTelemetry Protocol 1, JSON encoding): rows of the log, and spans still kept. Pure.

Rows of the log make one trace of their own, whose id is derived from the application's number: the same each time.
"""

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from chassis.telemetry.span_tree import APPLICATION, Span
from console.trace.rows import Row

KINDS = {"INTERNAL": 1, "SERVER": 2, "CLIENT": 3, "PRODUCER": 4, "CONSUMER": 5}
STATUSES = {"UNSET": 0, "OK": 1, "ERROR": 2}
LOG = "lianshen-log"


def otlp(number: str, rows: Sequence[Row], spans: Iterable[Span], now: datetime) -> dict[str, Any]:
    """One document; a row that still lasts ends now."""
    by_service: dict[str, list[dict[str, Any]]] = defaultdict(list)
    for span in spans:
        by_service[str(span.get("service") or "unknown")].append(_span(span))
    by_service[LOG] += _of_the_log(number, rows, now)
    return {"resourceSpans": [_resource(service, found) for service, found in by_service.items()]}


def _resource(service: str, spans: list[dict[str, Any]]) -> dict[str, Any]:
    return {
        "resource": {"attributes": _attributes({"service.name": service})},
        "scopeSpans": [{"scope": {"name": "lianshen"}, "spans": spans}],
    }


def _span(span: Span) -> dict[str, Any]:
    return {
        "traceId": span["trace"],
        "spanId": span["span"],
        **({"parentSpanId": span["parent"]} if span.get("parent") else {}),
        "name": span["name"],
        "kind": KINDS.get(span.get("kind", ""), 1),
        "startTimeUnixNano": str(span["start"]),
        "endTimeUnixNano": str(span["end"]),
        "attributes": _attributes(span["attributes"]),
        "links": [{"traceId": link["trace"], "spanId": link["span"]} for link in span.get("links", ())],
        "status": {"code": STATUSES.get(span.get("status", ""), 0)},
    }


def _of_the_log(number: str, rows: Sequence[Row], now: datetime) -> list[dict[str, Any]]:
    trace = _id(number, 16)
    root = _id(f"{number} case", 8)
    whole = [row.since for row in rows], [row.until or now for row in rows]
    spans = [_made(trace, root, None, "case", min(whole[0]), max(whole[1]), {APPLICATION: number})]
    for row in rows:
        name = " ".join(part for part in (row.lane, row.name, str(row.round or "")) if part)
        said = {APPLICATION: number, "lianshen.lane": str(row.lane)}
        made = _made(trace, _id(f"{number} {name}", 8), root, name, row.since, row.until or now, said)
        made["events"] = [
            {
                "timeUnixNano": _nanoseconds(mark.at),
                "name": mark.kind,
                "attributes": _attributes({"lianshen.sequence": mark.sequence}),
            }
            for mark in row.marks
        ]
        spans.append(made)
    return spans


def _made(
    trace: str,
    span: str,
    parent: str | None,
    name: str,
    since: datetime,
    until: datetime,
    said: Mapping[str, str],
) -> dict[str, Any]:
    return {
        "traceId": trace,
        "spanId": span,
        **({"parentSpanId": parent} if parent else {}),
        "name": name,
        "kind": 1,
        "startTimeUnixNano": _nanoseconds(since),
        "endTimeUnixNano": _nanoseconds(until),
        "attributes": _attributes(said),
        "status": {"code": 0},
    }


def _attributes(said: Mapping[str, object]) -> list[dict[str, Any]]:
    return [{"key": key, "value": _value(value)} for key, value in said.items()]


def _value(value: object) -> dict[str, Any]:
    if isinstance(value, bool):
        return {"boolValue": value}
    # 64-bit integers are strings in the JSON encoding of protobuf.
    return {"intValue": str(value)} if isinstance(value, int) else {"stringValue": str(value)}


def _nanoseconds(at: datetime) -> str:
    return str(int(at.timestamp() * 1_000_000) * 1000)


def _id(text: str, size: int) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[: 2 * size]
