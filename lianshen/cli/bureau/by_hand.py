"""`lianshen answer` and `approve`: for a department whose time is over, by two people."""

from pathlib import Path
from typing import Annotated, Any

import typer

from lianshen.cli.common import ByOption, DataDirOption, Number, ReasonOption, number_of, run, say, show

app = typer.Typer()
Name = Annotated[str, typer.Argument(help="The department that is overdue.")]
Persons = Annotated[Path | None, typer.Option(help="With found: JSON list of persons with their records.")]


@app.command()
def answer(
    number: Number,
    name: Name,
    reason: ReasonOption,
    kind: Annotated[str, typer.Option(help="none · found · not_matched · cannot_determine")],
    persons: Persons = None,
    by: ByOption = None,
    approved_by: Annotated[str | None, typer.Option(help="In a drill: somebody else, who approves.")] = None,
    data_dir: DataDirOption = None,
) -> None:
    """Propose an answer by hand for a department whose time is over; another person has to approve it."""
    request = {"kind": kind, "reason": reason, **_about(number, name, persons)}
    show(run(_proposed(data_dir, by, approved_by, request)))


@app.command()
def approve(
    number: Number,
    name: Name,
    proposed_at: Annotated[
        str | None, typer.Option(help="Which proposal: as this command shows it without the option.")
    ] = None,
    no: Annotated[bool, typer.Option("--no", help="Do not approve: the proposal goes.")] = False,
    data_dir: DataDirOption = None,
) -> None:
    """Look at what somebody else proposed to answer for a department; then, with --proposed-at, approve it."""
    request = {"application": number_of(number), "department": _known(name)}
    if proposed_at is None:
        show(run(_second(data_dir, "by-hand/proposal", request)))
        say("if it is right, the same again with --proposed-at as above; if not, with --no as well")
        return
    show(run(_second(data_dir, "by-hand/approve", {**request, "proposed_at": proposed_at, "approved": not no})))


def _known(name: str) -> str:
    from lianshen.catalog import DEPARTMENTS

    if name not in DEPARTMENTS:
        say(f"no such department: {name}; there are {', '.join(DEPARTMENTS)}")
        raise typer.Exit(2)
    return name


def _about(number: str, name: str, persons: Path | None) -> dict[str, Any]:
    from lianshen.departments.officers_file import read_found

    _known(name)
    try:
        rows = read_found("--persons", persons) if persons else []
    except ValueError as error:
        say(str(error))
        raise typer.Exit(2) from None
    return {"application": number_of(number), "department": name, "persons": rows}


async def _proposed(
    data_dir: Path | None, by: str | None, approved_by: str | None, request: dict[str, Any]
) -> dict[str, Any]:
    """In a drill both names are typed, and nothing waits for the second person."""
    from lianshen.catalog import DEPARTMENTS
    from lianshen.signed_in.acting import console_of, drill_name, over_the_bus

    if (name := drill_name(data_dir, by)) is None:
        async with console_of(data_dir) as console:
            return await console.ask("by-hand", request)
    if (second := drill_name(data_dir, approved_by)) is None:
        raise ValueError("--approved-by: in a drill the second person is typed, too")
    async with over_the_bus(data_dir, name) as ask:
        return await ask(DEPARTMENTS[request["department"]], "answer", {**request, "approved_by": second})


async def _second(data_dir: Path | None, path: str, request: dict[str, Any]) -> dict[str, Any]:
    from lianshen.signed_in.acting import console_of

    async with console_of(data_dir) as console:
        return await console.ask(path, request)
