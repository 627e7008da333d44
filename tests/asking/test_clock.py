"""Whether the wall clock may be trusted with a deadline (faults, 11)."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.clock import TrustedClock

NOON = datetime(2026, 11, 23, 4, tzinfo=UTC)


def started() -> TrustedClock:
    return TrustedClock(wall=NOON, monotonic=1000.0)


@pytest.mark.parametrize(
    ("jump", "trusted"),
    [
        (timedelta(0), True),
        (timedelta(seconds=59), True),
        (timedelta(seconds=-59), True),
        (timedelta(seconds=61), False),
        (timedelta(seconds=-61), False),
        (timedelta(hours=2), False),
        (timedelta(hours=-2), False),
        (timedelta(days=3), False),
        (timedelta(days=-3), False),
    ],
)
def test_a_clock_that_jumped_by_more_than_a_minute_is_in_doubt(jump: timedelta, trusted: bool) -> None:
    doubt = started().look(NOON + timedelta(seconds=30) + jump, 1030.0, None)
    assert (doubt is None) == trusted
    if doubt:
        assert doubt == f"the clock jumped by {jump.total_seconds():+.0f} s"


def test_a_long_time_without_a_look_is_no_jump() -> None:
    assert started().look(NOON + timedelta(days=9), 1000.0 + 9 * 24 * 3600, None) is None


@pytest.mark.parametrize(("behind", "trusted"), [(59, True), (61, False), (7200, False)])
def test_a_clock_that_stands_behind_the_newest_record_is_in_doubt(behind: int, trusted: bool) -> None:
    doubt = started().look(NOON, 1000.0, NOON + timedelta(seconds=behind))
    assert doubt == (None if trusted else "the clock stands behind the newest record of the log")


def test_doubt_stays_when_the_clock_jumps_back_and_runs_well() -> None:
    clock = started()
    clock.look(NOON + timedelta(hours=2), 1001.0, None)
    clock.look(NOON + timedelta(seconds=2), 1002.0, None)
    assert clock.look(NOON + timedelta(seconds=3), 1003.0, NOON) is not None


def test_a_person_ends_the_doubt_and_the_next_jump_brings_it_back() -> None:
    clock = started()
    assert clock.look(NOON + timedelta(hours=2), 1001.0, None)
    clock.trust()
    assert clock.look(NOON + timedelta(hours=2, seconds=1), 1002.0, None) is None
    assert clock.look(NOON + timedelta(seconds=2), 1003.0, None) == "the clock jumped by -7200 s"


def test_a_record_from_a_clock_that_ran_ahead_is_excused_with_the_clock_and_only_that_record() -> None:
    clock, ahead = started(), NOON + timedelta(hours=2)
    assert clock.look(NOON, 1000.0, ahead)
    clock.trust()
    assert clock.look(NOON + timedelta(seconds=1), 1001.0, ahead) is None
    assert clock.look(NOON + timedelta(seconds=2), 1002.0, ahead + timedelta(seconds=1)) is not None
