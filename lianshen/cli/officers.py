"""What only a person may do, with who and why; what changes a case becomes an event of it."""

from pathlib import Path
from typing import Annotated

import typer

from lianshen.cli.common import ByOption, DataDirOption, Number, ReasonOption, command, number_of, run, say, show

app = typer.Typer()


@app.command()
def withdraw(number: Number, by: ByOption, reason: ReasonOption, data_dir: DataDirOption = None) -> None:
    """Withdraw an application at the family's wish (Art. 24)."""
    show(run(command(data_dir, "intake", "withdraw", application=number_of(number), by=by, reason=reason)))


@app.command()
def confirm(
    number: Number,
    outcome: Annotated[str, typer.Argument(help="eligible or ineligible")],
    by: ByOption,
    reason: ReasonOption,
    data_dir: DataDirOption = None,
) -> None:
    """An officer's word on what is in review or proposed as ineligible; it may overturn the proposal."""
    request = {"application": number_of(number), "outcome": outcome, "by": by, "reason": reason}
    show(run(command(data_dir, "determination", "confirm", **request)))


@app.command()
def reverify(number: Number, by: ByOption, reason: ReasonOption, data_dir: DataDirOption = None) -> None:
    """Ask every department again, as a new round with fresh questions."""
    show(run(command(data_dir, "determination", "reverify", application=number_of(number), by=by, reason=reason)))


@app.command()
def correct(number: Number, by: ByOption, reason: ReasonOption, data_dir: DataDirOption = None) -> None:
    """Show an entry anew after it was shown wrongly; its seven working days begin again."""
    show(run(command(data_dir, "publicity", "correct", application=number_of(number), by=by, reason=reason)))


@app.command()
def entries(data_dir: DataDirOption = None) -> None:
    """The public list as it is shown now, as JSON."""
    show(run(command(data_dir, "publicity", "list"))["entries"])


@app.command()
def answer(
    number: Number,
    name: Annotated[str, typer.Argument(help="The department that is overdue.")],
    by: ByOption,
    approved_by: Annotated[str, typer.Option(help="Somebody else, who looked at it and approves.")],
    reason: ReasonOption,
    kind: Annotated[str, typer.Option(help="none · found · not_matched · cannot_determine")],
    persons: Annotated[Path | None, typer.Option(help="With found: JSON list of persons with their records.")] = None,
    data_dir: DataDirOption = None,
) -> None:
    """Answer by hand for a department whose time is over; needs a reason and two people, named."""
    from lianshen.catalog import DEPARTMENTS
    from lianshen.departments.officers_file import read_found

    if name not in DEPARTMENTS:
        say(f"no such department: {name}; there are {', '.join(DEPARTMENTS)}")
        raise typer.Exit(2)
    try:
        rows = read_found("--persons", persons) if persons else []
    except ValueError as error:
        say(str(error))
        raise typer.Exit(2) from None
    request = {"application": number_of(number), "department": name, "kind": kind, "persons": rows}
    request |= {"by": by, "reason": reason, "approved_by": approved_by}
    show(run(command(data_dir, DEPARTMENTS[name], "answer", **request)))


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
    by: ByOption,
    reason: ReasonOption,
    upheld: Annotated[bool, typer.Option("--upheld/--dismissed", help="Upheld disqualifies the family.")],
    data_dir: DataDirOption = None,
) -> None:
    """Decide an objection."""
    request = {"application": number_of(number), "n": n, "by": by, "reason": reason, "upheld": upheld}
    show(run(command(data_dir, "publicity", "decide-objection", **request)))


@app.command()
def trust_clock(by: ByOption, data_dir: DataDirOption = None) -> None:
    """Say that this machine's clock is right, after a jump or a long stop; closing goes on."""
    show(run(command(data_dir, "publicity", "trust-clock", by=by)))
