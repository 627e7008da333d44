"""Commands: endpoints of the owning service on the NATS services API, all by "load, decide, compare-and-set, answer".

A request is JSON; a reply is `{"ok": {...}}` or `{"problem": {"status", "title", "detail"}}`. HTTP and the command
line call the same endpoints.
"""

import asyncio
import json
import logging
from collections.abc import Awaitable, Callable, Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

import nats.errors
import nats.micro
from nats.aio.client import Client
from nats.micro.request import Request
from nats.micro.service import EndpointConfig, Service
from opentelemetry.trace import SpanKind
from pydantic import BaseModel, ValidationError

from chassis.bus import flushed
from chassis.errors import CommandRefused, Conflict, Stale, Unavailable
from chassis.log.journal import Journal
from chassis.telemetry.spans import (
    OUTCOME,
    REASON,
    about,
    annotate,
    failed,
    nothing_happened,
    span,
    traceparent_now,
)
from contracts.case.case import Case, NotAllowed
from contracts.events import Event

log = logging.getLogger(__name__)
VERSION = "1.0.0"
TRIES = 8

Asked = TypeVar("Asked", bound=BaseModel)
Result = TypeVar("Result")


@dataclass(frozen=True)
class Command(Generic[Asked]):
    """One command: its verb, the model of its request, and what does it. A service lists its own in one table."""

    verb: str
    asks: type[Asked]
    do: Callable[[Asked], Awaitable[dict[str, Any]]]
    subject: str | None = None
    """Only where it is not `command.<service>.<verb>`."""
    raw: bool = False
    """Whether `do` is given the bytes and reads them itself, as a department's answer is read."""


async def decide_and_append(
    journal: Journal, application: str, decide: Callable[[Case], tuple[Event, ...]]
) -> tuple[Case, tuple[Event, ...]]:
    """Loads, decides and appends with compare-and-set; if the case moved on meanwhile, decides again.

    Returns the case after, and what was appended. Raises CommandRefused: 404 for an unknown case, 409 if its
    state does not allow it.
    """

    async def attempt() -> tuple[Case, tuple[Event, ...]]:
        case = await journal.load(application)
        if case.state is None:
            raise CommandRefused(404, "no such application", "check the application number")
        with allowed():
            events = decide(case)
        return (await journal.decide(case, *events) if events else case), events

    return await retrying(attempt)


@contextmanager
def allowed() -> Iterator[None]:
    """Where something is decided and nothing is written yet: what is not possible is refused with 409."""
    try:
        yield
    except NotAllowed as refusal:
        raise CommandRefused(409, "not possible in this state", str(refusal)) from None


async def retrying(attempt: Callable[[], Awaitable[Result]]) -> Result:
    """Loads, decides and appends, again and again if what it rests on moved on meanwhile. Raises CommandRefused."""
    for n in range(TRIES):
        try:
            return await attempt()
        except Conflict:
            await asyncio.sleep(0.02 * n)
    raise CommandRefused(503, "too busy", "it is changing; try again in a moment")


async def serve_commands(nc: Client, service: str, commands: tuple[Command[Any], ...]) -> Service:
    """Starts the endpoints of one service; they appear in the services API under its name."""
    running = await nats.micro.add_service(
        nc, name=service, version=VERSION, description=f"Lianshen commands of {service}"
    )
    for command in commands:
        await running.add_endpoint(
            EndpointConfig(
                name=command.verb,
                subject=command.subject or f"command.{service}.{command.verb}",
                handler=_handler(service, command),
            )
        )
    with suppress(nats.errors.Error):
        # Ready means that a command sent now arrives.
        await flushed(nc, 5)
    return running


async def stop_commands(served: Iterable[Service]) -> None:
    """Takes no more, and answers what is on its way or runs: a caller that is cut off does not know what happened."""
    for service in served:
        with suppress(nats.errors.Error, TimeoutError):
            async with asyncio.timeout(2):
                await _drain(service)
    if _running:
        await asyncio.wait(_running, timeout=4)


async def _drain(service: Service) -> None:
    # The stop of nats-py 2.16 throws away what the server has sent to an endpoint already.
    endpoints, service._endpoints = service._endpoints, []
    await asyncio.gather(*(endpoint._subscription.drain() for endpoint in endpoints if endpoint._subscription))
    await service.stop()


def _handler(service: str, command: Command[Any]) -> Callable[[Request], Awaitable[None]]:
    async def handle(request: Request) -> None:
        # The bus hands over one request at a time; a command waits for the disk, so each gets a task.
        task = asyncio.create_task(_answer(service, command, request))
        _running.add(task)
        task.add_done_callback(_running.discard)

    return handle


_running: set[asyncio.Task[None]] = set()


async def _answer(service: str, command: Command[Any], request: Request) -> None:
    parent = (request.headers or {}).get("traceparent")
    application: str | None = None
    with span(f"command {service} {command.verb}", kind=SpanKind.SERVER, parent=parent):
        try:
            asked = request.data if command.raw else command.asks.model_validate_json(request.data)
            if application := getattr(asked, "application", None):
                about(application)
            reply: dict[str, Any] = {"ok": await command.do(asked)}
        except ValidationError as error:
            reply = {"problem": invalid(error)}
        except CommandRefused as problem:
            reply = {"problem": {"status": problem.status, "title": problem.title, "detail": problem.detail}}
        except (Unavailable, Stale, Conflict):
            reply = {"problem": {"status": 503, "title": "the bus is busy", "detail": "try again in a few seconds"}}
        except Exception as surprise:
            log.exception("a command failed", extra={"service": service})
            reply = {"problem": {"status": 500, "title": "it failed", "detail": type(surprise).__name__}}
            failed(type(surprise).__name__, "")
        if "problem" in reply:
            annotate(OUTCOME, reply["problem"]["status"])
            annotate(REASON, reply["problem"]["title"])
        elif application is None:
            nothing_happened()  # of no case that anybody would look for
        try:
            await request.respond(json.dumps(reply, ensure_ascii=False, default=str).encode())
        except (nats.errors.Error, ValueError):
            log.warning("a command's caller is gone", extra={"service": service})


def invalid(error: ValidationError) -> dict[str, Any]:
    """The first fault of a request, and nothing of what was sent."""
    first = error.errors(include_input=False, include_context=False, include_url=False)[0]
    # An unknown key is the caller's text and may be anything; it is not repeated.
    unknown = first["type"] == "extra_forbidden"
    place = "/".join(str(step) for step in (first["loc"][:-1] if unknown else first["loc"]))
    said = first["msg"].removeprefix("Value error, ")
    return {"status": 422, "title": "invalid request", "detail": f"{place or 'the request'}: {said}"}


async def call(nc: Client, service: str, verb: str, request: dict[str, Any], timeout: float = 30) -> dict[str, Any]:
    """Calls a command. Raises CommandRefused: the service's own, or 503 where nobody answers."""
    trace = traceparent_now()
    try:
        reply = await nc.request(
            f"command.{service}.{verb}",
            json.dumps(request, ensure_ascii=False).encode(),
            timeout=timeout,
            headers={"traceparent": trace} if trace else None,
        )
    except (nats.errors.Error, TimeoutError):
        raise CommandRefused(503, f"{service} does not answer", "is it running? try again in a few seconds") from None
    answer = json.loads(reply.data)
    if "problem" in answer:
        raise CommandRefused(**answer["problem"])
    return dict(answer["ok"])
