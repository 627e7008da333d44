# mypy: disable-error-code="import-not-found,untyped-decorator"
"""The job with Celery, the workers' side: a task a question, and a callback over the six answers."""

import os
from typing import Any

from celery import Celery

from benchmarks.apps.job import answer, decide

app = Celery("review", broker=os.environ["BENCH_REDIS"], backend=os.environ["BENCH_REDIS"])
app.conf.update(
    worker_prefetch_multiplier=int(os.environ.get("BENCH_PREFETCH", "4")),
    broker_connection_retry_on_startup=True,
    redis_max_connections=200,
)


@app.task(name="ask")
def ask(department: str, form: dict[str, Any]) -> dict[str, Any]:
    return answer(department, form)


@app.task(name="determine")
def determine(answers: list[dict[str, Any]]) -> str:
    return decide(answers)
