"""Dates, invariants and speed, checked: `lianshen due, audit, bench`."""

import asyncio
import tomllib
from contextlib import AsyncExitStack
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chassis.process.settings import Settings
from contracts.text import one_line
from lianshen.cli.common import DataDirOption, JsonOption, run, say, show
from lianshen.cli.evidence import archive_dir

if TYPE_CHECKING:
    from lianshen.bench.bench import Plan

app = typer.Typer()


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
    every_copy: Annotated[
        bool,
        typer.Option("--every-copy", help="Of a cluster, read each node's copy as well, as the provisioner."),
    ] = False,
    as_json: JsonOption = False,
    data_dir: DataDirOption = None,
) -> None:
    """Re-read the whole log, check every invariant, compare it with the archive. Exit 1 with the first violation."""
    from evidence.audit import audit as work
    from lianshen.embedded.client import connected

    beside = archive_dir(data_dir, archive)

    async def go() -> list[str]:
        async with AsyncExitStack() as stack:
            nc = await stack.enter_async_context(connected(data_dir))
            owner = await stack.enter_async_context(connected(data_dir, "provisioner")) if every_copy else None
            return await work(nc, ledger, beside, owner=owner)

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
    bus_memory: Annotated[
        str | None,
        typer.Option(help="What nats-server keeps its memory below (1000MiB); 500 MiB and 3 kB a stored case."),
    ] = None,
    audit: Annotated[bool, typer.Option("--audit", help="Audit the log even beyond 20,000 cases.")] = False,
    signing: Annotated[
        bool, typer.Option("--signing/--unsigned", help="Questions and answers signed, or nothing signed at all.")
    ] = True,
    batches: Annotated[
        bool, typer.Option(help="Departments that take several questions in one message, or none that does.")
    ] = True,
    nodes: Annotated[
        int, typer.Option(help="3: measure a cluster of three beside one node instead, and the loss of a server.")
    ] = 1,
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
    from lianshen.embedded.bus_server import MEMORY_LIMIT

    # The load shares the cores with what it measures, so it runs on the cheaper loop.
    asyncio.set_event_loop_policy(uvloop.EventLoopPolicy())
    plan = Plan(cases, stored, data_dir, audit, signing, bus_memory or MEMORY_LIMIT, batches)
    if nodes > 1:
        _bench_nodes(plan, as_json)
        return
    found = run(work(plan, say))
    show(found) if as_json else bench_table(found)
    if found.get("audit_clean") is False:
        raise typer.Exit(1)


def _bench_nodes(plan: "Plan", as_json: bool) -> None:
    from lianshen.bench.bench import Plan, bench_nodes
    from lianshen.bench.table import nodes_table

    if plan != Plan(plan.cases):
        say("--nodes compares three nodes with one as they come: leave all but --cases and --json out")
        raise typer.Exit(2)
    both = run(bench_nodes(plan.cases, say))
    show(both) if as_json else nodes_table(both)
    if not all(figures["audit_clean"] for figures in both):
        raise typer.Exit(1)
