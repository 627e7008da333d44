"""`lianshen apply`: hands forms in over HTTP as a kiosk would."""

import secrets
from pathlib import Path

import httpx
import typer

from lianshen.client import NotRunning, where
from lianshen.json_output import json_text


async def hand_in(files: list[Path], url: str | None, key: str | None, data_dir: Path | None) -> bool:
    """Prints one JSON line a form: the receipt, or the problem. False where one was not taken in."""
    base = url or where(data_dir).intake
    if base is None:
        raise NotRunning("intake's address is not known here; name it with --url")
    well = True
    async with httpx.AsyncClient(base_url=base, timeout=30, trust_env=False) as kiosk:
        for file in files:
            headers = {"Idempotency-Key": key or secrets.token_urlsafe(24), "Content-Type": "application/json"}
            reply = await kiosk.post("/v1/applications", content=file.read_bytes(), headers=headers)
            line = {"file": file.name, "http_status": reply.status_code, "key": headers["Idempotency-Key"]}
            typer.echo(json_text(line | reply.json(), indent=None))
            well = well and reply.status_code == 202
    return well
