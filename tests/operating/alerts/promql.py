"""As much of PromQL as our alerts use, over scrapes of real /metrics; anything else is refused, not guessed.

`increase` and `changes` count between the first and the last sample of a series in the range, resets seen, nothing
extrapolated: a series that is seen for the first time has no increase yet, as with Prometheus. Where promtool is
installed, the same scrapes go through it, too (test_alerts.py).
"""

import math
import operator
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from itertools import pairwise

from prometheus_client.parser import text_string_to_metric_families

Labels = frozenset[tuple[str, str]]
Vector = dict[Labels, float]
TOKEN = re.compile(r'\s*("[^"]*"|=~|!~|!=|==|>=|<=|[A-Za-z_:][A-Za-z0-9_:]*|[0-9.]+[smhd]?|[/<>=(){}\[\],])')
SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
MATCHES: dict[str, Callable[[str, str], bool]] = {
    "=": lambda value, wanted: value == wanted,
    "!=": lambda value, wanted: value != wanted,
    "=~": lambda value, wanted: re.fullmatch(wanted, value) is not None,
    "!~": lambda value, wanted: re.fullmatch(wanted, value) is None,
}
COMPARES: dict[str, Callable[[float, float], bool]] = {
    ">": operator.gt,
    "<": operator.lt,
    ">=": operator.ge,
    "<=": operator.le,
    "==": operator.eq,
}


@dataclass
class Scrapes:
    """Scrapes of the same targets, a minute apart; None where a target did not answer."""

    series: dict[tuple[str, Labels], list[tuple[float, float]]] = field(default_factory=lambda: defaultdict(list))
    now: float = 0.0

    def scrape(self, **targets: str | None) -> None:
        """What every target's /metrics said, by instance, under the job of deploy/prometheus."""
        self.now += 60
        for instance, text in targets.items():
            here = {"job": "lianshen", "instance": instance}
            self._add("up", here, 0.0 if text is None else 1.0)
            for family in text_string_to_metric_families(text or ""):
                for sample in family.samples:
                    self._add(sample.name, {**here, **sample.labels}, sample.value)

    def copy(self) -> "Scrapes":
        return Scrapes(deepcopy(self.series), self.now)

    def values(self, name: str, labels: Labels) -> str:
        """In promtool's notation: one a minute from 0 on, `_` where there was none."""
        found = dict(self.series[name, labels])
        return " ".join(str(found.get(60.0 * minute, "_")) for minute in range(round(self.now / 60) + 1))

    def _add(self, name: str, labels: dict[str, str], value: float) -> None:
        self.series[name, frozenset(labels.items())].append((self.now, value))

    def within(self, name: str, seconds: float) -> Iterator[tuple[Labels, list[float]]]:
        for (called, labels), samples in self.series.items():
            if called == name:
                yield labels, [value for at, value in samples if at > self.now - seconds]


def fires(expression: str, scrapes: Scrapes) -> Vector:
    """The series for which an alert's expression holds at the last scrape. Raises ValueError for what is not known."""
    tokens: list[str] = TOKEN.findall(expression)
    if "".join(tokens) != re.sub(r"\s(?=(?:[^\"]*\"[^\"]*\")*[^\"]*$)", "", expression):
        raise ValueError(f"this is no expression that is known here: {expression}")
    reader = _Reader(tokens, scrapes)
    found = reader.comparison()
    if reader.tokens and reader.tokens[0] == "unless":
        found = reader.unless(found)
    if reader.tokens:
        raise ValueError(f"not understood from {reader.tokens[0]!r} on: {expression}")
    return found


@dataclass
class _Reader:
    tokens: list[str]
    scrapes: Scrapes

    def take(self, *wanted: str) -> str:
        token = self.tokens.pop(0)
        if wanted and token not in wanted:
            raise ValueError(f"{token!r} where {' or '.join(wanted)} is expected")
        return token

    def comparison(self) -> Vector:
        left = self.quotient()
        compare, limit = COMPARES[self.take(*COMPARES)], float(self.take())
        return {labels: value for labels, value in left.items() if compare(value, limit)}

    def unless(self, left: Vector) -> Vector:
        """`… unless on (label) …`: what the other side has under the same label is left out."""
        self.take("unless")
        self.take("on")
        self.take("(")
        label = self.take()
        self.take(")")
        hushed = {dict(labels).get(label) for labels in self.comparison()}
        return {labels: value for labels, value in left.items() if dict(labels).get(label) not in hushed}

    def quotient(self) -> Vector:
        left = self.term()
        if not self.tokens or self.tokens[0] != "/":
            return left
        self.take("/")
        right = self.term()
        return {
            labels: value / right[labels] if right[labels] else math.nan
            for labels, value in left.items()
            if labels in right
        }

    def term(self) -> Vector:
        if self.tokens[0] == "sum":
            return self.sum()
        if self.tokens[0] in ("increase", "changes"):
            return self.over_time()
        return {labels: values[-1] for labels, values in self.selected(300) if values}

    def sum(self) -> Vector:
        self.take("sum")
        by: Sequence[str] = ()
        if self.tokens[0] == "by":
            self.take("by")
            self.take("(")
            by = [self.take()]
            self.take(")")
        self.take("(")
        total: Vector = defaultdict(float)
        for labels, value in self.term().items():
            total[frozenset((name, said) for name, said in labels if name in by)] += value
        self.take(")")
        return dict(total)

    def over_time(self) -> Vector:
        how = {"increase": _increase, "changes": _changes}[self.take()]
        self.take("(")
        found = {labels: how(values) for labels, values in self.selected(None) if len(values) > (how is _increase)}
        self.take(")")
        return found

    def selected(self, seconds: float | None) -> list[tuple[Labels, list[float]]]:
        """The series of a selector, with their values in its range, or in the last `seconds`."""
        name, matchers = self.take(), []
        if self.tokens and self.tokens[0] == "{":
            self.take("{")
            while self.tokens[0] != "}":
                label, match, wanted = self.take(), MATCHES[self.take(*MATCHES)], self.take().strip('"')
                matchers.append((label, match, wanted))
                if self.tokens[0] == ",":
                    self.take(",")
            self.take("}")
        if seconds is None:
            self.take("[")
            length = self.take()
            seconds = float(length[:-1]) * SECONDS[length[-1]]
            self.take("]")
        return [
            (labels, values)
            for labels, values in self.scrapes.within(name, seconds)
            if all(match(dict(labels).get(label, ""), wanted) for label, match, wanted in matchers)
        ]


def _increase(values: Sequence[float]) -> float:
    """A counter that falls was reset: what it shows then came since."""
    pairs = pairwise(values)
    return sum(after - before if after >= before else after for before, after in pairs)


def _changes(values: Sequence[float]) -> float:
    return float(sum(before != after for before, after in pairwise(values)))
