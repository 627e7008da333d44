"""The alarm clock of an entry: a message that the server delivers when the entry is due.

Only an alarm: the due instant stands in the log, and the index of what is shown finds every entry without it.
"""

import logging
import math
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

import nats.errors
from nats.aio.client import Client

from chassis.log.durables import Durable
from contracts.events import Event, PublicityOpened

log = logging.getLogger(__name__)
STREAM = "TIMERS"
ALARMS = "timer.publicity.*.*"
RINGING = "timer.fired.publicity"
ALARM = Durable("publicity-alarm", (), stream=STREAM, subjects=(f"{RINGING}.*",))


async def set_alarms(nc: Client, events: Iterable[Event], grace: timedelta) -> None:
    """Schedules a message for every entry shown by these events; setting it twice is setting it once. Never raises."""
    for shown in events:
        if not isinstance(shown, PublicityOpened):
            continue
        due = math.ceil((shown.closes_at + grace).timestamp())
        headers = {
            "Nats-Schedule": f"@at {datetime.fromtimestamp(due, UTC):%Y-%m-%dT%H:%M:%SZ}",
            "Nats-Schedule-Target": f"{RINGING}.{shown.application}",
        }
        try:
            # Not waited for: the index finds the entry of an alarm that was lost a second later.
            await nc.publish(f"timer.publicity.{shown.application}.{shown.n}", headers=headers)
        except nats.errors.Error:
            # The entry stands in the log by now: a caller told that it failed would correct it once more.
            log.warning(
                "no alarm could be set; the index will find the entry", extra={"application": shown.application}
            )
