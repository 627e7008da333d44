"""`lianshen status, follow`: where applications stand."""

from typing import Annotated

import typer

from lianshen.cli_common import DataDirOption, Number, number_of, run, say, show


def add_to(app: typer.Typer) -> None:
    for command in (status, follow):
        app.command()(command)


def status(number: Number, data_dir: DataDirOption = None) -> None:
    """Where an application stands, why, and what it waits for, as JSON."""
    from lianshen.status import status as work

    found = run(work(number_of(number), data_dir))
    if found is None:
        say("there is no such application; check the number")
        raise typer.Exit(1)
    show(found)


def follow(
    number: Number,
    once: Annotated[bool, typer.Option(help="Show what happened so far, and end.")] = False,
    data_dir: DataDirOption = None,
) -> None:
    """The life of one application, live, in plain words; ends when the case is at rest."""
    from lianshen.follow import follow as work

    if not run(work(number_of(number), once, data_dir, typer.echo)):
        say("there is no such application; check the number")
        raise typer.Exit(1)
