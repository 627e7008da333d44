"""`lianshen apply`: applications handed in as a kiosk would."""

from pathlib import Path
from typing import Annotated

import typer

from lianshen.cli.common import DataDirOption, run, say

app = typer.Typer()


@app.command()
def apply(
    files: Annotated[list[Path], typer.Argument(help="Application forms as JSON, one a file.")],
    url: Annotated[str | None, typer.Option(help="Intake's address, where it does not run here.")] = None,
    key: Annotated[
        str | None, typer.Option(help="Idempotency-Key, to send one form again: it opens no second case.")
    ] = None,
    data_dir: DataDirOption = None,
) -> None:
    """Hand in applications as a kiosk would, and print one JSON line a file: the receipt, or what went wrong.

    Each form's key is shown before it is sent. A lost reply is asked for again by itself, under the same key. Exit 1
    where a form was not taken in; its line says why, and with which --key to send it again.
    """
    from lianshen.demo.kiosk import KEY, hand_in

    if key is not None and len(files) > 1:
        say("--key goes with one file: each form has a key of its own")
        raise typer.Exit(2)
    if key is not None and not KEY.fullmatch(key):
        say("--key: a key is 1 to 200 visible ASCII characters, as the first try showed it")
        raise typer.Exit(2)
    if not run(hand_in(files, url, key, data_dir, say)):
        raise typer.Exit(1)
