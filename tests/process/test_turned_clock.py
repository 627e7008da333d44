"""A rehearsal's clock is turned on while services run, never back; the machine's own cannot be turned."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.clock import WALL, TurnedClock
from chassis.consume.turn import TurnClock, turn_commands
from chassis.errors import CommandRefused


async def test_it_goes_on_to_a_later_day() -> None:
    clock = TurnedClock(timedelta())
    (command,) = turn_commands(clock)
    await command.do(TurnClock(ahead_days=3))
    assert clock.now() - datetime.now(UTC) > timedelta(days=2.9)


async def test_it_never_goes_back() -> None:
    (command,) = turn_commands(TurnedClock(timedelta(days=3)))
    with pytest.raises(CommandRefused, match="turned on only"):
        await command.do(TurnClock(ahead_days=1))


def test_the_machines_clock_has_no_such_command() -> None:
    assert turn_commands(WALL) == ()
