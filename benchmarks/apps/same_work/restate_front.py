# mypy: disable-error-code="import-not-found"
"""The kiosk's HTTP before Restate: an application is taken in once Restate's ingress has it."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp
from starlette.applications import Starlette

from benchmarks.apps.same_work.front import front
from contracts.events import ApplicationSubmitted

INGRESS = os.environ["BENCH_INGRESS"]
JSON = {"Content-Type": "application/json"}


class Ingress:
    session: aiohttp.ClientSession

    async def start(self, submitted: ApplicationSubmitted) -> bool:
        url = f"{INGRESS}/Application/{submitted.application}/review/send"
        async with self.session.post(url, data=submitted.model_dump_json().encode(), headers=JSON) as reply:
            reply.raise_for_status()
            return bool((await reply.json())["status"] == "Accepted")

    async def history(self, number: str) -> list[bytes]:
        url = f"{INGRESS}/Application/{number}/history"
        # Restate refuses a Content-Type where a handler takes nothing.
        async with self.session.post(url, skip_auto_headers=("Content-Type",)) as reply:
            reply.raise_for_status()
            kept: bytes = await reply.read()
            return kept.split(b"\n") if kept else []


ingress = Ingress()


@asynccontextmanager
async def lifespan(app: Starlette) -> AsyncIterator[None]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as ingress.session:
        yield


app = front(Path(os.environ["BENCH_FOLDER"]), ingress.start, ingress.history, lifespan)
