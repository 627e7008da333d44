"""The command line. Results go to stdout, progress to stderr; `--json` where a program may read it."""

import asyncio
import json
import sys
import tomllib
from datetime import date
from pathlib import Path
from typing import Annotated

import typer

from chassis.process.settings import Settings
from contracts.text import one_line
from lianshen.cli import archive, cases, clerk, conformance, departments, evidence, officers, operations, store, trace
from lianshen.cli.common import DataDirOption, JsonOption, run, say, show
from lianshen.cli.console import run_command_line

app = typer.Typer(
    name="lianshen",
    help="Joint review of applications for affordable homes: one application, six departments, one determination.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
department = typer.Typer(help="Departments: check one that is attached.", no_args_is_help=True)
app.add_typer(department, name="department")

# --- the whole system -------------------------------------------------------------------------------------------


@app.command()
def demo(
    world: Annotated[
        Path | None, typer.Option(help="A folder of applications and registers (default: the sample).")
    ] = None,
    results: Annotated[Path | None, typer.Option(help="Write the results to this file as JSON.")] = None,
) -> None:
    """Play a whole world: post every application, ask six departments, determine, publish (as a drill), tell all.

    Exit 1 where a result is not what the world's expected.csv states, or an invariant does not hold.
    """
    from lianshen.cli.table import demo_table
    from lianshen.demo.demo import play
    from lianshen.demo.results import read_expected
    from lianshen.demo.worlds import worlds

    folder = world or worlds() / "sample"
    if not (folder / "applications").is_dir():
        say(f"{folder} is no world: it has no folder `applications` (see examples/worlds/README.md)")
        raise typer.Exit(2)
    try:
        read_expected(folder)  # a mistake in it is told before two minutes are played
    except (OSError, ValueError) as error:
        say(str(error))
        raise typer.Exit(2) from None
    if results is not None:
        try:
            results.parent.mkdir(parents=True, exist_ok=True)
            results.write_text("[]", encoding="utf-8")
        except OSError as error:
            say(f"--results: {error}")
            raise typer.Exit(2) from None
    played = run(play(folder, say))
    well = demo_table(folder, played)
    if results is not None:
        results.write_text(json.dumps(played.results(), ensure_ascii=False, indent=2), encoding="utf-8")
    if not well:
        raise typer.Exit(1)


@app.command()
def up(
    data_dir: DataDirOption = None,
    world: Annotated[
        Path | None, typer.Option(help="Registers for simulated departments (default: the sample).")
    ] = None,
    without: Annotated[
        list[str] | None, typer.Option(help="A department that you attach yourself; may be given several times.")
    ] = None,
    separate: Annotated[bool, typer.Option(help="One process a service and a department.")] = False,
    departments_apart: Annotated[bool, typer.Option(help="One process a simulated department.")] = False,
    bus_memory: Annotated[
        str | None,
        typer.Option(help="What nats-server keeps its memory below (1000MiB); less makes reads of old cases slower."),
    ] = None,
    port: Annotated[int, typer.Option(help="Intake's port; 0: the OS chooses.")] = 0,
    drill: Annotated[float | None, typer.Option(help="Publicity as a drill of so many seconds.")] = None,
    signing: Annotated[
        bool, typer.Option("--signing/--unsigned", help="Sign questions; simulated departments sign their answers.")
    ] = True,
    bus_host: Annotated[
        str, typer.Option(help="Where the bus listens: 0.0.0.0 is everywhere, and wants the certificate and its key.")
    ] = "127.0.0.1",
    bus_certificate: Annotated[
        Path | None, typer.Option(help="The bus's certificate (PEM); with it, everybody comes over TLS.")
    ] = None,
    bus_private_key: Annotated[Path | None, typer.Option(help="The key of that certificate (PEM).")] = None,
) -> None:
    """Run the whole system on this machine until Ctrl-C, which drains it."""
    from lianshen.embedded.bus_listen import BusListen, NotSafe
    from lianshen.embedded.preflight import preflight

    listen = BusListen(bus_host, *(file and file.absolute() for file in (bus_certificate, bus_private_key)))
    try:
        listen.check()
    except NotSafe as unsafe:
        say(str(unsafe))
        raise typer.Exit(2) from None
    drilled = drill_settings(drill)
    if wrong := preflight(drilled):
        say("\n".join(wrong))
        raise typer.Exit(2)
    from lianshen.catalog import DEPARTMENTS
    from lianshen.up import up as run_up

    unknown = set(without or ()) - DEPARTMENTS.keys()
    if unknown:
        say(f"no such department: {', '.join(sorted(unknown))}; there are {', '.join(DEPARTMENTS)}")
        raise typer.Exit(2)
    run(
        run_up(
            data_dir,
            world,
            tuple(without or ()),
            separate,
            departments_apart,
            bus_memory,
            port,
            drilled,
            signing,
            listen,
            say,
        )
    )


def drill_settings(seconds: float | None) -> dict[str, str]:
    """What the processes are told of a drill of publicity."""
    if seconds is None:
        return {}
    return {"LIANSHEN_DRILL_PUBLICITY_SECONDS": str(seconds), "LIANSHEN_NOTIFY_DRILL": "true"}


@app.command("run")
def run_service(services: Annotated[list[str], typer.Argument(help="One or more services of this process.")]) -> None:
    """Run services in this process, with settings from the environment (`lianshen config show`)."""
    from lianshen.all_settings import OF_SERVICES
    from lianshen.embedded.preflight import wrong_settings

    own = (OF_SERVICES[name] for name in services if name in OF_SERVICES)
    if wrong := wrong_settings({}, (Settings, *own)):
        say("\n".join(wrong))
        raise typer.Exit(2)
    from chassis.process.process import main
    from lianshen.catalog import SERVICES

    unknown = [name for name in services if name not in SERVICES]
    if unknown:
        say(f"no such service: {', '.join(unknown)}; there are {', '.join(SERVICES)}")
        raise typer.Exit(2)
    main(*(SERVICES[name] for name in services))


@app.command()
def provision(
    dry_run: Annotated[bool, typer.Option(help="Show the difference and change nothing.")] = False,
    replicas: Annotated[
        int | None,
        typer.Option(help="Copies of every stream, 3 in a cluster (default: as many as there are, else 1).", min=1),
    ] = None,
    lower: Annotated[bool, typer.Option("--lower-replicas", help="Also where --replicas is fewer than now.")] = False,
    memory_streams: Annotated[
        bool, typer.Option("--memory-streams", help="Only make again what a restarted bus forgets; for a timer.")
    ] = False,
    data_dir: DataDirOption = None,
) -> None:
    """Make streams and consumers what they should be. Idempotent; the only one who may."""
    from chassis.log.provision import provision as work
    from chassis.log.provision import remake_memory_streams
    from lianshen.catalog import durables
    from lianshen.embedded.client import connected

    async def go() -> None:
        async with connected(data_dir, "provisioner") as nc:
            if memory_streams:
                changes = await remake_memory_streams(nc, dry_run)
            else:
                changes = await work(nc, durables(), replicas, dry_run, lower)
        for change in changes:
            typer.echo(("would " if dry_run else "did ") + str(change))
        if not changes:
            typer.echo("everything is as it should be")

    run(go())


# --- applications -----------------------------------------------------------------------------------------------


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


# --- dates, checks, operations ----------------------------------------------------------------------------------


@app.command()
def due(
    start: Annotated[str, typer.Argument(help="The day of posting, like 2025-09-26; it does not count.")],
    days: Annotated[int, typer.Argument(help="How many working days.")],
    calendar_file: Annotated[Path | None, typer.Option(help="Working days of years the library lacks (TOML).")] = None,
    as_json: JsonOption = False,
) -> None:
    """The last day of a period of working days, then its derivation day by day. Exit 3: the date is provisional."""
    from lianshen.cli.table import due_table
    from procedures.working_days import Calendar

    try:
        begin = date.fromisoformat(start)
    except ValueError:
        say(f"{start!r} is no day; write it like 2025-09-26")
        raise typer.Exit(2) from None
    try:
        found = Calendar.load(calendar_file or Settings().calendar_file).due(begin, days)
    except (ValueError, OSError, tomllib.TOMLDecodeError) as error:
        say(str(error))
        raise typer.Exit(2) from None
    show(found.as_dict()) if as_json else due_table(found)
    if found.provisional:
        raise typer.Exit(3)


@app.command()
def audit(
    ledger: Annotated[Path | None, typer.Option(help="A client's own record, to be found in the log.")] = None,
    archive: Annotated[
        Path | None,
        typer.Option(help="The archive to compare with (default: LIANSHEN_ARCHIVE_DIR, else the data directory's)."),
    ] = None,
    as_json: JsonOption = False,
    data_dir: DataDirOption = None,
) -> None:
    """Re-read the whole log, check every invariant, compare it with the archive. Exit 1 with the first violation."""
    from evidence.audit import audit as work
    from lianshen.embedded.client import connected

    beside = evidence.archive_dir(data_dir, archive)

    async def go() -> list[str]:
        async with connected(data_dir) as nc:
            return await work(nc, ledger, beside)

    violations = run(go())
    if as_json:
        show({"clean": not violations, "violations": violations, "archive_compared": beside is not None})
    else:
        typer.echo("clean: every invariant holds" if not violations else "\n".join(map(one_line, violations)))
        if beside is None:
            say("there is no archive here to compare it with; name one with --archive")
    if violations:
        raise typer.Exit(1)


@app.command()
def bench(
    cases: Annotated[int, typer.Option(help="Applications that the fastest phase counts.", min=20)] = 2000,
    stored: Annotated[
        int, typer.Option(help="Finished cases in the log before; 1,000 of them take a second to write.", min=0)
    ] = 0,
    data_dir: Annotated[
        Path | None,
        typer.Option("--data-dir", help="Fill this directory with --stored cases, and use it again the next time."),
    ] = None,
    audit: Annotated[bool, typer.Option("--audit", help="Audit the log even beyond 20,000 cases.")] = False,
    signing: Annotated[
        bool, typer.Option("--signing/--unsigned", help="Questions and answers signed, or nothing signed at all.")
    ] = True,
    as_json: JsonOption = False,
) -> None:
    """Measure the whole system: `lianshen up`, kiosks, six departments that answer at once.

    From nothing to ready; one application after the other; as fast as it goes;
    at half that rate; GET of old and new cases; restart. A wait is from POST to
    determined. Leave the machine alone meanwhile: the load needs part of it, too.

    lianshen bench: a minute or two

    lianshen bench --cases 10000 --json: for a program

    lianshen bench --stored 200000 --data-dir DIR: fills DIR once, in minutes;
    the applications of each run stay in it
    """
    import uvloop

    from lianshen.bench.bench import Plan
    from lianshen.bench.bench import bench as work
    from lianshen.bench.table import bench_table

    # The load shares the cores with what it measures, so it runs on the cheaper loop.
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    found = run(work(Plan(cases, stored, data_dir, audit, signing), say))
    show(found) if as_json else bench_table(found)
    if found.get("audit_clean") is False:
        raise typer.Exit(1)


archive.add_to(app)
cases.add_to(app)
officers.add_to(app)
operations.add_to(app)
store.add_to(app)
trace.add_to(app)
evidence.add_to(app, run, say)
departments.add_to(department, run, say)
clerk.add_to(app, run, say)
conformance.add_to(department, run, say)


def main() -> None:
    """The entry point."""
    sys.exit(run_command_line(app))
