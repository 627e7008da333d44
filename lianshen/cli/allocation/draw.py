"""`lianshen draw`: what anybody can do with the files of a draw, without a server."""

import hashlib
import sys
from pathlib import Path
from typing import Annotated

import typer

from lianshen.cli.allocation import ceremony
from lianshen.cli.common import say

app = typer.Typer(help="Draws: the ceremony, the checker, and a check of our own.", no_args_is_help=True)
app.add_typer(ceremony.app)


@app.command()
def checker() -> None:
    """Print the checker: one file for any Python from 3.8 on. Its SHA-256 goes to stderr.

    lianshen draw checker > verify_draw.py
    """
    from allocation.draw.offline import checker as body

    found = body()
    # Bytes: line ends of another system would be another file, with another hash than the announced one.
    sys.stdout.buffer.write(found)
    sys.stdout.buffer.flush()
    say(f"sha256 {hashlib.sha256(found).hexdigest()}")


@app.command()
def verify(
    folder: Annotated[Path, typer.Argument(help="Where the five files of the draw are.")],
    application: Annotated[str, typer.Argument(help="A draw number: its ticket and place are told, too.")] = "",
) -> None:
    """Check a draw from its files, as the checker does, by the code that holds draws here.

    HOLDS, or exit 1 and DOES NOT HOLD with the first thing that is wrong.
    """
    from allocation.draw.check import check
    from allocation.draw.documents import ENTRANTS
    from allocation.draw.faults import DoesNotHold
    from allocation.draw.folder import read_folder
    from allocation.draw.own_entry import entries_of
    from allocation.draw.plain_checks import runs_of

    try:
        files = read_folder(folder)
        draw = check(files)
    except DoesNotHold as fault:
        typer.echo(f"DOES NOT HOLD: {fault}")
        raise typer.Exit(1) from None
    typer.echo("HOLDS")
    drawn = {} if application else {pool: lists.drawn for pool, lists in draw.pools.items()}
    for pool, run in runs_of(files[ENTRANTS], drawn):
        so = f"a run so long or longer has the probability {run.probability:.4f}"
        typer.echo(f"pool {pool}: the longest run of consecutive lines drawn is {run.length}; {so}")
    entries = entries_of(draw, application)
    for it in entries:
        typer.echo(f"pool {it.pool}, ticket {it.ticket}, {it.list_name}, place {it.place} of {it.of}\n{it.command}")
    if application and not entries:
        typer.echo(f"{application} is not in the list")
