"""The spans of one application as a tree: what hangs under what, how long it took, and what came of it. Pure.

A step hangs under the one whose span it names as its parent or by a link, whichever trace that is in: a question goes
out under a trace of its own, with the id of the span that asks it.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from contracts.text import one_line

APPLICATION = "lianshen.application"
SHOWN = (
    *("lianshen.department", "messaging.consumer.group.name", "http.response.status_code"),
    *("lianshen.outcome", "error.type", "lianshen.reason"),
)
"""Attributes in a line, in this order; the attempt only where it is not the first."""

Span = dict[str, Any]


@dataclass
class Step:
    """One span with what hangs under it, in the order of their beginnings."""

    span: Span
    below: list["Step"] = field(default_factory=list)

    @property
    def begun(self) -> int:
        return int(self.span["start"])

    @property
    def seconds(self) -> float:
        return (int(self.span["end"]) - self.begun) / 1e9

    def as_dict(self, since: int) -> dict[str, Any]:
        """For a program: seconds since the first step, how long it took, and everything that the span says."""
        kept = ("name", "service", "kind", "status", "trace", "span", "parent", "links", "attributes")
        return {
            "after_seconds": round((self.begun - since) / 1e9, 6),
            "took_seconds": round(self.seconds, 6),
            **{key: self.span[key] for key in kept},
            "below": [step.as_dict(since) for step in self.below],
        }


def trees(spans: Iterable[Span], number: str) -> list[Step]:
    """The steps of this application that hang under none of the others, the oldest first."""
    steps = {span["span"]: Step(span) for span in spans if span["attributes"].get(APPLICATION) == number}
    roots: list[Step] = []
    for step in sorted(steps.values(), key=lambda step: step.begun):
        above = next((steps[name] for name in _above(step.span) if name in steps and steps[name] is not step), None)
        (roots if above is None else above.below).append(step)
    return roots


def _above(span: Span) -> Iterator[str]:
    if span["parent"]:
        yield span["parent"]
    for link in span["links"]:
        yield link["span"]


def lines(roots: Sequence[Step]) -> Iterator[str]:
    """One line a step: seconds since the first one, how long it took, the service, and what was done under what."""
    if not roots:
        return
    since = roots[0].begun
    yield f"{'after':>11}  {'took':>9}  {'service':16}  step"
    for root in roots:
        yield from _lines(root, since, "", "")


def _lines(step: Step, since: int, first: str, rest: str) -> Iterator[str]:
    after, took = (step.begun - since) / 1e9, step.seconds * 1000
    said = f"{after:9.3f} s  {took:6.0f} ms  {step.span['service'] or '':16}  {first}{_told(step.span)}"
    yield one_line(said).rstrip()
    for n, below in enumerate(step.below, start=1):
        last = n == len(step.below)
        yield from _lines(below, since, rest + ("└ " if last else "├ "), rest + ("  " if last else "│ "))


def _told(span: Span) -> str:
    attributes = span["attributes"]
    shown = [str(attributes[key]) for key in SHOWN if key in attributes and _says_more(key, span)]
    shown += [f"{key.rpartition('.')[2]} {value}" for key, value in attributes.items() if ".notice." in key]
    if attributes.get("lianshen.attempt", 1) > 1:
        shown.append(f"attempt {attributes['lianshen.attempt']}")
    mark = "FAILED " if span["status"] == "ERROR" else ""
    return f"{mark}{span['name']}" + (f": {', '.join(shown)}" if shown else "")


def _says_more(key: str, span: Span) -> bool:
    """Whether it is not in the name already."""
    name, value = str(span["name"]), str(span["attributes"][key])
    if key == "messaging.consumer.group.name":
        return name.startswith("process ")
    return not (key == "lianshen.department" and name.endswith(f" {value}"))
