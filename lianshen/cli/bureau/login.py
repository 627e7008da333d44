"""`lianshen login, logout, whoami`: who sits at this command line."""

import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from contracts.text import one_line
from lianshen.cli.common import DataDirOption, run, say

app = typer.Typer()


@app.command()
def login(
    console: Annotated[
        str | None, typer.Option("--console", help="The console's address, if it does not run on this machine.")
    ] = None,
    ca_file: Annotated[
        Path | None, typer.Option("--ca-file", help="The CA of its certificate (PEM), if it has its own.")
    ] = None,
    data_dir: DataDirOption = None,
) -> None:
    """Sign in as at the console: account, password, and a code or a recovery code are asked for.

    What you do from here on carries your name, for eight hours or until `lianshen logout`. The token stands in a file
    that only you can read: token.json of the data directory, or LIANSHEN_TOKEN_FILE.
    """
    from lianshen.signed_in.console import address_of

    url = console or address_of(data_dir)
    if url is None:
        say("no console runs here; name its address with --console")
        raise typer.Exit(1)
    typed = {
        "account": _typed("account"),
        "password": _typed("password", hide=True),
        "code": _typed("code", hide=True),
    }
    run(_login(url.rstrip("/"), ca_file, typed, data_dir))


def _typed(what: str, *, hide: bool = False) -> str:
    """At a terminal after a prompt, else a line of stdin: never an argument, which others on this machine can read."""
    if sys.stdin.isatty():
        return str(typer.prompt(what, hide_input=hide, err=True))
    return sys.stdin.readline().removeprefix("\ufeff").rstrip("\r\n")


async def _login(url: str, ca_file: Path | None, typed: dict[str, str], data_dir: Path | None) -> None:
    from lianshen.signed_in.console import console_at
    from lianshen.signed_in.token_file import Held, place, write

    authority = str(ca_file.absolute()) if ca_file else None
    async with console_at(url, authority) as at:
        given = await at.ask("sign-in", typed)
    write(place(data_dir), Held(url, given["token"], given["name"], given["ends"], authority))
    say(_words(given))


@app.command()
def logout(data_dir: DataDirOption = None) -> None:
    """End the token of this command line, here and at the console."""
    from lianshen.signed_in.console import signed_in
    from lianshen.signed_in.token_file import NotSignedIn, place

    async def go() -> None:
        async with signed_in(data_dir) as at:
            await at.ask("sign-out", {})

    try:
        run(_unless_nobody(go(), NotSignedIn))
    finally:
        place(data_dir).unlink(missing_ok=True)
    say("signed out")


@app.command()
def whoami(data_dir: DataDirOption = None) -> None:
    """Your name and roles, as the console has them now."""
    from lianshen.signed_in.console import signed_in

    async def go() -> dict[str, Any]:
        async with signed_in(data_dir) as at:
            return await at.ask("me", {})

    typer.echo(_words(run(go())))


async def _unless_nobody(work: Any, nobody: type[Exception]) -> None:
    try:
        await work
    except nobody:
        return


def _words(who: dict[str, Any]) -> str:
    return one_line(f"{who['account']}  {who['name']}  {', '.join(who['roles'])}")
