"""What the console reads beside its pages: the log into the projection, spans into their store."""

from collections.abc import Callable, Coroutine, Iterable
from functools import partial
from typing import Any

from nats.aio.client import Client

from chassis.commands import call
from chassis.errors import CommandRefused, Unavailable
from chassis.log.dead_letters import STREAM as DEAD
from chassis.log.dead_letters import open_letters
from chassis.log.history import History
from chassis.log.journal import STREAM as CASES
from chassis.process.service import Context
from console.assignments import Assignments
from console.attached import Attached, Instance
from console.bureau.aggregates import aggregates_of
from console.command_line.acts import ACTS, OURS
from console.projection.follower import Follower
from console.projection.store import Projection
from console.projection.untaken import show_untaken
from console.proposals import Proposals
from console.settings import ConsoleSettings
from console.storage import Storage, storage_of
from console.trace.span_feed import STREAM as SPANS
from console.trace.span_feed import SpanFeed
from console.trace.span_store import SpanStore
from console.views import Views
from contracts.case.case import Recorded
from procedures.registry import PROCEDURES
from procedures.working_days import Calendar

READS = (DEAD, SPANS)
VERIFYING = ("verify-household", "verify-property")
CALLS = tuple(
    dict.fromkeys(
        (
            *(f"{act.service}.{act.verb}" for act in ACTS if act.service != OURS),
            *(f"{name}.{verb}" for name in VERIFYING for verb in ("departments", "answer")),
            *(f"{name}.{verb}" for name in VERIFYING for verb in ("clerk-answer", "clerk-defer", "ask-now")),
            *("archive.state", "archive.dossier", "after-care.show-home", "allocation.show-choosing"),
        )
    )
)
"""The commands of other services that a person sends, by a page or at a command line."""
SEES = tuple(dict.fromkeys(one.name for law in PROCEDURES.by_name.values() for one in law.departments))
"""Departments of which it asks who answers for them now."""
WITHIN = 5.0
"""Seconds for a command: whoever pressed a button waits for it."""


class Watching:
    """Built with the service; runs beside its pages, and nothing ever waits for it."""

    def __init__(self, context: Context, settings: ConsoleSettings) -> None:
        folder, calendar = settings.folder, Calendar.load(settings.calendar_file)
        self._history = History(context.nc, CASES)
        self._span_history = History(context.nc, SPANS)
        self._projection = Projection(folder / "projection.sqlite", calendar)
        self._spans = SpanStore(folder / "spans.sqlite", settings.console_spans_days, settings.console_spans_mb)
        self._proposals = Proposals(folder / "proposals.sqlite")
        self._assignments = Assignments(folder / "assignments.sqlite")
        self._clock = context.clock
        self._follower = Follower(self._projection, self._history, context.clock)
        self._feed = SpanFeed(self._spans, self._span_history, context.clock)
        self.views = Views(
            follower=self._follower,
            history=partial(_history, context),
            call=partial(_call, context.nc),
            letters=partial(_letters, context.nc),
            attached=partial(_attached, Attached(context.nc)),
            storage=partial(_storage, context.nc),
            folder=folder,
            spans=self._spans,
            proposals=self._proposals,
            assignments=self._assignments,
            calendar=calendar,
            procedures=PROCEDURES,
            aggregates=aggregates_of(context),
            draws_address=settings.console_draws_page.rstrip("/"),
            fault=lambda: context.journal.appends.fault,
            trace_link=settings.console_trace_link,
        )

    @property
    def background(self) -> tuple[Callable[[], Coroutine[Any, Any, None]], ...]:
        show = partial(show_untaken, self._follower, self._assignments, self._clock)
        return self._follow, self._keep_spans, show

    async def _follow(self) -> None:
        await self._history.start()
        await self._follower.run()

    async def _keep_spans(self) -> None:
        await self._span_history.start()
        await self._feed.run()

    async def close(self) -> None:
        self._projection.close()
        self._spans.close()
        self._proposals.close()
        self._assignments.close()


async def _history(context: Context, number: str, *tails: str) -> tuple[Recorded, ...]:
    _is_there(context.nc)
    return await context.journal.history.of(number, *tails)


async def _letters(nc: Client) -> list[dict[str, Any]]:
    _is_there(nc)
    return await open_letters(nc)


async def _attached(attached: Attached, names: Iterable[str]) -> dict[str, tuple[Instance, ...]]:
    _is_there(attached.nc)
    return await attached.now(names)


async def _storage(nc: Client) -> Storage:
    _is_there(nc)
    return await storage_of(nc)


async def _call(nc: Client, service: str, verb: str, request: dict[str, Any]) -> dict[str, Any]:
    try:
        _is_there(nc)
    except Unavailable:
        raise CommandRefused(503, "the bus is away", "try again once it is back") from None
    return await call(nc, service, verb, request, timeout=WITHIN)


def _is_there(nc: Client) -> None:
    """A page says at once that the bus is away: a request would wait for its return."""
    if not nc.is_connected:
        raise Unavailable("the bus is away")
