"""One channel goes wrong in any way whatever: it is recorded, and the others are still tried."""

import asyncio
import logging
import time
from dataclasses import dataclass, field
from datetime import datetime
from typing import cast

import pytest
from notify.channels import Channel, ChannelRefused, Outgoing
from notify.service import DELIVERED_WITHIN, Notifier

from chassis.clock import WALL, Clock
from chassis.consume.consumer import Delivery
from chassis.errors import Later
from chassis.log.journal import Journal
from chassis.log.stored import Stored
from chassis.telemetry.logs import JsonFormatter
from contracts.case.case import Case
from contracts.case.fold import fold
from contracts.events import Event, NoticeFailed, NoticeSent
from tests.notify.stories import accepted
from tests.notify.told import DESK, KEY, PHONE

FAULTS = [
    ImportError(f"to send to {PHONE}, install socksio"),
    ValueError(f"no address: {PHONE}"),
    RuntimeError("cannot schedule new futures"),
    UnicodeError("label empty or too long"),
    TimeoutError(),
    KeyError(PHONE),
    AssertionError(),
    MemoryError(),
    ExceptionGroup("several", [OSError(PHONE)]),
]


@dataclass
class Broken:
    """A channel that fails in one way."""

    fault: Exception

    async def deliver(self, notice: Outgoing) -> None:
        raise self.fault


@dataclass
class Working:
    """A channel that takes all it is given."""

    taken: list[Outgoing] = field(default_factory=list)

    async def deliver(self, notice: Outgoing) -> None:
        self.taken.append(notice)


@dataclass
class Recording:
    """What the service needs of a journal: its clock, the case as it is known, and a list of what was recorded."""

    case: Case
    recorded: list[Event] = field(default_factory=list)
    clock: Clock = WALL

    async def known_at(self, application: str, sequence: int) -> Case:
        return self.case

    async def record_quietly(self, event: Event) -> bool:
        self.recorded.append(event)
        return True


def delivery() -> tuple[Delivery, Recording]:
    item = accepted().history[-1]
    stored = Stored("case", item.sequence, item.stored_at, {}, b"")
    journal = Recording(fold(accepted().history, item.event.application))
    return Delivery(stored, item, 1, datetime.now().astimezone()), journal


async def tell(within: float = DELIVERED_WITHIN, /, **channels: Channel) -> tuple[list[Event], bool]:
    """What was recorded, and whether it is to be tried again."""
    delivered, journal = delivery()
    notifying = Notifier(cast(Journal, journal), channels, DESK, KEY, 8, within)  # type: ignore[arg-type]
    try:
        await notifying.tell(delivered)
    except Later:
        return journal.recorded, True
    return journal.recorded, False


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: type(fault).__name__)
async def test_a_channel_that_fails_is_recorded_by_type_and_the_others_are_tried(
    fault: Exception, caplog: pytest.LogCaptureFixture
) -> None:
    folder = Working()

    recorded, again = await tell(sms=Broken(fault), folder=folder)

    assert [(type(event), getattr(event, "channel", "")) for event in recorded] == [
        (NoticeFailed, "sms"),
        (NoticeSent, "folder"),
    ]
    assert len(folder.taken) == 1
    assert again
    failed = recorded[0]
    assert isinstance(failed, NoticeFailed)
    assert type(fault).__name__ in failed.reason
    assert not failed.last
    logged = "".join(JsonFormatter().format(record) for record in caplog.records if record.levelno >= logging.ERROR)
    assert type(fault).__name__ in logged
    assert PHONE not in failed.reason + logged


async def test_a_channel_that_never_ends_is_left() -> None:
    class Hanging:
        async def deliver(self, notice: Outgoing) -> None:
            await asyncio.Event().wait()

    recorded, again = await tell(0.05, sms=Hanging(), folder=Working())

    assert [type(event) for event in recorded] == [NoticeFailed, NoticeSent]
    assert again


async def test_a_refusal_is_the_last_word_of_its_channel_alone() -> None:
    recorded, again = await tell(sms=Broken(ChannelRefused("no such number")), folder=Working())

    assert [type(event) for event in recorded] == [NoticeFailed, NoticeSent]
    assert not again


async def test_channels_that_hang_hang_at_the_same_time() -> None:
    """One after the other they would outlast the wait for an acknowledgement, and whoever was told is told again."""

    class Hanging:
        async def deliver(self, notice: Outgoing) -> None:
            await asyncio.sleep(60)

    began = time.monotonic()
    recorded, again = await tell(0.3, sms=Hanging(), mail=Hanging(), folder=Hanging())
    assert ([type(event) for event in recorded], again) == ([NoticeFailed] * 3, True)
    assert time.monotonic() - began < 0.9, "one after the other it were as long at least"
