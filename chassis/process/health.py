"""`/livez`, `/readyz` and `/metrics`. Ready means that messages are consumed and an append was stored."""

import asyncio
import os
import threading
import time
from collections.abc import Callable, Iterable
from functools import partial

from fastapi import FastAPI, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest

from chassis.consume.consumer import PullConsumer
from chassis.consume.due_index import DueIndex
from chassis.http.app import plain_app
from chassis.telemetry.metrics import OPEN_ENTRIES, READY

LOOP_STUCK_AFTER = 10.0
SILENT_AFTER = 40.0

Check = Callable[[], str | None]
"""None where all is well, else one sentence saying what is not."""


class Health:
    """Gathers checks; every one must be content for the process to be ready. Troubles are told and stop nothing."""

    def __init__(self) -> None:
        self.checks: dict[str, Check] = {}
        self.troubles: dict[str, Check] = {}
        """Of a part without which the others of its process do their work: they are still sent requests."""
        self.stopping = False
        READY.set_function(lambda: not self.faults())

    def faults(self) -> dict[str, str]:
        found = {name: fault for name, check in self.checks.items() if (fault := check())}
        return {**found, "process": "stopping"} if self.stopping else found

    def watch(self, readers: Iterable[PullConsumer], indexes: Iterable[DueIndex]) -> None:
        """Each must hear from the bus."""
        for reader in readers:
            self.checks[reader.durable.name] = _silence(partial(getattr, reader, "heard"), SILENT_AFTER)
        for index in indexes:
            heard = partial(getattr, index, "last_look")
            self.checks[index.name] = _silence(heard, SILENT_AFTER + index.every)
            self.troubles[index.name] = partial(getattr, index, "trouble")
            OPEN_ENTRIES.labels(index.name).set_function(partial(_size, index))

    def app(self) -> FastAPI:
        """A probe every few seconds is no span."""
        app = plain_app("health")

        @app.get("/livez", include_in_schema=False)
        async def livez() -> dict[str, str]:
            return {"status": "alive"}

        @app.get("/readyz", include_in_schema=False)
        async def readyz(response: Response) -> dict[str, object]:
            faults = self.faults()
            response.status_code = 503 if faults else 200
            said: dict[str, object] = {"status": "not ready", "faults": faults} if faults else {"status": "ready"}
            troubles = {name: trouble for name, look in self.troubles.items() if (trouble := look())}
            return {**said, "troubles": troubles} if troubles else said

        @app.get("/metrics", include_in_schema=False)
        async def metrics() -> Response:
            return Response(generate_latest(), media_type=CONTENT_TYPE_LATEST)

        return app


def _size(index: DueIndex) -> int:
    return len(index.entries)


def _silence(heard: Callable[[], float], limit: float) -> Check:
    def check() -> str | None:
        silent = time.monotonic() - heard()
        return f"nothing heard from the bus for {silent:.0f} s" if silent > limit else None

    return check


class LoopGuard:
    """Ends the process when the event loop has not ticked for ten seconds: a frozen service must not look alive."""

    def __init__(self) -> None:
        self._ticked = time.monotonic()

    async def run(self) -> None:
        threading.Thread(target=self._watch, name="loop-guard", daemon=True).start()
        while True:
            self._ticked = time.monotonic()
            await asyncio.sleep(1)

    def _watch(self) -> None:
        looked = time.monotonic()
        while True:
            time.sleep(1)
            now = time.monotonic()
            if now - looked > 5:
                # The whole process was stopped (SIGSTOP, suspend): give the loop its chance first.
                self._ticked = now
            looked = now
            if now - self._ticked > LOOP_STUCK_AFTER:
                os._exit(70)
