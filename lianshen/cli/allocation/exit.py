"""`lianshen exit …`: a family counts as having left (Art. 31), heard before an officer confirms."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lianshen.cli.common import ByOption, DataDirOption, Number, ReasonOption, act, number_of, run, show

app = typer.Typer(help="Exits of families (Art. 31): proposed, heard, confirmed or dropped.", no_args_is_help=True)


@app.command()
def propose(
    number: Number,
    ground: Annotated[str, typer.Argument(help="Of Art. 31: 31(2) to 31(6); 31(1) is proposed by the clock.")],
    reason: ReasonOption,
    document: Annotated[
        str | None, typer.Option(help="Number and date of what shows it; for 31(6) the other law and its article.")
    ] = None,
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Propose an exit. 31(4) needs the damage and the refused repair on the home's file first."""
    said = {"ground": ground, "document": document, "reason": reason}
    _step(data_dir, by, "propose-exit", number, **said)


@app.command()
def confirm(number: Number, reason: ReasonOption, by: ByOption = None, data_dir: DataDirOption = None) -> None:
    """Confirm it, once the family was heard: before the keys its home is free, after them it is bought back."""
    _step(data_dir, by, "confirm-exit", number, reason=reason)


@app.command()
def drop(number: Number, reason: ReasonOption, by: ByOption = None, data_dir: DataDirOption = None) -> None:
    """Drop it: the family was heard, and stays where it stood."""
    _step(data_dir, by, "drop-exit", number, reason=reason)


@app.command("to-court")
def to_court(
    number: Number,
    file_number: Annotated[str, typer.Option(help="The court's file number.")],
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Record that a home that was not left after an exit was handed to the court (Art. 28)."""
    _step(data_dir, by, "hand-to-court", number, file_number=file_number)


def _step(data_dir: Path | None, by: str | None, verb: str, number: str, **said: Any) -> None:
    show(run(act(data_dir, by, "after-care", verb, application=number_of(number), **said)))
