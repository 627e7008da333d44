"""`lianshen up`: everything on this machine until Ctrl-C."""

import asyncio
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from inquiry.callbacks import PATH
from lianshen.bus_access.bus_listen import BusListen
from lianshen.catalog import DEPARTMENTS, SIMULATED
from lianshen.demo.worlds import worlds
from lianshen.departments.attached_here import AttachedHere, attached_here, tell_where, write_started
from lianshen.departments.credentials import register_pending
from lianshen.departments.handing_over import hand_over_when_attached
from lianshen.embedded.bus_server import MEMORY_LIMIT
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.ending import Ended, end_requested, unless
from lianshen.embedded.system import System
from lianshen.first_account import say_where_staff_sign_in
from lianshen.simulation.faults import Profile, profiles


async def up(
    data_dir: Path | None,
    world: Path | None,
    without: tuple[str, ...],
    separate: bool,
    departments_apart: bool,
    bus_memory: str | None,
    port: int,
    console_port: int | None,
    environment: Mapping[str, str],
    signing: bool,
    listen: BusListen,
    nodes: int,
    only_one: bool,
    hops: int,
    faults: Path | None,
    say: Callable[[str], None],
    show_link: bool,
) -> None:
    """Runs until SIGINT, SIGTERM or SIGHUP, then drains.

    `show_link` says that a person reads what is said, and no log does: the link of the first account is shown then.
    """
    directory = DataDir.at(data_dir)
    attached = attached_here(directory)
    simulated = tuple(name for name in SIMULATED if name not in without and name not in attached.ways)
    system = System(
        directory,
        (world or worlds() / "sample") if simulated else None,
        simulated,
        faults=faults and faults.absolute(),
        separate=separate,
        departments_apart=departments_apart,
        environment={**(attached.environment if signing else {}), **environment},
        intake_port=port,
        console=console_port is not None,
        console_port=console_port or 0,
        bus_memory=bus_memory or MEMORY_LIMIT,
        signing=signing,
        listen=listen,
        nodes=nodes,
        pairs=nodes > 1,
        only_one=only_one,
        hops=hops,
        say=say,
    )
    with end_requested() as ending:
        try:
            await unless(ending, system.start())
            doors = await _announce(system, attached)
            await say_where_staff_sign_in(system, say, show_link)
            say("Ctrl-C drains and ends")
            await _until(ending, system, doors, say)
            say("draining")
        except Ended:
            say("stopping before it was ready")
        finally:
            await system.stop()


async def _announce(system: System, attached: AttachedHere) -> dict[str, str]:
    """Tells departments and whoever started it where everything is; returns where later answers are brought."""
    doors = _doors(system)
    tell_where(system.data_dir, system.url, doors)
    write_started(system.data_dir, system.simulated, doors)
    registered = await _register(system, system.say)
    _say_what_runs(system, attached, registered, doors)
    return doors


def _say_what_runs(
    system: System, attached: AttachedHere, registered: tuple[str, ...], doors: Mapping[str, str]
) -> None:
    say, directory = system.say, system.data_dir
    own = tuple(name for name in DEPARTMENTS if name not in system.simulated)
    say(f"intake: {system.intake_url}/v1/applications")
    system.say_pages()
    say(f"bus: {system.url}   data: {directory.path}")
    if system.world is not None:
        say(f"simulated from the world {system.world.name!r}, demonstration data only: {', '.join(system.simulated)}")
    for words in _misbehaving(system):
        say(words)
    if own:
        say("not simulated: " + ", ".join(f"{name} (by {attached.ways.get(name, 'bus')})" for name in own))
        say(f"their credentials: {directory.path / 'departments'}, else {directory.credentials / 'departments'}")
    if registered:
        say(f"their signing keys are registered now: {', '.join(registered)}")
    for name in attached.unknown:
        say(f"departments.toml: [{name}] is no department's name, and does nothing")
    for service in dict.fromkeys(DEPARTMENTS[name] for name, way in attached.ways.items() if way == "http"):
        say(f"{service} takes later answers over HTTP: {doors[service]}")


def _misbehaving(system: System) -> Iterator[str]:
    """What of the faults is played, and what is not."""
    if system.faults is None:
        return
    faulty = [name for name, profile in profiles(system.faults).items() if profile != Profile()]
    if played := [name for name in faulty if name in system.simulated]:
        yield f"misbehaving as {system.faults.name} says: {', '.join(played)}"
    if not_played := [name for name in faulty if name not in system.simulated]:
        yield f"{system.faults.name}: not simulated here, so they do not misbehave: {', '.join(not_played)}"


async def _until(ending: asyncio.Event, system: System, doors: dict[str, str], say: Callable[[str], None]) -> None:
    """Hands over what is attached meanwhile, until told to end."""
    following = asyncio.create_task(hand_over_when_attached(system, doors, say))
    stopped = asyncio.create_task(ending.wait())
    await asyncio.wait({stopped, following}, return_when=asyncio.FIRST_COMPLETED)
    if following.done() and not ending.is_set():
        say(f"departments are handed over no more: {following.exception()}; start `lianshen up` again")
        await ending.wait()
    following.cancel()


async def _register(system: System, say: Callable[[str], None]) -> tuple[str, ...]:
    async with system.connected("operator") as nc:
        return await register_pending(system.data_dir, nc, say)


def _doors(system: System) -> dict[str, str]:
    """Where departments attached by HTTP bring later answers, by the service that asks them."""
    asking = set(DEPARTMENTS.values())
    return {
        service: f"{address}{PATH}"
        for child in system.firsts
        if child.program.ready_file is not None
        for service, address in child.endpoints().items()
        if service in asking
    }
