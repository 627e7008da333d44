"""Whether every durable is read. A department's that is left alone on purpose is the department's matter."""

import asyncio
import json
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from nats.aio.client import Client

from chassis.log.durables import Durable
from chassis.log.stored import server_time
from lianshen.catalog import SERVICES
from lianshen.doctor.departments import State, stands_for
from lianshen.doctor.finding import Finding

LOOKS, BETWEEN = 4, 0.7
"""A request for messages ends every half second: one look alone may fall between two of them."""


async def readers(nc: Client, durables: Iterable[Durable], states: list[State]) -> list[Finding]:
    return list(await asyncio.gather(*(_reader(nc, durable, states) for durable in durables)))


async def _reader(nc: Client, durable: Durable, states: list[State]) -> Finding:
    first = info = await _info(nc, durable)
    for _ in range(LOOKS - 1):
        if is_read(first, info):
            break
        await asyncio.sleep(BETWEEN)
        info = await _info(nc, durable)
    return about_reader(durable.name, first, info, stands_for(durable.name, states))


def is_read(first: dict[str, Any], info: dict[str, Any]) -> bool:
    """Nothing waits, somebody asks for more, or something was brought between two looks."""
    moved = info["delivered"]["consumer_seq"] != first["delivered"]["consumer_seq"]
    return bool(info.get("num_pending", 0) == 0 or info.get("num_waiting", 0) or info.get("push_bound") or moved)


def about_reader(durable: str, first: dict[str, Any], info: dict[str, Any], department: str | None) -> Finding:
    """What two looks at a durable say; `department` is why it is left alone, if that is so. Pure."""
    detail = f"{info.get('num_pending', 0)} waiting, {info.get('num_ack_pending', 0)} under way"
    if is_read(first, info):
        return Finding(durable, True, detail)
    if department is not None:
        return Finding(durable, True, f"{detail}; {department}")
    owner = next(
        (name for name, service in SERVICES.items() if durable in [d.name for d in service.durables]), durable
    )
    mend = f"`lianshen run {owner}` starts the service; its log says why it does not read"
    return Finding(durable, False, f"{detail}; nobody reads it now", _last(info), mend=mend)


def _last(info: dict[str, Any]) -> datetime | None:
    """When something was brought last."""
    stamp = info["delivered"].get("last_active")
    return server_time(stamp) if stamp else None


async def _info(nc: Client, durable: Durable) -> dict[str, Any]:
    reply = await nc.request(f"$JS.API.CONSUMER.INFO.{durable.stream}.{durable.name}", b"", timeout=5)
    info = json.loads(reply.data)
    # One that is not there was named by the check before.
    return {"delivered": {"consumer_seq": 0}} | (info if "error" not in info else {})
