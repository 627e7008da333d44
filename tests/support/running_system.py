"""The whole system in processes of its own, on a world that the test makes."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
from nats.aio.client import Client

from chassis.bus import Bus
from chassis.log.history import History
from chassis.log.journal import STREAM
from contracts.case.case import Case
from lianshen.cases.log_tail import LogTail
from lianshen.catalog import SIMULATED
from lianshen.embedded.data_dir import DataDir, User
from lianshen.embedded.system import System
from tests.support.zygote import ZYGOTE

QUICK = {
    "LIANSHEN_DRILL_PUBLICITY_SECONDS": "1",
    "LIANSHEN_PUBLICITY_GRACE_SECONDS": "0.1",
    "LIANSHEN_NOTIFY_DRILL": "true",
    "LIANSHEN_OPEN_CASES_EVERY": "0.2",
}


@dataclass
class Running:
    """A running system with a kiosk, a connection as the operator, and the log's tail."""

    system: System
    kiosk: httpx.AsyncClient
    nc: Client
    history: History
    tail: LogTail
    others: list[Bus]

    async def case(self, number: str) -> Case:
        return await self.history.load(number)

    def address(self, page: str) -> str:
        """Where people look at `kiosk`, `family`, `board` or `console`."""
        return self.system.pages[page]

    async def connect(self, user: User) -> Client:
        bus = await Bus.connect(self.system.url, f"test-{user}", self.system.data_dir.seed(user))
        self.others.append(bus)
        return bus.nc

    async def post(self, body: bytes | dict[str, Any], key: str, **headers: str) -> httpx.Response:
        given = {"Idempotency-Key": key, "Content-Type": "application/json", **headers}
        if isinstance(body, dict):
            return await self.kiosk.post("/v1/applications", json=body, headers=given)
        return await self.kiosk.post("/v1/applications", content=body, headers=given)


Start = Callable[..., Awaitable[Running]]


@asynccontextmanager
async def starting(folder: Path) -> AsyncIterator[Start]:
    """Gives `await start(world, separate=…, environment=…)`; everything is ended at the end of the block."""
    started: list[Running] = []

    async def begin(
        world: Path,
        separate: bool = False,
        faults: Path | None = None,
        without: tuple[str, ...] = (),
        ack_wait: float | None = None,
        console: bool = False,
        hops: int = 0,
        nodes: int = 1,
        pairs: bool = False,
        **environment: str,
    ) -> Running:
        system = System(
            DataDir(folder / "data"),
            world=world,
            faults=faults,
            simulated=tuple(name for name in SIMULATED if name not in without),
            separate=separate,
            ack_wait=ack_wait,
            console=console,
            hops=hops,
            nodes=nodes,
            pairs=pairs,
            environment={**QUICK, **environment},
            spawn=ZYGOTE.spawn,
        )
        try:
            await system.start()
        except BaseException:
            await system.stop()
            raise
        bus = await Bus.connect(system.url, "test", system.data_dir.seed("operator"))
        history = History(bus.nc, STREAM)
        await history.start()
        kiosk = httpx.AsyncClient(base_url=system.intake_url, timeout=30, trust_env=False)
        running = Running(system, kiosk, bus.nc, history, LogTail(history), [bus])
        started.append(running)
        return running

    try:
        yield begin
    finally:
        for running in started:
            await running.kiosk.aclose()
            for other in running.others:
                await other.close()
            await running.system.stop()
