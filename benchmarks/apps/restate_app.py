# mypy: disable-error-code="import-not-found,untyped-decorator"
"""The job with Restate, the serving side: a service handler a case, six durable runs at the same time, then one that
decides. An ASGI application, served over HTTP/2."""

from typing import Any

import restate

from benchmarks.apps.job import DEPARTMENTS, answer, decide

review = restate.Service("Review")


@review.handler("determine")
async def determine(ctx: restate.Context, form: dict[str, Any]) -> str:
    asked = [ctx.run_typed(department, answer, department=department, form=form) for department in DEPARTMENTS]
    answers = [await one for one in await restate.gather(*asked)]
    outcome: str = await ctx.run_typed("decide", decide, answers=answers)
    return outcome


app = restate.app([review])
