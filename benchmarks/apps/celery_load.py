# mypy: disable-error-code="import-not-found"
"""The job with Celery, the calling side: a chord a case, and its result waited for."""

import argparse
import asyncio
from concurrent.futures import ThreadPoolExecutor

from celery import chord

from benchmarks.apps.celery_app import ask, determine
from benchmarks.apps.gate import closed_loop
from benchmarks.apps.job import DEPARTMENTS, application


def submit_and_wait(number: int) -> None:
    form = application(number)
    chord([ask.s(department, form) for department in DEPARTMENTS])(determine.s()).get(timeout=60)


async def main() -> None:
    parser = argparse.ArgumentParser()
    for name in ("cases", "at-once", "warm"):
        parser.add_argument(f"--{name}", type=int, required=True)
    args = parser.parse_args()
    loop = asyncio.get_running_loop()
    with ThreadPoolExecutor(args.at_once) as threads:

        async def case(number: int) -> None:
            await loop.run_in_executor(threads, submit_and_wait, number)

        await closed_loop(case, args.cases, args.at_once, args.warm)


if __name__ == "__main__":
    asyncio.run(main())
