"""`lianshen home …`: one file a home, across all families (Art. 27, 31(4), 34)."""

from typing import Annotated

import typer

from lianshen.cli.common import ByOption, DataDirOption, ReasonOption, act, command, run, show

app = typer.Typer(help="Homes: history, repairs, closed management (Art. 27, 34).", no_args_is_help=True)
Code = Annotated[str, typer.Argument(metavar="HOME", help="The home's code, such as GWS-1-0201.")]


@app.command("show")
def show_(
    code: Code,
    as_csv: Annotated[bool, typer.Option("--csv", help="The history alone, as CSV.")] = False,
    data_dir: DataDirOption = None,
) -> None:
    """Everything that happened to a home, as JSON; families by their number alone."""
    found = run(command(data_dir, "after-care", "show-home", home=code))
    csv = found.pop("csv")
    if as_csv:
        typer.echo(csv, nl=False)
    else:
        show(found)


@app.command()
def repair(
    code: Code,
    what: Annotated[str, typer.Argument(help="damaged, repaired or refused.")],
    reason: ReasonOption,
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Record damage of the structure, its repair, or that the owner refuses it."""
    show(run(act(data_dir, by, "after-care", "record-repair", home=code, what=what, reason=reason)))


@app.command("closed-management")
def closed_management(code: Code, data_dir: DataDirOption = None) -> None:
    """Say whether a home may not be sold on the market; of one that no project listed, false."""
    show(run(command(data_dir, "after-care", "closed-management", home=code)))
