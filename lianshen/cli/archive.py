"""What an operator does about the archive."""

from typing import Annotated

import typer

from lianshen.cli.common import ByOption, DataDirOption, act, command, run, say, show

app = typer.Typer(help="The archive beside the log: how it is, and another one begun.", no_args_is_help=True)


@app.command("state")
def state(data_dir: DataDirOption = None) -> None:
    """Whether it is written on, until which record, and else why not and since when, as JSON."""
    show(run(command(data_dir, "archive", "state")))


@app.command("start-anew")
def start_anew(
    reason: Annotated[str, typer.Option("--reason", help="Why; it is kept beside the old files.")],
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Put the files of an archive that is in trouble aside, and begin another from the log.

    Nothing is deleted: the old files go to a folder of their own inside the archive's, with who did it and why, and
    `lianshen verify-archive` still checks them. Refused while nothing is wrong with the archive.
    """
    show(run(act(data_dir, by, "archive", "start-anew", reason=reason)))
    say("the old files are evidence: keep them, and find out who or what changed them")
