"""`lianshen backup, restore`: a system kept elsewhere, and made again of what was kept."""

from pathlib import Path
from typing import Annotated

import typer

from contracts.text import one_line
from lianshen.cli.common import DataDirOption, run, say

app = typer.Typer()
KeysOption = Annotated[
    Path | None,
    typer.Option("--keys", help="Where the keys of the backup are kept (default: its folder keys/)."),
]


def _tell(found: list[str], well: str) -> None:
    if found:
        typer.echo("\n".join(map(one_line, found)))
        raise typer.Exit(1)
    typer.echo(well)


@app.command()
def backup(
    folder: Annotated[Path, typer.Argument(help="An empty folder, or that of the backup before, on another disk.")],
    keys: KeysOption = None,
    no_audit: Annotated[
        bool, typer.Option("--no-audit", help="Only decrypt what was kept, and compare less.")
    ] = False,
    data_dir: DataDirOption = None,
) -> None:
    """Keep the running system in a folder, while it goes on. Into the same folder again: only what is new is added.

    Every record of the log and of who looked, who objected, dead letters, the archive's files, and apart from them the
    keys: a backup without its keys can be read by nobody, one beside its keys by whoever finds it. So carry keys
    elsewhere, or name another place:

    lianshen backup /mnt/backup/lianshen --keys /mnt/safe/lianshen-keys

    Each record is read again and decrypted at the end, and the audit compares all with the log: exit 1 with what it
    finds. Cut short, it goes on the next time. What is erased in the system stays in older backups: keep none for
    longer than a year. `lianshen restore --help` says how it comes back; try that before you need it.
    """
    from lianshen.backup.backup import backup as work
    from lianshen.backup.form import Folder
    from lianshen.embedded.data_dir import DataDir

    where = Folder.at(folder.absolute(), keys and keys.absolute())
    found = run(work(DataDir(DataDir.at(data_dir).path.absolute()), where, not no_audit, say))
    _tell(found, f"kept in {where.path}: every record, and every invariant holds")


@app.command()
def restore(
    folder: Annotated[Path | None, typer.Argument(help="The folder of a backup; none: from an archive alone.")] = None,
    archive: Annotated[
        Path | None,
        typer.Option(help="The archive that outlived the system: what it has beyond the backup comes back, too."),
    ] = None,
    keys: KeysOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Make a system of a backup, of an archive, or of both. The place must be empty, and the old system must not run.

    lianshen restore /mnt/backup/lianshen --archive OLD/archive --data-dir NEW

    What was acknowledged after the backup stands in the archive alone, so name it if it is still there. After a data
    centre was lost, the archive is enough:

    lianshen restore --archive COPY_OF_THE_ARCHIVE --keys COPY_OF_THE_KEYS --data-dir NEW

    Every record comes back with its sequence and time and is compared; consumers begin anew at the first record, and
    what stands in the log already is not done twice. The audit reads all of it at the end: exit 1 with what it finds.
    Then `lianshen up --data-dir NEW`; for three nodes `lianshen cluster grow --data-dir NEW` first. Cut short, the
    place is refused by `up`: empty it and restore again.
    """
    from lianshen.backup.restore import Source
    from lianshen.backup.restore import restore as work
    from lianshen.embedded.data_dir import DataDir

    async def go() -> list[str]:
        return await work(DataDir.at(data_dir), Source.of(folder, archive, keys), say)

    found = run(go())
    _tell(found, "restored: every record, and every invariant holds; `lianshen up` starts it")
