"""`lianshen upgrade-check`: before a new version is started."""

from pathlib import Path
from typing import Annotated

import typer

from lianshen.cli.common import DataDirOption, JsonOption, run, show
from lianshen.cli.evidence import archive_dir

app = typer.Typer()


@app.command("upgrade-check")
def upgrade_check(
    backup: Annotated[Path | None, typer.Option(help="The folder of the newest backup.")] = None,
    as_json: JsonOption = False,
    data_dir: DataDirOption = None,
) -> None:
    """Say whether this version may be started on a running system of the version before. It changes nothing.

    Install the new version beside the old one and run its `lianshen upgrade-check` while the old one runs: the form of
    the store, whether the version that runs can stand beside this one, what `provision` would change, consumers, keys,
    settings, dead letters, the age of the backup; and your whole log, read and each determination made again by the
    new code. Exit 0: both may run side by side on one bus,
    and nothing is lost. Exit 1: a sentence says why not, and what to do.
    """
    from lianshen.doctor.upgrade import upgrade_check as work

    findings = run(work(data_dir, archive_dir(data_dir, None), backup))
    if as_json:
        show([finding.as_dict() for finding in findings])
    for finding in findings if not as_json else ():
        typer.echo(finding.sentence())
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)
