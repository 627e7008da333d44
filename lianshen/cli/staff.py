"""`lianshen staff …`: who may sign in, and as what; a head of the bureau says so. Secrets are set by their owners."""

from pathlib import Path
from typing import Annotated, Any

import typer

from contracts.text import one_line
from lianshen.cli.common import DataDirOption, JsonOption, command, run, say, show

app = typer.Typer(help="Who may sign in at the console, and as what.", no_args_is_help=True)
Account = Annotated[str, typer.Argument(help="By which the person signs in.")]
Roles = Annotated[
    list[str], typer.Option("--role", help="viewer · clerk · officer · operations · head; may be given several times.")
]


@app.command()
def first(data_dir: DataDirOption = None) -> None:
    """A link for the first account, which has every role; only while nobody has one."""
    _link(data_dir, run(command(data_dir, "console", "staff-first")))


@app.command()
def add(
    account: Account,
    name: Annotated[str, typer.Option(help="As families read it where the person looked or decided.")],
    roles: Roles,
    subject: Annotated[str | None, typer.Option(help="Who the person is at the provider.")] = None,
    data_dir: DataDirOption = None,
) -> None:
    """A link for somebody new: they choose a password and set up their second factor by it."""
    request = {"account": account, "name": name, "roles": roles, "subject": subject}
    _link(data_dir, run(_done(data_dir, "staff-add", **request)))


@app.command()
def reset(account: Account, data_dir: DataDirOption = None) -> None:
    """A link for somebody who lost a password, a telephone or a key; the old ones hold until it is used, then none."""
    _link(data_dir, run(_done(data_dir, "staff-reset", account=account)))


@app.command("list")
def list_(as_json: JsonOption = False, data_dir: DataDirOption = None) -> None:
    """Everybody who has an account."""
    found = run(command(data_dir, "console", "staff-list"))["staff"]
    if as_json:
        show(found)
        return
    for one in found:
        typer.echo(one_line(f"{one['account']}  {one['name']}  {', '.join(one['roles'])}"))
    if not found:
        say("nobody yet: `lianshen staff first` shows the link for the first account")


@app.command()
def roles(account: Account, roles: Roles, data_dir: DataDirOption = None) -> None:
    """Give an account these roles in place of those that it has."""
    show(run(_done(data_dir, "staff-roles", account=account, roles=roles)))


@app.command()
def departments(
    account: Account,
    departments: Annotated[
        list[str], typer.Option("--department", help="Whose questions a clerk answers; may be given several times.")
    ],
    data_dir: DataDirOption = None,
) -> None:
    """Say for which departments a clerk answers: of their open questions alone they see the persons."""
    request = {"account": account, "departments": departments}
    show(run(_done(data_dir, "staff-departments", **request)))


@app.command()
def subject(
    account: Account,
    subject: Annotated[str | None, typer.Argument(help="Who that is at the provider; without it, nobody.")] = None,
    data_dir: DataDirOption = None,
) -> None:
    """Say who signs in to an account by the bureau's provider (OpenID Connect), in place of whoever did before."""
    show(run(_done(data_dir, "staff-subject", account=account, subject=subject)))


@app.command()
def remove(account: Account, data_dir: DataDirOption = None) -> None:
    """Take an account away; whoever is signed in with it is signed out at once."""
    show(run(_done(data_dir, "staff-remove", account=account)))


async def _done(data_dir: Path | None, verb: str, **request: Any) -> dict[str, Any]:
    """By a head of the bureau who signed in; in a drill by whoever has this machine."""
    from lianshen.signed_in.acting import acting

    async with acting(data_dir, None, unnamed="the command line") as ask:
        return await ask("console", verb, request)


def _link(data_dir: Any, link: dict[str, Any]) -> None:
    """On stdout, for whoever asked; it stands in no log."""
    from lianshen.signed_in.console import address_of

    say(f"good once, within {link['minutes']} minutes; hand it over in person or by a safe channel:")
    typer.echo(f"{address_of(data_dir) or ''}{link['path']}")
