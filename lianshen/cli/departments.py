"""`lianshen department add, list, pause, resume, rotate, revoke`: from the first credential to the last."""

import shlex
import sys
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any
from urllib.parse import urlsplit

import typer

from lianshen.cli.common import ByOption, DataDirOption, JsonOption, act, run, say, show
from lianshen.embedded.client import NotRunning, connected, where

if TYPE_CHECKING:
    from inquiry.attachments.config import Way
    from lianshen.departments.attach import Made, Wish
    from lianshen.embedded.data_dir import DataDir

app = typer.Typer(help="Departments: attach, list, check, pause, renew, revoke.", no_args_is_help=True)
Name = Annotated[str, typer.Argument(help="The department.")]
Reason = Annotated[str, typer.Option("--reason", help="Why; the register keeps it.")]
PublicKey = Annotated[
    Path | None, typer.Option("--public-key", help="Its own public key (JWK); then no private one is made here.")
]
NotAfter = Annotated[
    str | None, typer.Option(help="Until when its key counts, with the time zone (default: two years).")
]
EXAMPLES = {
    ("bus", "tax"): "REGISTER=lianshen/simulation/kit/tax.csv; exec python examples/departments/tax_signed.py",
    (
        "http",
        "real-estate",
    ): "DATABASE=${TMPDIR:-/tmp}/real-estate.db; REGISTER=lianshen/simulation/kit/real-estate.csv; "
    "exec python examples/departments/http_sqlite/real_estate.py PORT",
}
"""What answers for a department until it has something of its own."""


@app.command("add")
def add(
    name: Name,
    by: Annotated[str, typer.Option("--by", help="bus · http · clerk")],
    url: Annotated[str | None, typer.Option(help="http: where it takes questions.")] = None,
    notice_url: Annotated[str | None, typer.Option(help="http: where it takes reminders and `stop`.")] = None,
    token_file: Annotated[Path | None, typer.Option(help="http: the bearer token that it wants to see.")] = None,
    token: Annotated[bool, typer.Option("--token", help="http: read that token from stdin, or ask for it.")] = False,
    ca_file: Annotated[Path | None, typer.Option(help="http: the CA of its certificate, if it has its own.")] = None,
    certificate: Annotated[Path | None, typer.Option(help="http: our certificate, for mutual TLS.")] = None,
    private_key: Annotated[Path | None, typer.Option(help="http: the key of that certificate.")] = None,
    signature: Annotated[
        str | None, typer.Option(help="Of its answers: none · accepted · required (default: accepted).")
    ] = None,
    public_key: PublicKey = None,
    not_after: NotAfter = None,
    timeout: Annotated[float | None, typer.Option(help="Seconds for one answer, at most 30.")] = None,
    concurrency: Annotated[int | None, typer.Option(help="Questions at once.")] = None,
    data_dir: DataDirOption = None,
) -> None:
    """Attach a department: make its credentials and its table, and say what to run next.

    The same command again changes nothing; other options change the table. Files to hand over lie in
    departments/NAME of the data directory, readable by nobody else.
    """
    options: dict[str, Any] = {
        "url": url,
        "notice_url": notice_url,
        "token_file": token_file and str(token_file.absolute()),
        "ca_file": ca_file and str(ca_file.absolute()),
        "certificate": certificate and str(certificate.absolute()),
        "private_key": private_key and str(private_key.absolute()),
        "signature": signature,
        "timeout_seconds": timeout,
        "concurrency": concurrency,
    }
    given = {key: value for key, value in options.items() if value is not None}
    run(_add(name, by, given, _token() if token else None, public_key, not_after, data_dir))


@app.command("list")
def list_all(
    as_json: JsonOption = False,
    data_dir: DataDirOption = None,
) -> None:
    """Every department as the running system has it: attached how, asked or not, keys, certificate, backlog."""

    async def go() -> list[dict[str, Any]]:
        from lianshen.departments.credentials import states

        async with connected(data_dir) as nc:
            return await states(nc)

    found = run(go())
    if as_json:
        show(found)
    else:
        from lianshen.cli.departments_table import departments_table

        departments_table(found)


@app.command("pause")
def pause(name: Name, reason: Reason, by: ByOption = None, data_dir: DataDirOption = None) -> None:
    """Ask a department nothing for a while; its questions wait, and their deadlines run."""
    changed = run(_act(data_dir, by, name, "pause", reason=reason))["changed"]
    typer.echo(f"{name} is asked nothing now" if changed else f"{name} was paused already")


@app.command("resume")
def resume(
    name: Name,
    reason: Annotated[str, typer.Option("--reason", help="Why; the register keeps it.")] = "it can be asked again",
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """Ask a department again, first what has waited."""
    changed = run(_act(data_dir, by, name, "resume", reason=reason))["changed"]
    typer.echo(f"{name} is asked again" if changed else f"{name} was not paused")


@app.command("rotate")
def rotate(
    name: Name,
    reason: Annotated[str, typer.Option("--reason", help="Why; the register keeps it.")] = "rotated",
    by: ByOption = None,
    public_key: PublicKey = None,
    not_after: NotAfter = None,
    data_dir: DataDirOption = None,
) -> None:
    """New credentials in the place of the old; what the old key signed before stays believed.

    It also lets in again who was revoked. Hand the folder over, and restart the department with it.
    """

    async def go() -> Path:
        from lianshen.departments.attach import instant_in, public_key_in
        from lianshen.departments.credentials import Renewal
        from lianshen.departments.credentials import rotate as work
        from lianshen.signed_in.acting import acting

        instant_in("--not-after", not_after)
        x = public_key_in(public_key) if public_key else None
        async with acting(data_dir, by) as ask, connected(data_dir) as nc:
            renewal = Renewal(reason, x, not_after)
            return (await work(_directory(data_dir), ask, nc, name, renewal, say)).path

    typer.echo(run(go()))


@app.command("revoke")
def revoke(
    name: Name,
    reason: Reason,
    since: Annotated[
        str | None, typer.Option(help="Since when its signatures are not believed (default: now).")
    ] = None,
    by: ByOption = None,
    data_dir: DataDirOption = None,
) -> None:
    """All credentials of a department stop now, and it is asked nothing."""

    async def go() -> None:
        from lianshen.departments.credentials import revoke as work
        from lianshen.signed_in.acting import acting

        async with acting(data_dir, by) as ask, connected(data_dir) as nc:
            await work(_directory(data_dir), ask, nc, name, reason, since, say)

    run(go())
    say("new credentials, once it is safe, and then questions again:")
    rest = (f" --by {shlex.quote(by)}" if by else "") + _there(data_dir)
    typer.echo(f"lianshen department rotate {name}{rest}\nlianshen department resume {name}{rest}")


async def _add(
    name: str,
    by: str,
    options: dict[str, Any],
    token: str | None,
    public_key: Path | None,
    not_after: str | None,
    data_dir: Path | None,
) -> None:
    from chassis.process.settings import Settings
    from lianshen.departments.attach import Wish, add
    from lianshen.departments.attached_here import started_with, tell_where
    from lianshen.departments.credentials import NOT_TAKEN_UP, known, over, register, reload_bus, taken_up
    from lianshen.embedded.client import at_this_machine

    known(name)
    wish = Wish(name, _way(by), options, token, public_key, not_after, at_this_machine())
    directory = _directory(data_dir)
    nats_url = _running(data_dir)
    made = add(directory, wish, nats_url)
    for change in made.table:
        say(f"departments.toml: [{name}] {change}")
    if made.files:
        say(f"made in {made.folder.path}: {', '.join(made.files)}")
    if not made.changed:
        say(f"{name} is attached like that already; nothing was changed")
    if made.readmitted:
        if nats_url is not None:
            reload_bus(directory, say)
        say(f"it was revoked, and is let in again; asked it is after `lianshen department resume {name}`")
    if nats_url is not None:
        async with connected(data_dir) as nc:
            if await register(over(nc), made.folder):
                say("its signing key is registered")
    elif made.folder.registration():
        say("`lianshen up` registers its signing key when it starts")
    if Settings().departments_file is not None:
        say("LIANSHEN_DEPARTMENTS_FILE names another file: what is in departments.toml does not count here")
    elif nats_url is not None:
        tell_where(directory, nats_url, started_with(directory).get("doors", {}))
        taken = await taken_up(directory, data_dir, name, wish.by)
        say(f"it is asked by {wish.by} now" if taken else NOT_TAKEN_UP)
    _next(wish, made, nats_url is not None, data_dir)


def _next(wish: "Wish", made: "Made", running: bool, data_dir: Path | None) -> None:
    """What to run now, as lines that work."""
    there = _there(data_dir)
    if not running:
        say("now start the system, in a terminal of its own:")
        typer.echo(f"lianshen up{there}")
    if wish.by == "clerk":
        say("then its clerk looks what is asked, and answers:")
        typer.echo(f"lianshen clerk questions {wish.name}{there}")
        return
    say(f"then start the department; what it needs is in {made.folder.path}")
    if (example := _example(wish)) is not None:
        say("(or begin with the example, in a terminal of its own and a checkout)")
        typer.echo(f"(set -a; . {shlex.quote(str(made.folder.settings))}; {example})")
    say("and see whether its answers fit:")
    typer.echo(f"lianshen department check {wish.name}{there}")


def _example(wish: "Wish") -> str | None:
    example = EXAMPLES.get((wish.by, wish.name))
    if example is None or wish.by == "bus":
        return example
    address = urlsplit(str(wish.options.get("url", "")))
    here = address.hostname == "127.0.0.1" and address.path == "/query" and wish.token is not None
    return example.replace("PORT", str(address.port or 80)) if here else None


def _way(by: str) -> "Way":
    ways: dict[str, Way] = {"bus": "bus", "http": "http", "clerk": "clerk"}
    if by not in ways:
        raise ValueError(f"--by: there is no way {by!r}; there are bus, http and clerk")
    return ways[by]


def _token() -> str:
    """Never from the command line, which others on this machine can read."""
    if sys.stdin.isatty():
        return str(typer.prompt("token", hide_input=True, err=True)).strip()
    return sys.stdin.readline().removeprefix("\ufeff").strip()


async def _act(data_dir: Path | None, by: str | None, name: str, verb: str, **request: Any) -> dict[str, Any]:
    from lianshen.departments.credentials import known

    return await act(data_dir, by, known(name), verb, department=name, **request)


def _running(data_dir: Path | None) -> str | None:
    """The bus of the system that runs on this data directory."""
    with suppress(NotRunning):
        return where(data_dir).nats
    return None


def _directory(data_dir: Path | None) -> "DataDir":
    from lianshen.embedded.data_dir import DataDir

    return DataDir.at(data_dir)


def _there(data_dir: Path | None) -> str:
    return f" --data-dir {shlex.quote(str(data_dir))}" if data_dir else ""
