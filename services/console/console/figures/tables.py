"""The figures of a month as tables in one language: one shape for page, .csv, workbook and print. Pure."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from chassis.http.pages.language import Language
from console.figures.month import THROUGHPUT, Month, Spent
from console.projection.findings import REFUSED, TO_DO
from console.projection.steps import ENTRY
from procedures.hainan_2025.titles import DEPARTMENT_TITLES, RULES, STATES, title

HOURS = frozenset({"median", "p95"})
TRUTHS = ("met", "not_met", "unknown", REFUSED, TO_DO)


@dataclass(frozen=True)
class Share:
    """Of something, from 0 to 1."""

    of: float


Cell = str | int | timedelta | Share | None


@dataclass(frozen=True)
class Column:
    """Its heading, and whether it holds durations, which a file gives in hours."""

    heading: str
    in_hours: bool = False


@dataclass(frozen=True)
class Table:
    """`name` is its token in addresses; a note says what is counted."""

    name: str
    title: str
    note: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]

    @property
    def labels(self) -> int:
        """How many columns from the left are words."""
        return 2 if self.name in ("articles", "dates") else 1


@dataclass(frozen=True)
class Reader:
    """One language: texts by their keys, and titles of what the law knows."""

    say: Callable[..., str]
    language: Language


def tables(month: Month, reader: Reader) -> tuple[Table, ...]:
    """Every table there is, in the order of the page."""
    return tuple(_tables(month, reader))


def _tables(month: Month, reader: Reader) -> Iterator[Table]:
    yield _table("funnel", reader, ("step", "of_month", "in_month"), _funnel(month, reader))
    yield _months(month, reader)
    yield _table("stages", reader, ("stage", "n", "median", "p95"), _stages(month, reader))
    turns = ("whose", "n", "median", "p95", "rest_median", "rest_p95")
    yield _table("turns", reader, turns, _turns(month, reader))
    yield _table("articles", reader, ("article", "rule", *TRUTHS), _articles(month, reader))
    yield _table("dates", reader, ("date", "whose", "kept", "missed", "share"), _dates(month, reader))


def _table(name: str, reader: Reader, columns: tuple[str, ...], rows: Iterable[tuple[Cell, ...]]) -> Table:
    heading, note = reader.say("figures.table." + name), reader.say("figures.note." + name)
    return Table(name, heading, note, _columns(columns, reader), tuple(rows))


def _columns(names: Iterable[str], reader: Reader) -> tuple[Column, ...]:
    return tuple(Column(reader.say("figures.column." + name), in_hours=name in HOURS) for name in names)


def _months(month: Month, reader: Reader) -> Table:
    """A column a step, since its months are the series of a chart."""
    columns = (*_columns(("month",), reader), *(Column(reader.say("figures.step." + step)) for step in THROUGHPUT))
    rows: list[tuple[Cell, ...]] = [
        (one.month, *(one.by_step.get(step, 0) for step in THROUGHPUT)) for one in month.passed
    ]
    heading, note = reader.say("figures.table.months"), reader.say("figures.note.months")
    return Table("months", heading, note, columns, tuple(rows))


def _funnel(month: Month, reader: Reader) -> Iterator[tuple[Cell, ...]]:
    for one in month.funnel:
        yield reader.say("figures.step." + one.step), one.of_month, one.in_month


def _stages(month: Month, reader: Reader) -> Iterator[tuple[Cell, ...]]:
    for one in month.stages:
        yield stage_title(one, reader), one.n, one.median, one.p95


def stage_title(one: Spent, reader: Reader) -> str:
    if one.name == ENTRY:
        return reader.say("figures.stage.entry")
    return title({str(state): said for state, said in STATES.items()}, one.name, reader.language)


def _turns(month: Month, reader: Reader) -> Iterator[tuple[Cell, ...]]:
    for one in month.turns:
        rest = one.rest or (None, None)
        yield reader.say("figures.turn." + one.name), one.n, one.median, one.p95, *rest


def _articles(month: Month, reader: Reader) -> Iterator[tuple[Cell, ...]]:
    for one in month.findings:
        rule = title(RULES, one.rule, reader.language)
        yield one.article, rule, *(one.by_truth.get(truth, 0) for truth in TRUTHS)


def _dates(month: Month, reader: Reader) -> Iterator[tuple[Cell, ...]]:
    for one in month.dates:
        whose = title(DEPARTMENT_TITLES, one.whom, reader.language)
        yield reader.say("figures.date." + one.what), whose, one.kept, one.missed, Share(one.share)
