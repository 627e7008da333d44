"""`lianshen deposit …`: what families pay to be in a draw, and what became of it (Art. 26(4))."""

from pathlib import Path
from typing import Annotated

import typer

from contracts.text import one_line
from contracts.text_file import text_in
from lianshen.cli.common import ByOption, DataDirOption, JsonOption, Number, act, command, number_of, run, say, show

app = typer.Typer(help="Deposits: paid singly or by a bank's file, shown, given back.", no_args_is_help=True)


@app.command()
def pay(
    number: Number,
    amount: Annotated[str, typer.Argument(help="Yuan, such as 20000.00.")],
    reference: Annotated[str, typer.Option(help="The bank's; one that was used before is refused.")],
    paid_on: Annotated[str, typer.Option(help="The day, such as 2026-12-05.")],
    pool: Annotated[str | None, typer.Option(help="Which homes it draws for, if there are several pools.")] = None,
    group: Annotated[str, typer.Option(help="A group that homes are reserved for, as its form says.")] = "none",
    interest: Annotated[
        bool,
        typer.Option("--interest", help="Its form declares a tie to a party of the draw."),
    ] = False,
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Take one payment. Another amount than was asked is kept and shown, and never used by itself."""
    request = {"application": number_of(number), "amount": amount, "reference": reference}
    drawn = {"paid_on": paid_on, "pool": pool, "group": group, "interest": interest}
    show(run(act(data_dir, by, "allocation", "pay", **request, **drawn)))


@app.command("bank-file")
def bank_file(
    file: Annotated[Path, typer.Argument(help="CSV: application,amount,reference,paid_on; also pool,group,interest.")],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Only say what would become of each line.")] = False,
    as_json: JsonOption = False,
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Take a bank's list of payments; each line has its fate, and the same file twice changes nothing.

    Exit code 1 if a line was refused or kept aside: somebody has to look at it.
    """
    try:
        text = text_in(file.read_bytes())
    except (OSError, ValueError) as wrong:
        say(f"{file}: this cannot be read: {wrong}")
        raise typer.Exit(2) from None
    # A service of the version before knows no `dry`.
    more = {"dry": True} if dry_run else {}
    lines = run(act(data_dir, by, "allocation", "take-bank-file", file=text, **more))["lines"]
    if as_json:
        show(lines)
    else:
        for line in lines:
            typer.echo(one_line(f"line {line['line']}  {line.get('application', '-')}  {line['fate']}"))
    if any(line["fate"].startswith(("refused", "kept")) for line in lines):
        raise typer.Exit(1)


@app.command("show")
def show_(number: Number, data_dir: DataDirOption = None) -> None:
    """What a family was asked, paid, and what of it is kept aside, as JSON."""
    show(run(command(data_dir, "allocation", "show-deposit", application=number_of(number))))


@app.command()
def register(
    number: Number,
    project: Annotated[str, typer.Argument(help="The next project; it takes applications now.")],
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Have a family that waits in the pool take part in the next project: its deposit is asked.

    Nothing is published anew. If its determination is too old, all departments are asked again first; once it is found
    eligible, say it again.
    """
    request = {"application": number_of(number), "project": project}
    show(run(act(data_dir, by, "allocation", "register", **request)))
