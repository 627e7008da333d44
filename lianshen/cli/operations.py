"""For operations: `lianshen doctor, overdue, config, dead-letters`."""

from typing import Any

import typer

from lianshen.cli.common import DataDirOption, JsonOption, command, run, say, show
from lianshen.cli.evidence import archive_dir

config = typer.Typer(help="What the processes read from their environment.", no_args_is_help=True)
letters = typer.Typer(help="Messages that could never be handled: see them, and try again.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    for look in (doctor, overdue):
        app.command()(look)
    app.add_typer(config, name="config")
    app.add_typer(letters, name="dead-letters")


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


def overdue(data_dir: DataDirOption = None) -> None:
    """What departments owe beyond their time, as JSON: since when, how often they were reminded."""
    from lianshen.catalog import DEPARTMENTS

    owed: list[dict[str, Any]] = []
    for service in dict.fromkeys(DEPARTMENTS.values()):
        owed += run(command(data_dir, service, "overdue"))["overdue"]
    show(sorted(owed, key=lambda item: str(item["answer_by"])))


@config.command("show")
def config_show(as_json: JsonOption = False) -> None:
    """Every setting: its environment name, its value here (secrets hidden), and what it means."""
    from lianshen.cli.settings_table import settings_rows, settings_table

    show(settings_rows()) if as_json else settings_table()


@letters.command("list")
def letters_list(data_dir: DataDirOption = None) -> None:
    """The dead letters that wait for somebody, as JSON."""
    from chassis.log.dead_letters import open_letters
    from lianshen.embedded.client import connected

    async def go() -> list[dict[str, object]]:
        async with connected(data_dir) as nc:
            return await open_letters(nc)

    show(run(go()))


@letters.command("retry")
def letters_retry(durable: str, sequence: int, data_dir: DataDirOption = None) -> None:
    """Handle one dead letter once more, after what made it impossible was mended."""
    from lianshen.catalog import SERVICES

    owner = next((name for name, s in SERVICES.items() if any(d.name == durable for d in s.durables)), None)
    if owner is None:
        say(f"no service reads {durable!r}; `lianshen dead-letters list` shows the names")
        raise typer.Exit(2)
    show(run(command(data_dir, owner, "retry", durable=durable, sequence=sequence)))
