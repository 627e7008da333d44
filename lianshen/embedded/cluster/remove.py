"""`lianshen cluster remove`: a node that never comes back is taken off the list, so that it is no peer for ever."""

import asyncio
import json
import time
from typing import Any

import nats.errors
from nats.aio.client import Client

from chassis.errors import Unavailable
from chassis.log.replicas import SERVER_STATE
from lianshen.bus_access.accounts import REMOVE_NODE
from lianshen.errors import CommandError

ANSWERS_WITHIN = 5.0
WITHIN = 60.0
"""Seconds in which it is asked again: nobody answers while there is no leader, and one change is made at a time."""
PAUSE = 1.0
ONE_AT_A_TIME = "in progress"
NOT_ON_THE_LIST = 10044
"""JetStream's code for a name that no node on the list has."""


class NotRemoved(CommandError):
    """The node stays on the list; says why."""


async def remove(system: Client, node: str, within: float = WITHIN) -> None:
    """`system` is a connection as the user of that name. Raises NotRemoved or Unavailable."""
    if await _answers(system, node):
        raise NotRemoved(f"{node} answers: stop it first, and remove it only if it never comes back")
    end, unheard = time.monotonic() + within, False
    while (why := await _refusal(system, node, unheard)) is not None:
        if time.monotonic() >= end:
            raise why
        unheard = unheard or isinstance(why, Unavailable)
        await asyncio.sleep(PAUSE)


async def _refusal(system: Client, node: str, unheard: bool) -> NotRemoved | Unavailable | None:
    """Why to ask again, or nothing once it is removed. An answer may be lost: who is gone after that was removed."""
    try:
        error = (await _ask(system, REMOVE_NODE, {"peer": node})).get("error")
    except Unavailable as silence:
        return silence
    if error is None or (unheard and error.get("err_code") == NOT_ON_THE_LIST):
        return None
    refused = NotRemoved(f"the bus does not remove {node}: {error.get('description', 'refused')}")
    if ONE_AT_A_TIME not in str(refused):
        raise refused
    return refused


async def _answers(system: Client, node: str) -> bool:
    try:
        await _ask(system, SERVER_STATE, {"server_name": node, "exact_match": True})
    except Unavailable:
        return False
    return True


async def _ask(system: Client, subject: str, request: dict[str, Any]) -> dict[str, Any]:
    try:
        reply = await system.request(subject, json.dumps(request).encode(), timeout=ANSWERS_WITHIN)
    except (nats.errors.Error, TimeoutError) as error:
        raise Unavailable(f"the bus does not answer its system user ({type(error).__name__})") from error
    return dict(json.loads(reply.data))
