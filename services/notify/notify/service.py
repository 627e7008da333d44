"""notify: tells the family, once a cause and channel, and records that it was told."""

from collections.abc import Mapping
from datetime import UTC, datetime

from chassis.errors import Later, Stale
from chassis.journal import Journal
from chassis.keys import read_key
from chassis.run import Context, Listen, Parts, Service
from chassis.subscribe import Delivery, Durable
from chassis.telemetry import span
from contracts.case import Recorded
from contracts.events import Event, NoticeFailed, NoticeSent, cause_of
from contracts.working_days import Calendar
from notify.channels import Channel, ChannelRefused, ChannelUnavailable, Outgoing, open_channels
from notify.compose import compose
from notify.notices import NOTICES
from notify.render import Desk
from notify.settings import ChannelName, NotifySettings

NAME = "notify"
DURABLE = Durable(NAME, tuple(NOTICES))


class Notifying:
    """Delivers at least once under one deterministic id, and records each delivery once."""

    def __init__(
        self, journal: Journal, channels: Mapping[ChannelName, Channel], desk: Desk, key: bytes, attempts: int
    ) -> None:
        self._journal = journal
        self._channels = channels
        self._desk = desk
        self._key = key
        self._attempts = attempts

    async def tell(self, delivery: Delivery) -> None:
        """Every channel is tried; Later where one of them has to be tried again."""
        event = delivery.event
        history = await self._history(event, delivery.sequence)
        waiting = [await self._by(name, channel, history, event) for name, channel in self._channels.items()]
        if any(waiting):
            raise Later("a channel did not take a notice yet")

    async def _history(self, event: Event, sequence: int) -> tuple[Recorded, ...]:
        history = await self._journal.history.of(event.application)
        if not history or history[-1].sequence < sequence:
            raise Stale("the read does not show the newest event yet")
        return history

    async def _by(self, name: str, channel: Channel, history: tuple[Recorded, ...], event: Event) -> bool:
        """One channel. True where it has to be tried again."""
        cause = cause_of(event)
        told = [item.event for item in history if isinstance(item.event, NoticeSent | NoticeFailed)]
        told = [item for item in told if (item.cause, item.channel) == (cause, name)]
        failures = [item for item in told if isinstance(item, NoticeFailed)]
        if len(failures) < len(told) or any(failure.last for failure in failures):
            return False
        notice = compose(history, event, name, self._desk, self._key)
        if notice is None:
            return False
        try:
            with span(f"deliver {name}", application=event.application, attributes={"cause": cause}):
                await channel.deliver(notice)
        except (ChannelRefused, ChannelUnavailable) as failure:
            n = len(failures) + 1
            last = isinstance(failure, ChannelRefused)
            if last or n <= self._attempts:
                # Every attempt is made, the first few are recorded: a gateway may be away for days.
                await self._journal.record(_failed(notice, n, str(failure), last))
            return not last
        await self._journal.record(_sent(notice))
        return False


def _sent(notice: Outgoing) -> NoticeSent:
    return NoticeSent(
        application=notice.application,
        at=datetime.now(UTC),
        cause=notice.cause,
        channel=notice.channel,
        notice_id=notice.notice_id,
        article=notice.article,
    )


def _failed(notice: Outgoing, n: int, reason: str, last: bool) -> NoticeFailed:
    return NoticeFailed(
        application=notice.application,
        at=datetime.now(UTC),
        cause=notice.cause,
        channel=notice.channel,
        n=n,
        notice_id=notice.notice_id,
        reason=reason,
        last=last,
    )


def build(context: Context) -> Parts:
    settings = NotifySettings()
    calendar = Calendar.load(context.settings.calendar_file)
    desk = Desk(settings.enquiries_zh, settings.enquiries_en, calendar, settings.drill)
    notifying = Notifying(
        context.journal,
        open_channels(settings),
        desk,
        read_key(context.settings.keys_dir, "notice"),
        settings.max_attempts,
    )
    return Parts(listens=(Listen(DURABLE, notifying.tell),))


SERVICE = Service(NAME, (DURABLE,), build)
