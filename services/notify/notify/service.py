"""notify: tells the family, once a cause and channel, and records that it was told."""

import asyncio
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from itertools import product

from chassis.consume.consumer import Delivery
from chassis.errors import Later, Stale
from chassis.log.durables import Durable
from chassis.log.journal import Journal
from chassis.process.keys import read_key
from chassis.process.permissions import writing
from chassis.process.service import Context, Listen, Parts, Service
from chassis.telemetry.metrics import DELIVERIES
from chassis.telemetry.spans import annotate, done_now, failed
from contracts.case.case import Case, Recorded
from contracts.case.fold import fold
from contracts.events import Event, NoticeFailed, NoticeSent, PublicityOpened
from notify.channels import Channel, ChannelError, ChannelRefused, ChannelUnavailable, Outgoing, open_channels
from notify.compose import compose
from notify.settings import ChannelName, NotifySettings
from procedures.hainan_2025.letters import Desk
from procedures.hainan_2025.notices import entry_before, up_to
from procedures.registry import PROCEDURES
from procedures.working_days import Calendar

NAME = "notify"
DURABLE = Durable(NAME, tuple(PROCEDURES.events_told))
log = logging.getLogger(__name__)
DELIVERED_WITHIN = 25.0
"""Seconds of one channel, above its own limits: a folder on a dead network disk must not keep the others waiting."""
AT_ONCE = 2000
"""Most of them wait for a quiet moment to be recorded in."""


class Notifier:
    """Delivers at least once under one deterministic id, and records each delivery once."""

    def __init__(
        self,
        journal: Journal,
        channels: Mapping[ChannelName, Channel],
        desk: Desk,
        key: bytes,
        attempts: int,
        within: float = DELIVERED_WITHIN,
    ) -> None:
        self._journal = journal
        self._channels = channels
        self._desk = desk
        self._key = key
        self._attempts = attempts
        self._within = within
        for name, result in product(channels, ("sent", "failed", "given_up")):
            DELIVERIES.labels(name, result)

    async def tell(self, delivery: Delivery) -> None:
        """Every channel is tried, all at once; Later where one of them has to be tried again.

        One after the other, two that hang would outlast the acknowledgement's wait, and a family be told twice.
        """
        event = delivery.event
        history: tuple[Recorded, ...] = ()
        case = await self._as_known(delivery)
        before: PublicityOpened | None = None
        if case is None:
            history = await self._history(event, delivery.sequence)
            case, before = fold(up_to(history, event), event.application), entry_before(history, event)
        due = []
        for name, channel in self._channels.items():
            notice = compose(case, event, before, name, self._desk, self._key)
            if notice is not None and (failed_before := _failed_before(notice, history)) is not None:
                due.append(_Due(channel, notice, failed_before))
        failures = await asyncio.gather(*map(self._deliver, due))
        # The notices are out; that they are recorded waits for a quiet moment.
        done_now()
        waiting = await asyncio.gather(*map(self._record, due, failures))
        if any(waiting):
            raise Later("a channel did not take a notice yet")

    async def _as_known(self, delivery: Delivery) -> Case | None:
        """The case right after the event, where it is known here and nobody can have been told of it yet."""
        event = delivery.event
        if delivery.attempt > 1 or (isinstance(event, PublicityOpened) and event.n > 1):
            return None
        return await self._journal.known_at(event.application, delivery.sequence)

    async def _history(self, event: Event, sequence: int) -> tuple[Recorded, ...]:
        history = await self._journal.history.of(event.application)
        if not history or history[-1].sequence < sequence:
            raise Stale("the read does not show the newest event yet")
        return history

    async def _deliver(self, due: "_Due") -> ChannelError | None:
        """None where the channel took the notice, else why not."""
        notice = due.notice
        annotate("lianshen.cause", notice.cause)
        failure = await _delivered_or_why_not(due.channel, notice, self._within)
        result = _result(failure)
        annotate(f"lianshen.notice.{notice.channel}", result)
        if failure is not None:
            failed(type(failure).__name__, str(failure))
        DELIVERIES.labels(notice.channel, result).inc()
        return failure

    async def _record(self, due: "_Due", failure: ChannelError | None) -> bool:
        """What became of one notice. True where it has to be tried again."""
        now = self._journal.clock.now()
        if failure is None:
            await self._journal.record_quietly(_sent(due.notice, now))
            return False
        n = due.failed_before + 1
        last = isinstance(failure, ChannelRefused)
        if last or n <= self._attempts:
            # Every attempt is made, the first few are recorded: a gateway may be away for days.
            await self._journal.record_quietly(_failed(due.notice, n, str(failure), last, now))
        return not last


@dataclass(frozen=True)
class _Due:
    """A notice that is to go out, and how often that was tried in vain."""

    channel: Channel
    notice: Outgoing
    failed_before: int


def _failed_before(notice: Outgoing, history: tuple[Recorded, ...]) -> int | None:
    """How often its channel failed; None for what was sent by it, or given up."""
    told = [item.event for item in history if isinstance(item.event, NoticeSent | NoticeFailed)]
    told = [item for item in told if (item.cause, item.channel) == (notice.cause, notice.channel)]
    failures = [item for item in told if isinstance(item, NoticeFailed)]
    over = len(failures) < len(told) or any(failure.last for failure in failures)
    return None if over else len(failures)


def _result(failure: ChannelError | None) -> str:
    if failure is None:
        return "sent"
    return "given_up" if isinstance(failure, ChannelRefused) else "failed"


async def _delivered_or_why_not(channel: Channel, notice: Outgoing, within: float) -> ChannelError | None:
    """None where the channel took the notice. Whatever goes wrong in one channel, the others are still tried."""
    try:
        async with asyncio.timeout(within):
            await channel.deliver(notice)
    except ChannelError as failure:
        return failure
    except Exception as error:
        # A mistake of ours, or a setting that a library cannot use. Its text may hold the phone: the type alone.
        log.exception("the channel %s failed with %s", notice.channel, type(error).__name__)
        return ChannelUnavailable(f"the channel failed with {type(error).__name__}; the log of notify says where")
    return None


def _sent(notice: Outgoing, now: datetime) -> NoticeSent:
    return NoticeSent(
        application=notice.application,
        at=now,
        cause=notice.cause,
        channel=notice.channel,
        notice_id=notice.notice_id,
        article=notice.article,
    )


def _failed(notice: Outgoing, n: int, reason: str, last: bool, now: datetime) -> NoticeFailed:
    return NoticeFailed(
        application=notice.application,
        at=now,
        cause=notice.cause,
        channel=notice.channel,
        n=n,
        notice_id=notice.notice_id,
        reason=reason,
        last=last,
    )


def build(context: Context, settings: NotifySettings) -> Parts:
    calendar = Calendar.load(context.settings.calendar_file)
    drill = settings.drill or context.clock.drill
    desk = Desk(settings.enquiries_zh, settings.enquiries_en, calendar, drill, PROCEDURES)
    notifying = Notifier(
        context.journal,
        open_channels(settings),
        desk,
        read_key(context.settings.keys_dir, "notice"),
        settings.max_attempts,
    )
    return Parts(listens=(Listen(DURABLE, notifying.tell, concurrency=AT_ONCE),))


WRITES = writing(NoticeSent, NoticeFailed)
SERVICE = Service(NAME, (DURABLE,), build, NotifySettings, writes=WRITES, keys=("notice",))
