# mypy: disable-error-code="import-not-found"
"""The job with Restate, the calling side: one POST to the ingress a case, answered when it is decided."""

import argparse
import asyncio
import uuid

import aiohttp

from benchmarks.apps.gate import closed_loop
from benchmarks.apps.job import application


async def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--ingress", required=True)
    for name in ("cases", "at-once", "warm"):
        parser.add_argument(f"--{name}", type=int, required=True)
    args = parser.parse_args()
    limit = aiohttp.TCPConnector(limit=0)
    async with aiohttp.ClientSession(connector=limit) as session:

        async def case(number: int) -> None:
            url = f"{args.ingress}/Review/determine"
            async with session.post(
                url, json=application(number), headers={"Idempotency-Key": uuid.uuid4().hex}
            ) as reply:
                reply.raise_for_status()
                await reply.read()

        await closed_loop(case, args.cases, args.at_once, args.warm)


if __name__ == "__main__":
    asyncio.run(main())
