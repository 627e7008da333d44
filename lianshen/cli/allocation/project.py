"""`lianshen project …`: announced, priced, approved, closed (Art. 25, 26(1), 34)."""

import tomllib
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Annotated, Any

import typer

from contracts.text import one_line
from contracts.text_file import text_in
from lianshen.cli.common import ByOption, DataDirOption, JsonOption, act, command, run, say, show

app = typer.Typer(help="Sale projects: announced, priced, approved, closed (Art. 25, 26, 34).", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="PROJECT", help="The project's name, such as HN-2026-02.")]
Yuan = Annotated[str, typer.Option(help="Yuan per square metre, such as 2800.00.")]
EXAMPLE = """\
project = "HN-2026-02"
title = "海南区2026年第二批配售型保障性住房"
place = "公乌素镇矿区街坊"
way = "offline"                       # or online
stock = "new"                         # or purchased
registration_opens = 2026-12-01
registration_closes = 2026-12-31      # the last day
method = "An open draw; its rules and its checker are posted before the list is frozen."
deposit = { amount = "20000.00", working_days = 10 }    # left out: none is asked
pools = [{ name = "two-rooms", substitutes = 5, reserved = [{ group = "elderly", homes = 2 }] }]

[[homes]]
code = "GWS-1-0201"                   # unique in the district
building = "1"
floor = 2
area = "75.30"                        # building area, square metres
pool = "two-rooms"
"""


@app.command()
def announce(
    file: Annotated[Path, typer.Argument(help="The announcement (TOML); `lianshen project example` prints one.")],
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Announce a project with its homes. One registration a project: the same name twice is refused (Art. 26(1)).

    A new home of less than 60 or more than 100 square metres is announced with a warning (Art. 15).
    """
    try:
        says = tomllib.loads(text_in(file.read_bytes()), parse_float=Decimal)
    except (OSError, ValueError) as wrong:
        say(f"{file}: this cannot be read as TOML: {wrong}")
        raise typer.Exit(2) from None
    found = run(act(data_dir, by, "allocation", "announce", says=_plain(says)))
    for warning in found["warnings"]:
        say(f"warning: {warning}")
    show(found)


@app.command()
def example() -> None:
    """Print an announcement to start from, with all that it may say."""
    typer.echo(EXAMPLE, nl=False)


@app.command()
def price(
    name: Name,
    land: Yuan,
    construction: Yuan,
    other: Yuan,
    profit: Yuan,
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Determine a price, line by line; profit is at most 5 % of the cost (Art. 25). It counts once it is approved."""
    per_m2 = {"land": land, "construction": construction, "other": other, "profit": profit}
    show(run(act(data_dir, by, "allocation", "determine-price", project=name, per_m2=per_m2)))


@app.command()
def approve(
    name: Name,
    determination: Annotated[int, typer.Argument(help="Which price: the n that `price` showed.")],
    document: Annotated[str, typer.Option(help="Number of the government's document.")],
    document_date: Annotated[str, typer.Option(help="Its date, such as 2026-11-20.")],
    published_on: Annotated[str, typer.Option(help="From when the price is published; registration opens with it.")],
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Record the government's approval of a price. A later price is a new approval; signed contracts keep theirs."""
    request = {"project": name, "determination": determination, "document": document}
    days = {"document_date": document_date, "published_on": published_on}
    show(run(act(data_dir, by, "allocation", "approve-price", **request, **days)))


@app.command()
def close(
    name: Name,
    goes_to: Annotated[str, typer.Option(help="Where the homes that remain go, in words.")],
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """End a project: what was sold and what remains is recorded (Art. 34)."""
    show(run(act(data_dir, by, "allocation", "close-project", project=name, goes_to=goes_to)))


@app.command("show")
def show_(name: Name, data_dir: DataDirOption = None) -> None:
    """How a project stands: window, prices, homes, as JSON."""
    show(run(command(data_dir, "allocation", "show-project", project=name)))


@app.command("list")
def list_(as_json: JsonOption = False, data_dir: DataDirOption = None) -> None:
    """All projects that were announced."""
    found = run(command(data_dir, "allocation", "list-projects"))["projects"]
    if as_json:
        show(found)
        return
    for one in found:
        window = f"{one['registration_opens']} to {one['registration_closes']}"
        state = "takes applications" if one["takes_applications"] else "takes none"
        typer.echo(one_line(f"{one['project']}  {window}  {state}  {one['homes']} homes  {one['title']}"))
    if not found:
        say("nobody announced one; those of the file of projects stand beside: `lianshen project announce --help`")


def _plain(value: Any) -> Any:
    """As JSON takes it: days and numbers as text."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, date | Decimal) else value
