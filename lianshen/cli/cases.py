"""`lianshen cases, status, follow`: where applications stand, and whom they wait for."""

from typing import Annotated

import typer

from lianshen.cli.common import DataDirOption, JsonOption, Number, WhyOption, number_of, run, say, show

app = typer.Typer()


@app.command()
def cases(
    state: Annotated[
        list[str] | None, typer.Option(help="Only this state, like review; may be given several times.")
    ] = None,
    waits_for: Annotated[
        str | None, typer.Option(help="A department, or officer · family · calendar · operations · lianshen.")
    ] = None,
    older: Annotated[str | None, typer.Option(help="In their state for so long at least: 90m, 36h, 2d, 1w.")] = None,
    as_json: JsonOption = False,
    data_dir: DataDirOption = None,
) -> None:
    """The worklist: every case that waits for somebody, since when, for whom, until when; what is overdue first.

    lianshen cases --waits-for officer: what officers have to decide

    lianshen cases --waits-for tax --older 2d: what tax owes since two days

    lianshen cases --state pool_confirmed --json: cases that wait for nobody show with their state
    """
    from datetime import UTC, datetime

    from lianshen.cases.cases import read_wanted, summary, table
    from lianshen.cases.worklist import worklist
    from lianshen.catalog import DEPARTMENTS

    now = datetime.now(UTC)
    try:
        wanted = read_wanted(state or (), waits_for, older, DEPARTMENTS)
    except ValueError as error:
        say(str(error))
        raise typer.Exit(2) from None
    found = run(worklist(data_dir, wanted, now, say))
    if as_json:
        show([line.as_dict() for line in found])
        return
    for line in table(found) if found else ():
        typer.echo(line)
    say(summary(found))


@app.command()
def status(number: Number, why: WhyOption = None, data_dir: DataDirOption = None) -> None:
    """Where an application stands, why, and what it waits for, as JSON.

    It shows a family's data: that you looked, and why, is recorded first, and the family reads it. In a drill nobody
    signs in, and nothing is recorded.
    """
    from lianshen.cases.status import status as work

    found = run(work(number_of(number), why, data_dir))
    if found is None:
        say("there is no such application; check the number")
        raise typer.Exit(1)
    show(found)


@app.command()
def follow(
    number: Number,
    once: Annotated[bool, typer.Option(help="Show what happened so far, and end.")] = False,
    data_dir: DataDirOption = None,
) -> None:
    """The life of one application, live, in plain words; ends when the case is at rest."""
    from lianshen.cases.follow import follow as work

    if not run(work(number_of(number), once, data_dir, typer.echo)):
        say("there is no such application; check the number")
        raise typer.Exit(1)
