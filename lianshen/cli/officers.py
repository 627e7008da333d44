"""What only a person may do, with who and why; what changes a case becomes an event of it."""

from typing import Annotated

import typer

from lianshen.cli.common import ByOption, DataDirOption, Number, ReasonOption, act, command, number_of, run, say, show

app = typer.Typer()


@app.command()
def withdraw(number: Number, reason: ReasonOption, by: ByOption = None, data_dir: DataDirOption = None) -> None:
    """Withdraw an application at the family's wish (Art. 24)."""
    show(run(act(data_dir, by, "intake", "withdraw", application=number_of(number), reason=reason)))


@app.command()
def confirm(
    number: Number,
    outcome: Annotated[str, typer.Argument(help="eligible or ineligible")],
    reason: ReasonOption,
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """An officer's word on what is in review or proposed as ineligible; it may overturn the proposal."""
    request = {"application": number_of(number), "outcome": outcome, "reason": reason}
    show(run(act(data_dir, by, "determination", "confirm", **request)))


@app.command()
def reverify(number: Number, reason: ReasonOption, by: ByOption = None, data_dir: DataDirOption = None) -> None:
    """Ask every department again, as a new round with fresh questions."""
    show(run(act(data_dir, by, "determination", "reverify", application=number_of(number), reason=reason)))


@app.command()
def correct(number: Number, reason: ReasonOption, by: ByOption = None, data_dir: DataDirOption = None) -> None:
    """Show an entry anew after it was shown wrongly; its seven working days begin again."""
    show(run(act(data_dir, by, "publicity", "correct", application=number_of(number), reason=reason)))


@app.command()
def entries(data_dir: DataDirOption = None) -> None:
    """The public list as it is shown now, as JSON."""
    show(run(command(data_dir, "publicity", "list"))["entries"])


@app.command("object")
def object_to(
    number: Number, text: Annotated[str, typer.Argument(help="The objection.")], data_dir: DataDirOption = None
) -> None:
    """Object to one entry of the public list; in time, it holds that entry until it is decided."""
    show(run(command(data_dir, "publicity", "object", application=number_of(number), text=text)))


@app.command()
def decide_objection(
    number: Number,
    n: Annotated[int, typer.Argument(help="Which objection.")],
    reason: ReasonOption,
    upheld: Annotated[bool, typer.Option("--upheld/--dismissed", help="Upheld disqualifies the family.")],
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Decide an objection."""
    request = {"application": number_of(number), "n": n, "reason": reason, "upheld": upheld}
    show(run(act(data_dir, by, "publicity", "decide-objection", **request)))


@app.command()
def trust_clock(by: ByOption = None, data_dir: DataDirOption = None) -> None:
    """Say that the clock is right, after a jump or a long stop; every instance that shows the same time closes again.

    Exit 1: not all do. Set the clocks of their machines right, and say it again.
    """
    heard = run(act(data_dir, by, "publicity", "trust-clock"))
    show(heard)
    if heard["trusted"] < heard["instances"]:
        say("not every instance trusts its clock: set the clocks of their machines right, and say it again")
        raise typer.Exit(1)
