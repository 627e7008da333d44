"""`lianshen notices`: the letters that notify has put into its folder, to be listed, found and printed."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from contracts.numbers import parse_application_number
from lianshen.cli.common import DataDirOption, JsonOption, say, show

app = typer.Typer(help="Letters to families: which there are, which were printed, and printing.", no_args_is_help=True)
FolderOption = Annotated[
    Path | None, typer.Option("--folder", help="Where notify keeps them (default: LIANSHEN_NOTIFY_FOLDER).")
]
DayOption = Annotated[str | None, typer.Option("--day", help="Only those of a day, such as 2026-11-02.")]


@app.command("list")
def list_letters(
    number: Annotated[str | None, typer.Argument(help="A letter's number, or an application's.")] = None,
    day: DayOption = None,
    new: Annotated[bool, typer.Option("--new", help="Only those that were not printed yet.")] = False,
    folder: FolderOption = None,
    json: JsonOption = False,
    data_dir: DataDirOption = None,
) -> None:
    """Show each letter's number, application and subject, and when it was printed.

    lianshen notices list --new
    """
    found = _found(_spool(folder, data_dir), number, day, new)
    if json:
        show([_as_json(kept) for kept in found])
        return
    for kept in found:
        letter, printed = kept.letter, kept.printed
        at = printed.astimezone().isoformat(" ", "minutes") if printed else "not printed"
        typer.echo(f"{letter.notice_id}  {letter.application}  {at}  {letter.subject}")


@app.command("print")
def print_letters(
    number: Annotated[str | None, typer.Argument(help="A letter's number, or an application's.")] = None,
    day: DayOption = None,
    new: Annotated[bool, typer.Option("--new", help="Only those that were not printed yet.")] = False,
    folder: FolderOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Write letters to stdout, each beginning a page, and note that they were printed.

    lianshen notices print NUMBER | lp: one letter, or all of one application

    lianshen notices print --new | lp: what was not printed yet
    """
    from notify.spool.form import PAGE, printed
    from notify.spool.shelf import note_printed

    from chassis.clock import WALL

    if number is None and day is None and not new:
        say("name a letter, an application, a --day, or --new")
        raise typer.Exit(2)
    found = _found(_spool(folder, data_dir), number, day, new)
    try:
        sys.stdout.buffer.write(PAGE.join(printed(kept.letter) for kept in found).encode())
        sys.stdout.buffer.flush()
        note_printed(found, WALL.now())
    except OSError as error:
        say(f"they are not noted as printed: {error.strerror}")
        raise typer.Exit(1) from None
    say(f"{len(found)} letters" if len(found) != 1 else "1 letter")


def _spool(folder: Path | None, data_dir: Path | None) -> Path:
    """The folder that is named, else the one of the settings, else the one of the system on this machine."""
    from notify.settings import NotifySettings

    from lianshen.embedded.data_dir import DataDir

    settings = NotifySettings()
    if folder is None and "folder" in settings.model_fields_set:
        folder = settings.folder
    folder = folder or DataDir.at(data_dir).path / "notices"
    if not folder.is_dir():
        say("there is no such folder of letters; notify makes it with the first one, or name it with --folder")
        raise typer.Exit(1)
    return folder


def _found(spool: Path, number: str | None, day: str | None, new: bool) -> list[Any]:
    from notify.spool.shelf import kept_in

    try:
        kept = [kept for kept in kept_in(spool, day) if not (new and kept.printed)]
    except OSError as error:
        say(f"the letters cannot be read: {error.strerror}")
        raise typer.Exit(1) from None
    found = [one for one in kept if number is None or one.is_of(_as_stored(number))]
    if number is not None and not found:
        say("there is no such letter; check the number")
        raise typer.Exit(1)
    return found


def _as_stored(typed: str) -> str:
    try:
        return parse_application_number(typed)
    except ValueError:
        return typed.strip().upper()


def _as_json(kept: Any) -> dict[str, Any]:
    letter = kept.letter
    return {
        "notice": letter.notice_id,
        "application": letter.application or None,
        "subject": letter.subject,
        "printed": kept.printed.isoformat() if kept.printed else None,
    }
