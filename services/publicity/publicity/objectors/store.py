"""Where sealed objectors lie: a stream of its own that is no part of the record, so that they can be erased."""

import asyncio
import json
import logging
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import datetime

import nats.errors
import nats.js.errors
from nats.aio.client import Client

from chassis.errors import Unavailable
from chassis.log.follow import records
from chassis.log.history import History
from chassis.log.stored import Stored
from publicity.objectors.sealing import Sealed

log = logging.getLogger(__name__)
STREAM = "OBJECTORS"
SUBJECTS = "objector.*.*"
WRITES = (SUBJECTS, f"$JS.API.STREAM.MSG.DELETE.{STREAM}")
"""One by one: no purge, which would take all."""
NO_MESSAGE = 10037
TAKEN = 10071
PAUSES = (0.2, 1.0)


@dataclass(frozen=True)
class Kept:
    """One sealed objector, and where it lies."""

    application: str
    n: int
    sequence: int
    at: datetime
    sealed: Sealed


class ObjectorStore:
    """Keeps, finds and erases. Every call may raise Unavailable."""

    def __init__(self, nc: Client) -> None:
        self._nc = nc
        self._history = History(nc, STREAM)

    async def start(self) -> None:
        await self._history.start()

    async def keep(self, application: str, n: int, sealed: Sealed) -> None:
        """Once; an answer that was lost is asked for again."""
        for pause in (*PAUSES, None):
            try:
                await self._nc.jetstream().publish(
                    f"objector.{application}.{n}",
                    sealed.model_dump_json().encode(),
                    stream=STREAM,
                    timeout=5,
                    headers={"Nats-Expected-Last-Subject-Sequence": "0"},
                )
                return
            except nats.js.errors.APIError as refusal:
                if refusal.err_code == TAKEN:
                    return
                raise Unavailable("the bus does not keep who objected") from None
            except (nats.errors.Error, TimeoutError):
                if pause is None:
                    raise Unavailable("the bus does not say whether it keeps who objected") from None
                await asyncio.sleep(pause)

    async def find(self, application: str, n: int) -> Kept | None:
        stored = await self._history.last(f"objector.{application}.{n}")
        return None if stored is None else _kept(stored)

    async def all(self) -> AsyncIterator[Kept]:
        async for stored in records(self._history, "objector.>"):
            try:
                yield _kept(stored)
            except ValueError:
                log.error("who objected is stored as nobody can read it", extra={"sequence": stored.sequence})

    async def erase(self, kept: Kept) -> None:
        """Overwritten on the disk, not only forgotten; what is gone already is gone."""
        request = json.dumps({"seq": kept.sequence, "no_erase": False}).encode()
        try:
            reply = await self._nc.request(f"$JS.API.STREAM.MSG.DELETE.{STREAM}", request, timeout=5)
            error = json.loads(reply.data).get("error")
        except (nats.errors.Error, TimeoutError, ValueError):
            raise Unavailable("the bus does not say whether it erased who objected") from None
        if error and error.get("err_code") != NO_MESSAGE:
            raise Unavailable("the bus does not erase who objected")


def _kept(stored: Stored) -> Kept:
    _, application, n = stored.subject.split(".")
    return Kept(application, int(n), stored.sequence, stored.at, Sealed.model_validate_json(stored.body))
