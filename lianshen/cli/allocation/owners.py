"""`lianshen owners …`: owners change by divorce or inheritance (Art. 29, 30); there is no other way."""

from typing import Annotated

import typer

from lianshen.cli.common import ByOption, DataDirOption, Number, act, number_of, run, show

app = typer.Typer(help="Owners of a home: changed by divorce or inheritance (Art. 29, 30).", no_args_is_help=True)


@app.callback()
def owners() -> None:
    """Owners of a home: changed by divorce or inheritance (Art. 29, 30)."""


@app.command()
def change(
    number: Number,
    cause: Annotated[str, typer.Argument(help="divorce or inheritance.")],
    document: Annotated[str, typer.Option(help="Number and date of the decree, agreement or certificate.")],
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Record it at the case and at its home; the file keeps both. An heir needs no eligibility."""
    request = {"application": number_of(number), "cause": cause, "document": document}
    show(run(act(data_dir, by, "after-care", "change-owners", **request)))
