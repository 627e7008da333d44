"""`lianshen stuck`: cases that stand still, and what moves them."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from lianshen.cli.common import DataDirOption, run, say
from lianshen.cli.dead_letters import retried

app = typer.Typer()
NOT_NOW = "what stood in the way still does"


@app.command()
def stuck(
    move: Annotated[bool, typer.Option("--move", help="Give its newest events to their consumers once more.")] = False,
    older: Annotated[str, typer.Option(help="For how long nothing may have happened, like 2m, 1h.")] = "2m",
    data_dir: DataDirOption = None,
) -> None:
    """Find open cases that wait for nobody, or for a step of ours that is late. Exit 1 where one stands still.

    Normal is none. After a restore, or if `lianshen audit` names I7: look, then `lianshen stuck --move`. Every
    consumer looks at the log before it acts, so a case that moved meanwhile is left as it is. It takes the role
    operations.
    """
    from lianshen.cases.cases import Wanted, age, table
    from lianshen.cases.stuck import is_stuck
    from lianshen.cases.worklist import worklist

    async def go() -> int:
        now, limit = datetime.now(UTC), age(older)
        rows = await worklist(data_dir, Wanted(), now, say)
        found = [row for row in rows if is_stuck(row, now, limit)]
        for line in table(found) if found else ():
            typer.echo(line)
        refused = 0
        for row in found if move else ():
            refused += not await _moved(data_dir, row.number)
        return refused if move else len(found)

    left = run(go())
    say("no case stands still" if not left else f"cases that stand still: {left}" + ("" if move else "; try --move"))
    if left:
        raise typer.Exit(1)


async def _moved(data_dir: Path | None, number: str) -> bool:
    """Whether every consumer took its newest event of the case."""
    from chassis.errors import CommandRefused
    from lianshen.cases.stuck import once_more
    from lianshen.catalog import SERVICES
    from lianshen.embedded.client import connected, history_of

    async with connected(data_dir) as nc:
        history = await (await history_of(nc)).of(number)
    well = True
    for handed in once_more(history, {name: service.durables for name, service in SERVICES.items()}):
        try:
            await retried(data_dir, handed.service, durable=handed.durable, sequence=handed.sequence)
        except CommandRefused as refusal:
            say(f"{number}: {handed.durable}: {refusal.detail}")
            well = False
    typer.echo(f"{number}: " + ("its newest events were handled once more" if well else NOT_NOW))
    return well
