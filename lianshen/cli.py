"""The command line. Results go to stdout, progress to stderr; `--json` where a program may read it."""

import asyncio
import json
import sys
import tomllib
from collections.abc import Coroutine
from datetime import date
from pathlib import Path
from typing import Annotated, Any, TypeVar

import httpx
import typer
from pydantic import ValidationError

from chassis.errors import ChassisError, Drift
from chassis.errors import Problem as Refused
from chassis.settings import Settings
from contracts.text import lines, one_line
from lianshen import cli_clerk, cli_conformance, cli_departments, cli_evidence
from lianshen.client import NotRunning
from lianshen.data_dir import DataDirError
from lianshen.embedded_bus import MEMORY_LIMIT, BusError
from lianshen.ending import Ended
from lianshen.json_output import json_text
from lianshen.system import NotReady

app = typer.Typer(
    name="lianshen",
    help="Joint review of applications for affordable homes: one application, six departments, one determination.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
config = typer.Typer(help="What the processes read from their environment.", no_args_is_help=True)
letters = typer.Typer(help="Messages that could never be handled: see them, and try again.", no_args_is_help=True)
department = typer.Typer(help="Departments: check one that is attached.", no_args_is_help=True)
app.add_typer(config, name="config")
app.add_typer(letters, name="dead-letters")
app.add_typer(department, name="department")

Done = TypeVar("Done")
DataDirOption = Annotated[
    Path | None, typer.Option("--data-dir", help="Where the system keeps its data (default: XDG state).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for a program.")]
ByOption = Annotated[str, typer.Option("--by", help="Who does it, as the bureau knows them.")]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; the case keeps it.")]
Number = Annotated[str, typer.Argument(help="The application number, as the receipt shows it.")]


def say(words: str) -> None:
    """Progress, for a person who waits."""
    typer.echo(lines(words), err=True)


def run(work: Coroutine[Any, Any, Done]) -> Done:
    """Runs one command; what goes wrong is one sentence on stderr and exit 1."""
    try:
        return asyncio.run(work)
    except Refused as problem:
        say(one_line(f"{problem.title}: {problem.detail}"))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        say(f"intake does not answer ({type(error).__name__}); is it running, and is this its address?")
    except (ChassisError, NotRunning, NotReady, DataDirError, BusError, OSError, LookupError, ValueError) as error:
        say(str(error) or type(error).__name__)
    except (Ended, KeyboardInterrupt):
        say("stopped")
        raise typer.Exit(130) from None
    raise typer.Exit(1)


def number_of(typed: str) -> str:
    """The number as stored; a mistyped one is told at once."""
    from contracts.numbers import parse_application_number

    try:
        return parse_application_number(typed)
    except ValueError as error:
        say(str(error))
        raise typer.Exit(2) from None


def show(found: Any) -> None:
    typer.echo(json_text(found))


async def command(data_dir: Path | None, service: str, verb: str, **request: Any) -> dict[str, Any]:
    """Calls a service's command over the bus."""
    from chassis.commands import call
    from lianshen.client import connected

    async with connected(data_dir) as nc:
        return await call(nc, service, verb, request)


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
    from lianshen.demo import play
    from lianshen.results import read_expected
    from lianshen.table import demo_table
    from lianshen.worlds import worlds

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
        str, typer.Option(help="What nats-server keeps its memory below; less makes reads of old cases slower.")
    ] = MEMORY_LIMIT,
    port: Annotated[int, typer.Option(help="Intake's port; 0: the OS chooses.")] = 0,
    drill: Annotated[float | None, typer.Option(help="Publicity as a drill of so many seconds.")] = None,
    signing: Annotated[
        bool, typer.Option("--signing/--unsigned", help="Sign questions; simulated departments sign their answers.")
    ] = True,
) -> None:
    """Run the whole system on this machine until Ctrl-C, which drains it."""
    from lianshen.catalog import DEPARTMENTS
    from lianshen.up import up as run_up

    unknown = set(without or ()) - DEPARTMENTS.keys()
    if unknown:
        say(f"no such department: {', '.join(sorted(unknown))}; there are {', '.join(DEPARTMENTS)}")
        raise typer.Exit(2)
    run(
        run_up(
            data_dir, world, tuple(without or ()), separate, departments_apart, bus_memory, port, drill, signing, say
        )
    )


@app.command("run")
def run_service(services: Annotated[list[str], typer.Argument(help="One or more services of this process.")]) -> None:
    """Run services in this process, with settings from the environment (`lianshen config show`)."""
    from chassis.run import main
    from lianshen.catalog import SERVICES

    unknown = [name for name in services if name not in SERVICES]
    if unknown:
        say(f"no such service: {', '.join(unknown)}; there are {', '.join(SERVICES)}")
        raise typer.Exit(2)
    main(*(SERVICES[name] for name in services))


@app.command()
def provision(
    dry_run: Annotated[bool, typer.Option(help="Show the difference and change nothing.")] = False,
    replicas: Annotated[int, typer.Option(help="Replicas of every stream; 3 in production.")] = 1,
    data_dir: DataDirOption = None,
) -> None:
    """Make streams and consumers what they should be. Idempotent; the only one who may."""
    from chassis.provision import provision as work
    from lianshen.catalog import durables
    from lianshen.client import connected

    async def go() -> None:
        async with connected(data_dir, "provisioner") as nc:
            changes = await work(nc, durables(), replicas, dry_run)
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
    from lianshen.kiosk import KEY, hand_in

    if key is not None and len(files) > 1:
        say("--key goes with one file: each form has a key of its own")
        raise typer.Exit(2)
    if key is not None and not KEY.fullmatch(key):
        say("--key: a key is 1 to 200 visible ASCII characters, as the first try showed it")
        raise typer.Exit(2)
    if not run(hand_in(files, url, key, data_dir, say)):
        raise typer.Exit(1)


@app.command()
def status(number: Number, data_dir: DataDirOption = None) -> None:
    """Where an application stands, why, and what it waits for, as JSON."""
    from lianshen.status import status as work

    found = run(work(number_of(number), data_dir))
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
    from lianshen.follow import follow as work

    if not run(work(number_of(number), once, data_dir, typer.echo)):
        say("there is no such application; check the number")
        raise typer.Exit(1)


@app.command()
def withdraw(number: Number, by: ByOption, reason: ReasonOption, data_dir: DataDirOption = None) -> None:
    """Withdraw an application at the family's wish (Art. 24)."""
    show(run(command(data_dir, "intake", "withdraw", application=number_of(number), by=by, reason=reason)))


@app.command()
def confirm(
    number: Number,
    outcome: Annotated[str, typer.Argument(help="eligible or ineligible")],
    by: ByOption,
    reason: ReasonOption,
    data_dir: DataDirOption = None,
) -> None:
    """An officer's word on what is in review or proposed as ineligible; it may overturn the proposal."""
    request = {"application": number_of(number), "outcome": outcome, "by": by, "reason": reason}
    show(run(command(data_dir, "determination", "confirm", **request)))


@app.command()
def reverify(number: Number, by: ByOption, reason: ReasonOption, data_dir: DataDirOption = None) -> None:
    """Ask every department again, as a new round with fresh questions."""
    show(run(command(data_dir, "determination", "reverify", application=number_of(number), by=by, reason=reason)))


@app.command("object")
def object_to(
    number: Number, text: Annotated[str, typer.Argument(help="The objection.")], data_dir: DataDirOption = None
) -> None:
    """Object to one entry of the public list; in time, it holds that entry until it is decided."""
    show(run(command(data_dir, "publicity", "object", application=number_of(number), text=text)))


@app.command("decide-objection")
def decide_objection(
    number: Number,
    n: Annotated[int, typer.Argument(help="Which objection.")],
    by: ByOption,
    reason: ReasonOption,
    upheld: Annotated[bool, typer.Option("--upheld/--dismissed", help="Upheld disqualifies the family.")],
    data_dir: DataDirOption = None,
) -> None:
    """Decide an objection."""
    request = {"application": number_of(number), "n": n, "by": by, "reason": reason, "upheld": upheld}
    show(run(command(data_dir, "publicity", "decide-objection", **request)))


@app.command()
def correct(number: Number, by: ByOption, reason: ReasonOption, data_dir: DataDirOption = None) -> None:
    """Show an entry anew after it was shown wrongly; its seven working days begin again."""
    show(run(command(data_dir, "publicity", "correct", application=number_of(number), by=by, reason=reason)))


@app.command()
def entries(data_dir: DataDirOption = None) -> None:
    """The public list as it is shown now, as JSON."""
    show(run(command(data_dir, "publicity", "list"))["entries"])


@app.command("trust-clock")
def trust_clock(by: ByOption, data_dir: DataDirOption = None) -> None:
    """Say that this machine's clock is right again after a jump; closing goes on."""
    show(run(command(data_dir, "publicity", "trust-clock", by=by)))


@app.command()
def answer(
    number: Number,
    name: Annotated[str, typer.Argument(help="The department that is overdue.")],
    by: ByOption,
    approved_by: Annotated[str, typer.Option(help="Somebody else, who looked at it and approves.")],
    reason: ReasonOption,
    kind: Annotated[str, typer.Option(help="none · found · not_matched · cannot_determine")],
    persons: Annotated[Path | None, typer.Option(help="With found: JSON list of persons with their records.")] = None,
    data_dir: DataDirOption = None,
) -> None:
    """Answer by hand for a department whose time is over; needs a reason and two people, named."""
    from lianshen.catalog import DEPARTMENTS
    from lianshen.officers_file import read_found

    if name not in DEPARTMENTS:
        say(f"no such department: {name}; there are {', '.join(DEPARTMENTS)}")
        raise typer.Exit(2)
    try:
        rows = read_found("--persons", persons) if persons else []
    except ValueError as error:
        say(str(error))
        raise typer.Exit(2) from None
    request = {"application": number_of(number), "department": name, "kind": kind, "persons": rows}
    request |= {"by": by, "reason": reason, "approved_by": approved_by}
    show(run(command(data_dir, DEPARTMENTS[name], "answer", **request)))


@app.command()
def overdue(data_dir: DataDirOption = None) -> None:
    """What departments owe beyond their time, as JSON: since when, how often they were reminded."""
    from lianshen.catalog import DEPARTMENTS

    owed: list[dict[str, Any]] = []
    for service in dict.fromkeys(DEPARTMENTS.values()):
        owed += run(command(data_dir, service, "overdue"))["overdue"]
    show(sorted(owed, key=lambda item: str(item["answer_by"])))


# --- dates, checks, operations ----------------------------------------------------------------------------------


@app.command()
def due(
    start: Annotated[str, typer.Argument(help="The day of posting, like 2025-09-26; it does not count.")],
    days: Annotated[int, typer.Argument(help="How many working days.")],
    calendar_file: Annotated[Path | None, typer.Option(help="Working days of years the library lacks (TOML).")] = None,
    as_json: JsonOption = False,
) -> None:
    """The last day of a period of working days, then its derivation day by day. Exit 3: the date is provisional."""
    from lianshen.table import due_table

    try:
        begin = date.fromisoformat(start)
    except ValueError:
        say(f"{start!r} is no day; write it like 2025-09-26")
        raise typer.Exit(2) from None
    try:
        provisional = due_table(begin, days, calendar_file or Settings().calendar_file, as_json)
    except (ValueError, OSError, tomllib.TOMLDecodeError) as error:
        say(str(error))
        raise typer.Exit(2) from None
    if provisional:
        raise typer.Exit(3)


@app.command()
def audit(
    ledger: Annotated[Path | None, typer.Option(help="A client's own record, to be found in the log.")] = None,
    archive: Annotated[
        Path | None, typer.Option(help="The archive to compare with (default: the one of this data directory).")
    ] = None,
    as_json: JsonOption = False,
    data_dir: DataDirOption = None,
) -> None:
    """Re-read the whole log, check every invariant, compare it with the archive. Exit 1 with the first violation."""
    from lianshen.audit import audit as work
    from lianshen.client import connected

    beside = cli_evidence.archive_dir(data_dir, archive)

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

    from lianshen.bench import Plan
    from lianshen.bench import bench as work
    from lianshen.bench_table import bench_table

    # The load shares the cores with what it measures, so it runs on the cheaper loop.
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    found = run(work(Plan(cases, stored, data_dir, audit, signing), say))
    show(found) if as_json else bench_table(found)
    if found.get("audit_clean") is False:
        raise typer.Exit(1)


@app.command()
def doctor(data_dir: DataDirOption = None, as_json: JsonOption = False) -> None:
    """Look at the whole system and say what is wrong and what mends it. Exit 1 where something is."""
    from lianshen.doctor import doctor as work

    findings = run(work(data_dir, cli_evidence.archive_dir(data_dir, None)))
    if as_json:
        show([finding.__dict__ for finding in findings])
    for finding in findings if not as_json else ():
        typer.echo(one_line(f"{'ok  ' if finding.well else 'BAD '} {finding.what}: {finding.detail}"))
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)


cli_evidence.add_to(app, run, say)
cli_departments.add_to(department, run, say)
cli_clerk.add_to(app, run, say)
cli_conformance.add_to(department, run, say)


@config.command("show")
def config_show(as_json: JsonOption = False) -> None:
    """Every setting: its environment name, its value here (secrets hidden), and what it means."""
    from lianshen.settings_table import settings_rows, settings_table

    show(settings_rows()) if as_json else settings_table()


@letters.command("list")
def letters_list(data_dir: DataDirOption = None) -> None:
    """The dead letters that wait for somebody, as JSON."""
    from chassis.dead_letters import open_letters
    from lianshen.client import connected

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


def main() -> None:
    """The entry point; the first fault of a start is one sentence."""
    try:
        app()
    except (Drift, ValidationError) as error:
        say(str(error))
        sys.exit(1)
