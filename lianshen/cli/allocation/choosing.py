"""`lianshen choosing …`: families choose their homes in the order of the draw (Art. 26(5), 32)."""

from typing import Annotated

import typer

from lianshen.cli.common import ByOption, DataDirOption, Number, ReasonOption, act, command, number_of, run, show

app = typer.Typer(
    help="Families choose their homes, in the order of a published draw (Art. 26(5), 32).", no_args_is_help=True
)
Project = Annotated[str, typer.Argument(metavar="PROJECT", help="The project's name.")]
Instant = Annotated[str, typer.Argument(help="When it begins, with its zone: 2027-01-11T09:00:00+08:00.")]
Minutes = Annotated[int | None, typer.Option(help="A family; as the policy has it, if left out.")]


@app.command("open")
def open_(
    project: Project,
    begins: Instant,
    where: Annotated[str, typer.Option(help="The place, as families read it.")],
    serial: Annotated[str, typer.Option(help="Of the draw whose result counts.")] = "1",
    minutes: Minutes = None,
    a_day: Annotated[int, typer.Option(help="Families a day; the rest comes on the next working days.")] = 30,
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Open choosing: each drawn family has its slot by its place, and is called by that."""
    request = {"project": project, "serial": serial, "begins": begins, "minutes": minutes, "a_day": a_day}
    show(run(act(data_dir, by, "allocation", "open-choosing", **request, where=where)))


@app.command("next")
def next_(
    project: Project,
    pool: Annotated[str, typer.Argument(help="Of whose homes one is free.")],
    slot_from: Instant,
    reason: ReasonOption,
    minutes: Minutes = None,
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Call whoever is next: a family that was excused, or the next substitute. There is no other order."""
    request = {"project": project, "pool": pool, "slot_from": slot_from, "minutes": minutes}
    show(run(act(data_dir, by, "allocation", "call-next", **request, reason=reason)))


@app.command()
def choose(
    number: Number,
    home: Annotated[str, typer.Argument(help="The code of the home.")],
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """A family takes a home; if another one was first, it is told which are left."""
    show(run(act(data_dir, by, "allocation", "choose", application=number_of(number), home=home)))


@app.command()
def decline(number: Number, reason: ReasonOption, by: ByOption = None, data_dir: DataDirOption = None) -> None:
    """A family came and takes none: back to the pool, and its deposit back, without a ban."""
    show(run(act(data_dir, by, "allocation", "decline-choice", application=number_of(number), reason=reason)))


@app.command()
def missed(number: Number, by: ByOption = None, data_dir: DataDirOption = None) -> None:
    """A family did not come in its slot. Nothing is cancelled yet: it is heard first (Art. 32)."""
    show(run(act(data_dir, by, "allocation", "miss-choice", application=number_of(number))))


@app.command()
def excuse(number: Number, reason: ReasonOption, by: ByOption = None, data_dir: DataDirOption = None) -> None:
    """The bureau heard the family and cancels nothing; it is the next to be called."""
    show(run(act(data_dir, by, "allocation", "excuse-choice", application=number_of(number), reason=reason)))


@app.command()
def cancel(number: Number, reason: ReasonOption, by: ByOption = None, data_dir: DataDirOption = None) -> None:
    """The bureau cancels a qualification, once the time to be heard is over: a ban of a year from today (Art. 32)."""
    request = {"application": number_of(number), "reason": reason}
    show(run(act(data_dir, by, "allocation", "cancel-qualification", **request)))


@app.command()
def strike(number: Number, reason: ReasonOption, by: ByOption = None, data_dir: DataDirOption = None) -> None:
    """Strike an entry after an upheld objection; those behind move up, and its home is free again."""
    show(run(act(data_dir, by, "allocation", "strike", application=number_of(number), reason=reason)))


@app.command()
def close(project: Project, by: ByOption = None, data_dir: DataDirOption = None) -> None:
    """Call nobody any more: substitutes come back to the pool, with their deposits."""
    show(run(act(data_dir, by, "allocation", "close-choosing", project=project)))


@app.command("show")
def show_(project: Project, data_dir: DataDirOption = None) -> None:
    """Who chose what in the order of the draw, and which homes are free, as JSON."""
    show(run(command(data_dir, "allocation", "show-choosing", project=project)))
