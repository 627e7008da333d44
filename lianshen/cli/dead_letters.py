"""`lianshen dead-letters`: messages that could never be handled."""

from pathlib import Path
from typing import Any

import typer

from lianshen.cli.common import DataDirOption, command, run, say, show

app = typer.Typer(help="Messages that could never be handled: see them, and try again.", no_args_is_help=True)


@app.command("list")
def letters_list(data_dir: DataDirOption = None) -> None:
    """The dead letters that wait for somebody, as JSON."""
    from chassis.log.dead_letters import open_letters
    from lianshen.embedded.client import connected

    async def go() -> list[dict[str, object]]:
        async with connected(data_dir) as nc:
            return await open_letters(nc)

    show(run(go()))


@app.command("retry")
def letters_retry(durable: str, sequence: int, data_dir: DataDirOption = None) -> None:
    """Handle one dead letter once more, after what made it impossible was mended."""
    from lianshen.catalog import SERVICES

    owner = next((name for name, s in SERVICES.items() if any(d.name == durable for d in s.durables)), None)
    if owner is None:
        say(f"no service reads {durable!r}; `lianshen dead-letters list` shows the names")
        raise typer.Exit(2)
    show(run(retried(data_dir, owner, durable=durable, sequence=sequence)))


async def retried(data_dir: Path | None, service: str, **letter: object) -> dict[str, Any]:
    """Has a service handle a message once more: as who signed in, or in a drill as anybody."""
    from lianshen.signed_in.acting import console_of, is_drill

    if is_drill(data_dir):
        return await command(data_dir, service, "retry", **letter)
    async with console_of(data_dir) as console:
        return await console.act(service, "retry", letter)
