# mypy: disable-error-code="import-not-found,untyped-decorator"
"""The review on Restate: a workflow an application, whose steps are durable runs; served over HTTP/2 to its server.

A step that fails is tried again by Restate until it succeeds; a crash costs what was not recorded yet.
"""

import asyncio
import os
from datetime import timedelta
from pathlib import Path

import restate
from restate.serde import BytesSerde

from benchmarks.apps.same_work.bureau import Bureau, read, written
from contracts.events import ApplicationAccepted, ApplicationSubmitted, DeterminationMade

FOLDER = Path(os.environ["BENCH_FOLDER"])
KEPT = timedelta(days=3650)
"""How long a case can be asked about; Restate's default is a day."""
BYTES = BytesSerde()
STEP = restate.RunOptions(
    serde=BYTES, initial_retry_interval=timedelta(milliseconds=100), max_retry_interval=timedelta(seconds=30)
)

application = restate.Workflow("Application", journal_retention=timedelta(0))
_bureau: asyncio.Task[Bureau] | None = None


async def bureau() -> Bureau:
    """This process's one connection to the bus."""
    global _bureau
    _bureau = _bureau or asyncio.create_task(Bureau.open(FOLDER))
    return await _bureau


@application.main(name="review", workflow_retention=KEPT, input_serde=BYTES, output_serde=BYTES)
async def review(ctx: restate.WorkflowContext, body: bytes) -> bytes:
    at = await bureau()
    submitted = ApplicationSubmitted.model_validate_json(body)

    async def take_up() -> bytes:
        return written(await at.taken_up(submitted))

    ctx.set("submitted", written(submitted), BYTES)
    taken_up = await ctx.run_typed("intake", take_up, STEP)
    ctx.set("taken up", taken_up, BYTES)
    accepted = read(taken_up)
    if not isinstance(accepted, ApplicationAccepted):
        return b""

    async def ask(department: str) -> bytes:
        return written(await at.answered(accepted, department))

    asked = [ctx.run_typed(f"ask {name}", ask, STEP, department=name) for name in accepted.asked]
    answers = [await one for one in await restate.gather(*asked)]

    async def determine() -> bytes:
        return written(at.determined([submitted, accepted, *map(read, answers)]))

    made = await ctx.run_typed("determine", determine, STEP)
    # JSON has no line ends of its own.
    ctx.set("determined", b"\n".join([*answers, made]), BYTES)
    event = read(made)
    assert isinstance(event, DeterminationMade)
    await at.tell(event)
    return b""


@application.handler(name="history", output_serde=BYTES)
async def history(ctx: restate.WorkflowSharedContext) -> bytes:
    kept = [await ctx.get(key, BYTES) for key in ("submitted", "taken up", "determined")]
    return b"\n".join(filter(None, kept))


app = restate.app([application])
