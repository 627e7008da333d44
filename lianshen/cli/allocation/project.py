"""`lianshen project …`: announced, priced, approved, closed (Art. 25, 26(1), 34)."""

from pathlib import Path
from typing import Annotated

import typer

from contracts.announcement_file import EXAMPLE, read_announcement
from contracts.text import one_line
from lianshen.cli.common import ByOption, DataDirOption, JsonOption, act, command, run, say, show

app = typer.Typer(help="Sale projects: announced, priced, approved, closed (Art. 25, 26, 34).", no_args_is_help=True)
Name = Annotated[str, typer.Argument(metavar="PROJECT", help="The project's name, such as HN-2026-02.")]
Yuan = Annotated[str, typer.Option(help="Yuan per square metre, such as 2800.00.")]


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
        says = read_announcement(file.read_bytes())
    except (OSError, ValueError) as wrong:
        say(f"{file}: this cannot be read as TOML: {wrong}")
        raise typer.Exit(2) from None
    found = run(act(data_dir, by, "allocation", "announce", says=says))
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
    """Record the government's approval of a price; a later price is a new approval.

    A home that is chosen keeps its price, and so does its contract.
    """
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
