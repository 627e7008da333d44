# mypy: disable-error-code="import-not-found,untyped-decorator"
"""The job with DBOS: one workflow a case, six steps at the same time, then a deciding step."""

import argparse
import asyncio
import uuid
from typing import Any

from dbos import DBOS, SetWorkflowID

from benchmarks.apps.gate import closed_loop
from benchmarks.apps.job import DEPARTMENTS, answer, application, decide


@DBOS.step()
async def ask(department: str, form: dict[str, Any]) -> dict[str, Any]:
    return answer(department, form)


@DBOS.step()
async def determine(answers: list[dict[str, Any]]) -> str:
    return decide(answers)


@DBOS.workflow()
async def review(form: dict[str, Any]) -> str:
    answers = await asyncio.gather(*(ask(department, form) for department in DEPARTMENTS))
    outcome: str = await determine(answers)
    return outcome


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    for name in ("cases", "at-once", "warm", "pool", "threads"):
        parser.add_argument(f"--{name}", type=int, required=True)
    args = parser.parse_args()
    DBOS(
        config={
            "name": "review",
            "system_database_url": args.database,
            # A connection that was lost meanwhile is found by the statement itself, which DBOS then tries again.
            "db_engine_kwargs": {"pool_pre_ping": False},
            "sys_db_pool_size": args.pool,
            "max_executor_threads": args.threads,
            "executor_id": uuid.uuid4().hex,
            "log_level": "WARNING",
        }
    )
    DBOS.launch()

    async def case(number: int) -> None:
        with SetWorkflowID(uuid.uuid4().hex):
            await review(application(number))

    await closed_loop(case, args.cases, args.at_once, args.warm)
    DBOS.destroy()


if __name__ == "__main__":
    asyncio.run(main())
