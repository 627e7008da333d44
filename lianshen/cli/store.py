"""For whoever looks after the store and its keys: `lianshen migrate`, `lianshen key replace`."""

from typing import Annotated

import typer

from chassis.process.keys import OF_THE_ARCHIVE, OF_THE_LOG
from lianshen.cli.common import ByOption, DataDirOption, run, say


def add_to(app: typer.Typer) -> None:
    app.command()(migrate)


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

    run(work(DataDir(data_dir) if data_dir else DataDir.default(), dry_run, say))


def key_replace(
    name: Annotated[str, typer.Argument(help="The name of its file, without .key.")],
    by: ByOption,
    reason: Annotated[str, typer.Option("--reason", help="Why; the register keeps it.")],
    data_dir: DataDirOption = None,
) -> None:
    from lianshen.embedded.data_dir import DataDir
    from lianshen.embedded.replacing_keys import replace_key

    if name not in COSTS:
        say(f"no such key: {name}; there are {', '.join(COSTS)}")
        raise typer.Exit(2)
    directory = DataDir(data_dir) if data_dir else DataDir.default()
    kept = run(replace_key(directory, name, by, reason))
    typer.echo(f"keys/{name}.key is a new key; from now on {COSTS[name]}")
    if kept is not None:
        say(f"the old file is kept: {kept}")


COSTS = OF_THE_LOG | OF_THE_ARCHIVE
key_replace.__doc__ = f"""Make another secret key where one is lost and no backup has it. The system must be stopped.

    A log is written with its keys, so another one has a price.
    {" · ".join(f"{name}: {price}" for name, price in COSTS.items())}.

    An old file is kept beside the new one, and the register keeps who did it and why. The keys `signing` and `seal`
    need none of this: `lianshen key revoke`.
    """
