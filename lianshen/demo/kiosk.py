"""`lianshen apply`: hands forms in over HTTP as a kiosk would; a lost reply is asked for again, under its key."""

import re
import secrets
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import typer
from tenacity import AsyncRetrying, RetryCallState, retry_if_exception, stop_after_attempt
from tenacity.wait import wait_base, wait_exponential_jitter

from lianshen.embedded.client import NotRunning, where
from lianshen.json_output import json_text

TRIES = 4
LONGEST_PAUSE = 15.0
"""Seconds that a Retry-After is honoured for; a person waits."""
ANSWERED_WITHIN = 30.0
COME_BACK = (408, 425, 429, 500, 502, 503, 504)
"""Statuses after which the same request may be taken: a busy intake, or a proxy that does not reach it."""
KEY = re.compile(r"[!-~]{1,200}")


class NoReceipt(Exception):
    """A form got no definite answer: it may be taken in or not. Says why, and whether the next try may get one."""

    def __init__(self, why: str, reply: httpx.Response | None = None, *, again: bool) -> None:
        super().__init__(why)
        self.status = reply.status_code if reply is not None else None
        self.pause = _pause(reply) if reply is not None else None
        self.again = again


async def hand_in(
    files: list[Path], url: str | None, key: str | None, data_dir: Path | None, say: Callable[[str], None]
) -> bool:
    """Prints one JSON line a file, whatever happens to it. False where one was not taken in."""
    base = url or where(data_dir).intake
    if base is None:
        raise NotRunning("intake's address is not known here; name it with --url")
    async with httpx.AsyncClient(base_url=base, timeout=ANSWERED_WITHIN, trust_env=False) as kiosk:
        # One after the other: posting order decides.
        taken = [await _apply(kiosk, file, key or secrets.token_hex(16), say) for file in files]
    return all(taken)


async def _apply(kiosk: httpx.AsyncClient, file: Path, key: str, say: Callable[[str], None]) -> bool:
    """Hands one form in, and prints its line."""
    line: dict[str, Any] = {"file": file.name, "http_status": None, "key": key}
    try:
        body = file.read_bytes()
    except OSError as error:
        _print({**line, "error": f"the file cannot be read: {error.strerror}"})
        return False
    say(f"{file.name}: sending it under the key {key}")
    try:
        reply, said = await _answered(kiosk, body, key)
    except NoReceipt as lost:
        todo = f"It may be taken in: send this file again with --key {key}, which opens no second case."
        say(f"{file.name}: {lost} {todo}")
        _print({**line, "http_status": lost.status, "error": str(lost), "to_do": todo})
        return False
    line["http_status"] = reply.status_code
    _print(line | said | line)
    return reply.status_code == httpx.codes.ACCEPTED


async def _answered(kiosk: httpx.AsyncClient, body: bytes, key: str) -> tuple[httpx.Response, dict[str, Any]]:
    """Intake's definite answer, and what it says. Raises NoReceipt."""
    retrying = AsyncRetrying(
        retry=retry_if_exception(lambda error: isinstance(error, NoReceipt) and error.again),
        stop=stop_after_attempt(TRIES),
        wait=_AsItSays(wait_exponential_jitter(multiplier=0.5, max=4)),
        reraise=True,
    )
    async for attempt in retrying:
        with attempt:
            return await _once(kiosk, body, key)
    raise AssertionError("tenacity reraises")


async def _once(kiosk: httpx.AsyncClient, body: bytes, key: str) -> tuple[httpx.Response, dict[str, Any]]:
    headers = {"Idempotency-Key": key, "Content-Type": "application/json"}
    try:
        reply = await kiosk.post("/v1/applications", content=body, headers=headers)
    except httpx.RequestError as error:
        why = f"intake does not answer ({type(error).__name__}); is it running, and is this its address?"
        raise NoReceipt(why, again=True) from None
    if reply.status_code in COME_BACK:
        raise NoReceipt(f"intake, or a proxy before it, says {_title(reply)}.", reply, again=True)
    try:
        said = reply.json()
    except (ValueError, RecursionError):
        said = None
    if not isinstance(said, dict) or (reply.status_code < httpx.codes.BAD_REQUEST and "receipt" not in said):
        raise NoReceipt(f"{_title(reply)} is no answer of intake's; is this its address?", reply, again=False)
    return reply, said


def _title(reply: httpx.Response) -> str:
    return f"{reply.status_code} {reply.reason_phrase}".strip()


def _pause(reply: httpx.Response) -> float | None:
    """What Retry-After says, in seconds; as a date it is passed over."""
    said = reply.headers.get("retry-after", "")
    return min(float(said), LONGEST_PAUSE) if said.isascii() and said.isdigit() else None


class _AsItSays(wait_base):
    """As long as the answer says, else as the other wait does."""

    def __init__(self, otherwise: wait_base) -> None:
        self._otherwise = otherwise

    def __call__(self, retry_state: RetryCallState) -> float:
        failed = retry_state.outcome.exception() if retry_state.outcome else None
        said = failed.pause if isinstance(failed, NoReceipt) else None
        return self._otherwise(retry_state) if said is None else said


def _print(line: dict[str, Any]) -> None:
    typer.echo(json_text(line, indent=None))
