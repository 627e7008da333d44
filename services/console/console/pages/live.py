"""A page hears that something moved, and asks for itself again: server-sent events, which work through any proxy.

Nothing is in an event but the number of a record. Without JavaScript a page is as of when it was asked for.
"""

import asyncio
import time
from collections.abc import AsyncIterator

from fastapi import Response
from fastapi.responses import StreamingResponse

from console.views import Views
from console.visit import Visit

REST = 2.0
"""Seconds between two events: a busy log must not have every open page asked for all the time."""


async def live(visit: Visit) -> Response:
    known = visit.request.headers.get("last-event-id", "")
    views = visit.console.views
    return StreamingResponse(_events(views, known), media_type="text/event-stream")


async def _events(views: Views, known: str) -> AsyncIterator[str]:
    """Until the time of an answer is nearly over; the browser comes again and says what it heard last."""
    follower = views.follower
    here, ends = follower.here, time.monotonic() + views.live_for
    yield _said("moved" if known and known != _id(here) else "hello", here)
    while (left := ends - time.monotonic()) > 0 and await follower.moved_from(here, left):
        here = follower.here
        yield _said("moved", here)
        await asyncio.sleep(min(REST, max(0.0, ends - time.monotonic())))


def _id(here: tuple[int, bool, bool]) -> str:
    return "-".join(str(int(part)) for part in here)


def _said(event: str, here: tuple[int, bool, bool]) -> str:
    return f"event: {event}\nid: {_id(here)}\ndata: {here[0]}\n\n"
