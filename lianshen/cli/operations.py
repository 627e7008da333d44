"""For operations: `lianshen doctor, overdue, migrate, trace`."""

from typing import Annotated, Any

import typer

from lianshen.cli.common import DataDirOption, JsonOption, Number, command, number_of, run, say, show
from lianshen.cli.evidence import archive_dir

app = typer.Typer()


@app.command()
def doctor(data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """Look at the whole system and say what is wrong and what mends it. Exit 1 where something is."""
    from lianshen.doctor import doctor as work

    findings = run(work(data_dir, archive_dir(data_dir, None)))
    if as_json:
        show([finding.as_dict() for finding in findings])
    for finding in findings if not as_json else ():
        typer.echo(finding.sentence())
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)


@app.command()
def overdue(data_dir: DataDirOption = None) -> None:
    """What departments owe beyond their time, as JSON: since when, how often they were reminded."""
    from lianshen.catalog import DEPARTMENTS

    owed: list[dict[str, Any]] = []
    for service in dict.fromkeys(DEPARTMENTS.values()):
        owed += run(command(data_dir, service, "overdue"))["overdue"]
    show(sorted(owed, key=lambda item: str(item["answer_by"])))


@app.command()
def migrate(
    dry_run: Annotated[bool, typer.Option(help="Show what would be done; no record is written.")] = False,
    data_dir: DataDirOption = None,
) -> None:
    """Bring the store of an older version to this one's form. Stop the system first; run again, it changes nothing.

    Every record is copied with its sequence and time, and compared; the old files are then moved into
    `before-store-version-2/`, where nothing reads them: remove them once you have made a backup of the new ones.
    It takes as much room as the log once more; a copy that was cut short is kept there, too.
    """
    from lianshen.embedded.data_dir import DataDir
    from lianshen.embedded.migrate import migrate as work

    run(work(DataDir.at(data_dir), dry_run, say))


@app.command()
def trace(number: Number, as_json: JsonOption = False, data_dir: DataDirOption = None) -> None:
    """What every process did for one application: a tree of steps, with times, outcomes and reasons of failures.

    It is made of the spans that the bus keeps, of a day at most; `lianshen follow` shows what the log keeps for ever.
    """
    from chassis.telemetry.span_tree import lines
    from lianshen.cases.trace import trace as work

    stored = number_of(number)
    roots = run(work(stored, data_dir))
    if not roots:
        say("the bus keeps no span of this application: it keeps those of a day; `lianshen follow` shows its life")
        raise typer.Exit(1)
    if as_json:
        show([root.as_dict(roots[0].begun) for root in roots])
        return
    for line in lines(roots):
        typer.echo(line)
