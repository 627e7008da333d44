"""The spans of this process, kept in a list instead of sent."""

import pytest
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace import ReadableSpan, SpanProcessor
from opentelemetry.sdk.trace.sampling import ALWAYS_ON, Sampler

from chassis.telemetry import spans


class KeptSpans(SpanProcessor):
    """Every span that ended, oldest first."""

    def __init__(self) -> None:
        self.spans: list[ReadableSpan] = []

    def on_end(self, span: ReadableSpan) -> None:
        self.spans.append(span)

    @property
    def one(self) -> ReadableSpan:
        [found] = self.spans
        return found

    @property
    def names(self) -> list[str]:
        return [found.name for found in self.spans]

    def of(self, application: str) -> list[ReadableSpan]:
        return [span for span in self.spans if (span.attributes or {}).get(spans.APPLICATION) == application]


def keeping(monkeypatch: pytest.MonkeyPatch, sampler: Sampler = ALWAYS_ON) -> KeptSpans:
    """From here to the end of the test."""
    kept = KeptSpans()
    here = spans.Tracing((kept,), sampler, Resource({"service.name": "test"}))
    monkeypatch.setattr(spans, "tracing", here)
    return kept
