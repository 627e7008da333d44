"""`lianshen contract …`: signed, paid, and the keys (Art. 20, 26(6))."""

from typing import Annotated

import typer

from lianshen.cli.common import ByOption, DataDirOption, Number, act, command, number_of, run, show

app = typer.Typer(help="Contracts and keys: signed, paid, handed over (Art. 20, 26(6)).", no_args_is_help=True)


@app.command()
def sign(
    number: Number,
    contract: Annotated[str, typer.Argument(help="The number of the contract.")],
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Sign for the chosen home at its approved price; the deposit is set off, and the balance said.

    If the departments' answers are too old they are all asked again first, and it says so: sign once the case is back.
    """
    request = {"application": number_of(number), "number": contract}
    show(run(act(data_dir, by, "allocation", "sign-contract", **request)))


@app.command("show-rental")
def show_rental(
    number: Number,
    left: Annotated[bool, typer.Option("--left/--kept", help="Left, or none was rented; or still kept.")],
    document: Annotated[str, typer.Option("--document", help="Number of the bureau's paper, and who signed it.")],
    dated: Annotated[str, typer.Option("--dated", help="The day of the paper, such as 2026-12-01.")],
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """An officer reads from the bureau's paper whether the rental home is left, where its clerk answers (Art. 20)."""
    said = {"left": left, "document": document, "dated": dated}
    show(run(act(data_dir, by, "allocation", "show-rental", application=number_of(number), **said)))


@app.command("hand-over")
def hand_over(number: Number, by: ByOption = None, data_dir: DataDirOption = None) -> None:
    """Give the keys. The housing bureau is asked now; while a balance is due or a rental home kept, it says so.

    Where the bureau's clerk answers, its newest paper counts: `lianshen contract show-rental`.

    The balance comes in like a deposit: `lianshen deposit pay`, or a bank's file.
    """
    show(run(act(data_dir, by, "allocation", "hand-over", application=number_of(number))))


@app.command("show")
def show_(number: Number, data_dir: DataDirOption = None) -> None:
    """How far a family is from its choice to the keys, as JSON."""
    show(run(command(data_dir, "allocation", "show-contract", application=number_of(number))))
