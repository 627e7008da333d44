"""The whole system on one machine, and a part of it: `lianshen demo, up, run, provision`."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from chassis.process.settings import Settings
from lianshen.cli.common import DataDirOption, run, say

if TYPE_CHECKING:
    from lianshen.bus_access.bus_listen import BusListen
    from lianshen.demo.demo import Played

app = typer.Typer()
TO_SEE_IT = (
    "to see the same in a browser: `lianshen demo --stay`; or your own: `lianshen up --drill 60`, open the kiosk that "
    "it names, hand a form in, and follow it on the family's page with the number and the secret of the receipt"
)


@app.command()
def demo(
    world: Annotated[
        Path | None, typer.Option(help="A folder of applications and registers (default: the sample).")
    ] = None,
    results: Annotated[Path | None, typer.Option(help="Write the results to this file as JSON.")] = None,
    stay: Annotated[bool, typer.Option("--stay", help="Keep it open afterwards, to look at, until Ctrl-C.")] = False,
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
    well = []

    def show(played: "Played") -> None:
        well.append(demo_table(folder, played))
        if results is not None:
            results.write_text(json.dumps(played.results(), ensure_ascii=False, indent=2), encoding="utf-8")
        if not stay:
            say(TO_SEE_IT)

    run(play(folder, say, show, stay=stay))
    if not all(well):
        raise typer.Exit(1)


@app.command()
def up(
    data_dir: DataDirOption = None,
    world: Annotated[
        Path | None, typer.Option(help="Registers for simulated departments (default: the sample).")
    ] = None,
    faults: Annotated[
        Path | None,
        typer.Option(help="How simulated departments misbehave, as in examples/worlds/sample/faults.toml."),
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
    console: Annotated[bool, typer.Option("--console/--no-console", help="Serve the pages of staff.")] = True,
    console_port: Annotated[int, typer.Option(help="The console's port; 0: the OS chooses.")] = 0,
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
    nodes: Annotated[
        int, typer.Option(help="nats-servers that keep the log: 1, or 3 as a cluster, each with a copy of its own.")
    ] = 1,
    only_one: Annotated[
        bool,
        typer.Option(
            "--this-is-the-only-one", help="Start on a log that another place used a moment ago: it is gone."
        ),
    ] = False,
    server_hops: Annotated[
        int,
        typer.Option(
            min=0, max=100, help="Percent of messages whose way through nats-server a case's trace shows; it costs."
        ),
    ] = 0,
) -> None:
    """Run the whole system on this machine until Ctrl-C, which drains it."""
    _refuse_number_of_nodes(nodes)
    listen = _listen(bus_host, bus_certificate, bus_private_key)
    drilled = drill_settings(drill)
    _refuse_wrong(drilled)
    _refuse_unplayable(faults)
    left_out = _departments(without)
    from lianshen.up import up as run_up

    ports = port, console_port if console else None
    options = data_dir, world, left_out, separate, departments_apart, bus_memory, *ports, drilled, signing, listen
    run(run_up(*options, nodes, only_one, server_hops, faults, say, sys.stderr.isatty()))


def _listen(host: str, certificate: Path | None, private_key: Path | None) -> "BusListen":
    from lianshen.bus_access.bus_listen import BusListen, NotSafe

    listen = BusListen(host, *(file and file.absolute() for file in (certificate, private_key)))
    try:
        listen.check()
    except NotSafe as unsafe:
        say(str(unsafe))
        raise typer.Exit(2) from None
    return listen


def _refuse_number_of_nodes(nodes: int) -> None:
    if nodes not in (1, 3):
        say("--nodes is 1 or 3: of two, the loss of either stops both")
        raise typer.Exit(2)


def _refuse_wrong(environment: dict[str, str]) -> None:
    from lianshen.embedded.preflight import preflight

    if wrong := preflight(environment):
        say("\n".join(wrong))
        raise typer.Exit(2)


def _refuse_unplayable(faults: Path | None) -> None:
    from lianshen.simulation.faults import BadProfile, profiles

    try:
        profiles(faults)
    except BadProfile as bad:
        say(f"--faults: {bad}")
        raise typer.Exit(2) from None


def _departments(names: list[str] | None) -> tuple[str, ...]:
    from lianshen.catalog import DEPARTMENTS

    unknown = set(names or ()) - DEPARTMENTS.keys()
    if unknown:
        say(f"no such department: {', '.join(sorted(unknown))}; there are {', '.join(DEPARTMENTS)}")
        raise typer.Exit(2)
    return tuple(names or ())


def drill_settings(seconds: float | None) -> dict[str, str]:
    """What the processes are told of a drill of publicity."""
    if seconds is None:
        return {}
    return {"LIANSHEN_DRILL_PUBLICITY_SECONDS": str(seconds), "LIANSHEN_NOTIFY_DRILL": "true"}


@app.command("run")
def run_service(services: Annotated[list[str], typer.Argument(help="One or more services of this process.")]) -> None:
    """Run services in this process, with settings from the environment (`lianshen config show`)."""
    from chassis.process.main import main
    from lianshen.catalog import SERVICES
    from lianshen.embedded.preflight import wrong_settings

    unknown = [name for name in services if name not in SERVICES]
    if unknown:
        say(f"no such service: {', '.join(unknown)}; there are {', '.join(SERVICES)}")
        raise typer.Exit(2)
    if wrong := wrong_settings({}, (Settings, *(SERVICES[name].settings for name in services))):
        say("\n".join(wrong))
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
