# mypy: disable-error-code="import-not-found,untyped-decorator"
"""The review on DBOS: a workflow an application, a step a question; the kiosk's HTTP in the same process.

A step that fails is tried again; after a crash DBOS goes on after the last step that was recorded.
"""

import asyncio
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from dbos import DBOS, SetWorkflowID, WorkflowHandleAsync
from starlette.applications import Starlette

from benchmarks.apps.same_work.bureau import Bureau, read, written
from benchmarks.apps.same_work.front import front
from contracts.events import ApplicationAccepted, ApplicationSubmitted, DeterminationMade

FOLDER = Path(os.environ["BENCH_FOLDER"])
AGAIN = {"retries_allowed": True, "interval_seconds": 0.1, "max_attempts": 1000, "backoff_rate": 1.5}
"""A department that is down for hours costs no case."""


class At:
    bureau: Bureau


@DBOS.step(**AGAIN)
async def take_up(body: bytes) -> bytes:
    return written(await At.bureau.taken_up(ApplicationSubmitted.model_validate_json(body)))


@DBOS.step(**AGAIN)
async def ask(accepted: bytes, department: str) -> bytes:
    event = read(accepted)
    assert isinstance(event, ApplicationAccepted)
    return written(await At.bureau.answered(event, department))


@DBOS.step()
async def determine(kept: list[bytes]) -> bytes:
    return written(At.bureau.determined(map(read, kept)))


@DBOS.workflow()
async def review(body: bytes) -> None:
    taken_up = await take_up(body)
    accepted = read(taken_up)
    if not isinstance(accepted, ApplicationAccepted):
        return
    answers = await asyncio.gather(*(ask(taken_up, department) for department in accepted.asked))
    made = read(await determine([b"ApplicationSubmitted " + body, taken_up, *answers]))
    assert isinstance(made, DeterminationMade)
    await At.bureau.tell(made)


async def start(submitted: ApplicationSubmitted) -> bool:
    """Raises what PostgreSQL raises where the workflow is not on its disk."""
    with SetWorkflowID(submitted.application):
        handle = await DBOS.start_workflow_async(review, submitted.model_dump_json().encode())
    # DBOS gives a handle that polls for a workflow that was there before.
    return "Polling" not in type(handle).__name__


async def history(number: str) -> list[bytes]:
    """What the steps gave, in the order of the story."""
    handle: WorkflowHandleAsync[None] = await DBOS.retrieve_workflow_async(number)
    status = await handle.get_status()
    steps = await DBOS.list_workflow_steps_async(number)
    assert status.input is not None
    submitted = b"ApplicationSubmitted " + status.input["args"][0]
    return [submitted, *(step["output"] for step in steps if step["output"])]


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    At.bureau = await Bureau.open(FOLDER)
    DBOS(
        config={
            "name": "review",
            "system_database_url": os.environ["BENCH_DATABASE"],
            # A connection that was lost meanwhile is found by the statement itself, which DBOS then tries again.
            "db_engine_kwargs": {"pool_pre_ping": False},
            "sys_db_pool_size": int(os.environ["BENCH_POOL"]),
            "max_executor_threads": int(os.environ["BENCH_THREADS"]),
            "executor_id": os.environ["BENCH_WORKER"],
            "log_level": "WARNING",
        }
    )
    DBOS.launch()
    yield
    DBOS.destroy()
    await At.bureau.nc.close()


app = front(FOLDER, start, history, lifespan)
