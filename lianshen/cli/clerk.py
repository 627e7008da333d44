"""`lianshen clerk questions` and `answer`: for a department that has no system."""

from pathlib import Path
from typing import Annotated, Any

import typer

from contracts.text import one_line
from lianshen.cli.common import DataDirOption, JsonOption, run, say, show

Name = Annotated[str, typer.Argument(help="The department.")]
app = typer.Typer(help="A department's clerk: what is asked, and the answer.", no_args_is_help=True)
Credentials = Annotated[
    Path | None, typer.Option(help="The folder that `department add` made, where it was taken to another machine.")
]


@app.command("questions")
def questions(
    name: Name,
    credentials: Credentials = None,
    as_json: JsonOption = False,
    data_dir: DataDirOption = None,
) -> None:
    """What waits for the clerk, oldest first: about whom, and until when."""

    async def go() -> tuple[list[dict[str, Any]], dict[str, dict[str, str]]]:
        from lianshen.departments.clerk import desk

        async with desk(name, data_dir, credentials) as at:
            found = await at.questions()
            return found, await at.our_bans(found)

    found, bans = run(go())
    if as_json:
        show([{**question, "our_bans": _ours(question, bans)} for question in found] if bans else found)
        return
    for question in found:
        typer.echo(_line(question))
        for person in question["persons"]:
            typer.echo(one_line(f"    {person['id_number']}  {person.get('name', '')}".rstrip()))
        for ban in _ours(question, bans):
            whom, until = ban["id_number"], f"free again on {ban['until']}"
            typer.echo(f"    {whom}  banned by our decision of {ban['since']} (Art. {ban['article']}), {until}")
    if not found:
        say("nothing waits")
    from inquiry.department_commands import MOST_LISTED

    if len(found) >= MOST_LISTED:
        say(f"these are the {len(found)} oldest; more may wait")


@app.command("answer")
def answer(
    name: Name,
    question_id: Annotated[
        str | None,
        typer.Argument(help="The question, or the beginning of its id; not needed where only one waits."),
    ] = None,
    kind: Annotated[str | None, typer.Option(help="none · found · not_matched · cannot_determine · refused")] = None,
    records: Annotated[
        Path | None,
        typer.Option(help="With found, JSON: rows of the one person asked about, or a map ID number → rows."),
    ] = None,
    note: Annotated[str | None, typer.Option(help="What an officer should know; nobody's data.")] = None,
    by: Annotated[
        str | None,
        typer.Option(
            "--by", help="Who looked it up: with --credentials, which are the department's own, and in drills."
        ),
    ] = None,
    credentials: Credentials = None,
    data_dir: DataDirOption = None,
) -> None:
    """Answer one question, for all persons in it, signed where the department has a key."""

    async def go() -> str:
        from lianshen.departments.clerk import an_answer, chosen, desk
        from lianshen.departments.officers_file import read_found
        from procedures.hainan_2025.departments import BY_NAME as DEPARTMENTS

        if name not in DEPARTMENTS:
            raise LookupError(f"no such department: {name}; there are {', '.join(DEPARTMENTS)}")
        rows = read_found("--records", records) if records else None
        who = await _who(name, by, data_dir, away=credentials is not None)
        async with desk(name, data_dir, credentials) as at:
            asked = chosen(await at.questions(), question_id)
            said = an_answer(asked, DEPARTMENTS[name], kind, rows, who, note)  # type: ignore[arg-type]
            await at.answer(asked, said)
            return f"answered: {said.kind}" + (", signed" if at.signer else "")

    typer.echo(run(go()))


async def _who(department: str, typed: str | None, data_dir: Path | None, away: bool) -> str:
    """A department's own people say who they are themselves, under its key; ours sign in. Raises CommandError."""
    from lianshen.signed_in.acting import NoName, console_of, drill_name

    if away:
        if typed is None:
            raise NoName("--by: who looked it up, as the department knows them")
        return typed
    if (name := drill_name(data_dir, typed)) is not None:
        return name
    async with console_of(data_dir) as console:
        me = await console.ask("me", {})
    if department not in me["departments"]:
        raise NoName(f"you do not answer for {department}: `lianshen staff departments` says who does")
    return str(me["name"])


def _ours(question: dict[str, Any], bans: dict[str, dict[str, str]]) -> list[dict[str, str]]:
    """Of the persons that a question is about."""
    return [bans[person["id_number"]] for person in question["persons"] if person["id_number"] in bans]


def _line(question: dict[str, Any]) -> str:
    late = "OVERDUE" if question["overdue"] else f"by {str(question['answer_by'])[:16].replace('T', ' ')} UTC"
    reminded = f", reminded {question['reminded']} ×" if question["reminded"] else ""
    return f"{question['question_id']}  {late}{reminded}"
