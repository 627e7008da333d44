"""A client that keeps its own record: what it sent, what it was told, and what it does not know (faults.md)."""

import asyncio
import json
import os
import secrets
import time
from pathlib import Path

import httpx


class Ledger:
    """JSON lines, on disk before a form is sent and after its answer came."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._file = path.open("a", encoding="utf-8")

    def write(self, step: str, key: str, application: str | None = None, took: float | None = None) -> None:
        """`took`: the seconds that an answer took; None where there was none."""
        line = {"step": step, "key": key, "application": application, "at": time.time(), "took": took}
        self._file.write(json.dumps(line) + "\n")
        self._file.flush()
        os.fsync(self._file.fileno())


async def hand_in(client: httpx.AsyncClient, body: bytes, ledger: Ledger, patience: float = 120) -> str:
    """Posts one form until it is acknowledged, always under the same key. Returns the application number."""
    key = secrets.token_urlsafe(24)
    headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
    ledger.write("invoke", key)
    deadline = time.monotonic() + patience
    while (began := time.monotonic()) < deadline:
        try:
            reply = await client.post("/v1/applications", content=body, headers=headers)
        except httpx.TransportError:
            ledger.write("unknown", key)
            await asyncio.sleep(0.3)
            continue
        if reply.status_code == 202:
            number = str(reply.json()["receipt"]["application_number"])
            ledger.write("ok", key, number, took=time.monotonic() - began)
            return number
        assert reply.status_code == 503, f"{reply.status_code}: {reply.text}"
        assert int(reply.headers["Retry-After"]) > 0
        ledger.write("unknown", key, took=time.monotonic() - began)
        await asyncio.sleep(0.5)
    raise AssertionError("not acknowledged in time")
