"""Every department in one table, and below it whatever a person should look at."""

from datetime import datetime
from typing import Any

from rich.console import Console
from rich.markup import escape
from rich.table import Table

from contracts.local_time import SHANGHAI
from contracts.text import lines, one_line
from lianshen.cli.table import console

COLUMNS = ("department", "by", "asked", "signatures", "keys", "certified until", "open", "overdue")
WIDE = 120
"""Columns where no terminal says how wide it is."""


def departments_table(found: list[dict[str, Any]]) -> None:
    table = Table()
    for column in COLUMNS:
        table.add_column(column)
    for state in found:
        table.add_row(*(escape(lines(cell)) for cell in cells(state)))
    screen = console if console.is_terminal else Console(highlight=False, width=WIDE)
    screen.print(table)
    for line in worries(found):
        console.print(one_line(line), markup=False)


def cells(state: dict[str, Any]) -> tuple[str, ...]:
    """One department's row."""
    more = "+" if state["at_least"] else ""
    keys = [f"{key['kid'][:8]}… until {key['until'][:10]}" for key in state["keys"] if key["counts"]]
    return (
        state["department"],
        state["attached_by"],
        "no" if state["not_asked_because"] else "silent" if state["breaker_open"] else "yes",
        state["signatures"],
        "\n".join(keys) or "none",
        (state["certified_until"] or "–")[:10],
        f"{state['open_questions']}{more}",
        f"{state['overdue']}{more}",
    )


def worries(found: list[dict[str, Any]]) -> list[str]:
    """Why a department is not asked, and what is wrong with it: since when, and over how many questions."""
    files = dict.fromkeys(state["departments_file"] for state in found if state.get("departments_file"))
    said = [f"{wrong}; what was in the file before counts on" for wrong in files]
    for state in found:
        if why := state["not_asked_because"]:
            said.append(f"{state['department']} is not asked: {why}")
        said += [f"{fault['why']}; {how_long(fault)}" for fault in state["faults"]]
    return said


def how_long(fault: dict[str, Any]) -> str:
    since = datetime.fromisoformat(fault["since"]).astimezone(SHANGHAI)
    questions = "1 question waits" if fault["questions"] == 1 else f"{fault['questions']} questions wait"
    return f"since {since:%Y-%m-%d %H:%M:%S}, {questions}; asked at {fault['address']}"
