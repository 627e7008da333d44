"""A service as a process of its own under a test: what it logs, and how it ended."""

import asyncio
import json
import os
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path

import httpx

from lianshen.embedded.children import PYTHON
from tests.support.cluster import Cluster
from tests.support.real_bus import EVERYTHING, RealBus
from tests.support.zygote import ZYGOTE, Forked

LATEST = 30.0
"""Seconds within which a process that cannot go on ends."""


class Ran:
    """A process under test: what it logs, where its health is, and how it ended."""

    def __init__(self, process: Forked, log: Path, run_file: Path) -> None:
        self.process = process
        self._log = log
        self._run_file = run_file

    @property
    def log(self) -> str:
        return self._log.read_text()

    @property
    def ready(self) -> bool:
        return '"ready: ' in self.log

    @property
    def ended(self) -> bool:
        return self.process.returncode is not None

    async def faults(self) -> dict[str, str]:
        return await self._shown("faults")

    async def troubles(self) -> dict[str, str]:
        return await self._shown("troubles")

    async def _shown(self, what: str) -> dict[str, str]:
        address = json.loads(self._run_file.read_text())["health"]
        async with httpx.AsyncClient(trust_env=False) as client:
            found: dict[str, str] = (await client.get(f"{address}/readyz")).json().get(what, {})
        return found


@asynccontextmanager
async def process(
    bus: RealBus | Cluster,
    tmp_path: Path,
    environment: Mapping[str, str] | None = None,
    user: str = EVERYTHING,
    program: Sequence[str] = ("determination",),
) -> AsyncIterator[Ran]:
    """`python -m determination` against this bus, or another program, ended with the block."""
    log, run_file = tmp_path / "log", tmp_path / "run.json"
    settings = {
        "LIANSHEN_NATS_URL": bus.url,
        "LIANSHEN_NATS_SEED_FILE": str(bus.seed(user)),
        "LIANSHEN_KEYS_DIR": str(bus.data_dir.keys),
        "LIANSHEN_RUN_FILE": str(run_file),
    }
    with log.open("wb") as output:
        child = await ZYGOTE.spawn(
            *(*PYTHON, "-m", *program),
            env={**os.environ, **settings, **(environment or {})},
            stdin=asyncio.subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        )
    try:
        yield Ran(child, log, run_file)
    finally:
        if child.returncode is None:
            child.kill()
        await child.wait()
