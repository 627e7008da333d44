"""What the command line shows as tables, on stdout."""

from pathlib import Path

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from contracts.case.case import Case
from contracts.text import one_line
from lianshen.demo.demo import Played
from lianshen.demo.one_draw import PROJECT
from lianshen.demo.results import differences, read_expected
from lianshen.demo.to_the_keys import Row
from procedures.hainan_2025.view import failed_rules, unknown_rules
from procedures.working_days import DueDate

console = Console(highlight=False, soft_wrap=True)
WIDE = 190
"""Columns of the demo's table where no terminal says how wide it is."""


def demo_table(world: Path, played: Played) -> bool:
    """Every application, its outcome, its articles, its time; True where all is as it should be."""
    expected = read_expected(world)
    wrong: list[str] = []
    table = Table(
        title=f"{escape(world.name)}: {len(played.posted)} applications (DRILL: synthetic, publicity in seconds)"
    )
    for column in ("application", "number", "intake", "outcome", "state", "articles", "seconds", ""):
        table.add_column(column)
    for post in played.posted:
        case = played.cases.get(post.application_number or "")
        row = next(one for one in played.results() if one["file"] == post.file)
        found = differences(row, expected[post.file]) if post.file in expected else []
        wrong += [f"{post.file}: {what}" for what in found]
        seconds = played.seconds.get(post.application_number or "")
        table.add_row(
            escape(post.file.removesuffix(".json")),
            post.application_number or "–",
            row["intake"] or f"HTTP {post.http_status}",
            row["outcome"] or "–",
            row["state"] or "–",
            _articles(case),
            f"{seconds:.2f}" if seconds is not None else "–",
            "" if post.file not in expected else "✗" if found else "✓",
        )
    played_files = {post.file for post in played.posted}
    wrong += [f"{file}: it was not played" for file in expected if file not in played_files]
    (console if console.is_terminal else Console(highlight=False, width=WIDE)).print(table)
    if played.homes:
        (console if console.is_terminal else Console(highlight=False, width=WIDE)).print(_homes_table(played.homes))
    told = [f"waited for: {what}" for what in played.waited_for]
    told += [f"NOT AS EXPECTED {what}" for what in wrong] + [f"VIOLATED {what}" for what in played.violations]
    told.append(
        f"{len(played.posted)} applications in {played.took:.0f} s; "
        + (f"{len(expected)} expected rows, {len(wrong)} differ; " if expected else "")
        + f"audit {'clean' if not played.violations else 'NOT clean'}"
    )
    for line in told:
        console.print(one_line(line), markup=False)
    return not wrong and not played.violations


def _homes_table(rows: list[Row]) -> Table:
    """Each family of the second half: its place, its ticket, its home."""
    table = Table(title=f"{PROJECT}: from the pool to the keys (DRILL: the clock was turned on)")
    for column in ("application", "place", "ticket", "home", "state"):
        table.add_column(column)
    for row in rows:
        table.add_row(escape(row.name), row.place or "–", row.ticket or "–", row.home or "–", row.state)
    return table


def _articles(case: Case | None) -> str:
    """Which rule decided, under which article."""
    if case is None:
        return "–"
    if case.refused is not None:
        return "; ".join(f"{ground.rule} Art. {ground.article}" for ground in case.refused.grounds)
    if case.supplements and case.accepted is None:
        return "; ".join(dict.fromkeys(f"Art. {gap.article}" for gap in case.supplements[-1].gaps))
    telling = {*failed_rules(case), *unknown_rules(case)}
    findings = case.determination.findings if case.determination else ()
    told = [f"{finding.rule} Art. {finding.article}" for finding in findings if finding.rule in telling]
    told += [f"{c.rule} Art. {c.article}" for c in (case.determination.conditions if case.determination else ())]
    return "; ".join(told) or ("all rules met" if findings else "–")


def due_table(found: DueDate) -> None:
    """Prints the last day first, then the derivation."""
    console.print(found.last_day.isoformat())
    if found.provisional:
        console.print("provisional: the State Council has not announced the holidays of a year this needs")
    for day in found.derivation:
        counted = f"day {day.number}" if day.number is not None else "not counted"
        console.print(
            f"{day.date.isoformat()}  {counted:12}  {day.reason}" + ("  (provisional)" if day.provisional else "")
        )
