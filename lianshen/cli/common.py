"""What every command of the command line has in common: its options, how it runs, and how it speaks."""

import asyncio
from collections.abc import Coroutine
from pathlib import Path
from typing import Annotated, Any, TypeVar

import httpx
import typer

from chassis.errors import CommandRefused as Refused
from contracts.text import one_line
from lianshen.cli.console import EXPECTED, sentence
from lianshen.cli.console import say as say
from lianshen.embedded.ending import Ended
from lianshen.json_output import json_text

Done = TypeVar("Done")
DataDirOption = Annotated[
    Path | None, typer.Option("--data-dir", help="Where the system keeps its data (default: XDG state).")
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON, for a program.")]
ByOption = Annotated[
    str | None,
    typer.Option("--by", help="In a drill: who does it, as the bureau knows them. Else `lianshen login` says it."),
]
WhyOption = Annotated[
    str | None,
    typer.Option(
        "--why", help="Why you look, which the family reads: decide · second-person · asked · fault · supervision."
    ),
]
ReasonOption = Annotated[str, typer.Option("--reason", help="Why; the case keeps it.")]
Number = Annotated[str, typer.Argument(help="The application number, as the receipt shows it.")]


def run(work: Coroutine[Any, Any, Done]) -> Done:
    """Runs one command; what goes wrong is one sentence on stderr and exit 1."""
    try:
        return asyncio.run(work)
    except Refused as problem:
        say(one_line(f"{problem.title}: {problem.detail}"))
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        say(f"intake does not answer ({type(error).__name__}); is it running, and is this its address?")
    except EXPECTED as error:
        say(sentence(error))
    except (Ended, KeyboardInterrupt):
        say("stopped")
        raise typer.Exit(130) from None
    raise typer.Exit(1)


def number_of(typed: str) -> str:
    """The number as stored; a mistyped one is told at once."""
    from contracts.numbers import parse_application_number

    try:
        return parse_application_number(typed)
    except ValueError as error:
        say(str(error))
        raise typer.Exit(2) from None


def show(found: Any) -> None:
    typer.echo(json_text(found))


async def act(data_dir: Path | None, by: str | None, service: str, verb: str, **request: Any) -> dict[str, Any]:
    """A command of a person: under the signed-in name, or in a drill under a typed one."""
    from lianshen.signed_in.acting import acting

    async with acting(data_dir, by) as ask:
        return await ask(service, verb, request)


async def command(data_dir: Path | None, service: str, verb: str, **request: Any) -> dict[str, Any]:
    """Calls a command that needs no person, over the bus."""
    from chassis.commands import call
    from lianshen.embedded.client import connected

    async with connected(data_dir) as nc:
        return await call(nc, service, verb, request)
