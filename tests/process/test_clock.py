"""Whether the wall clock may be trusted with a deadline (faults, 11)."""

from datetime import UTC, datetime, timedelta

import pytest

from chassis.consume.other_clocks import instant_of
from chassis.consume.trusted_clock import TrustedClock

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


@pytest.mark.parametrize(
    ("ahead", "trusted"), [(timedelta(hours=24), True), (timedelta(hours=25), False), (timedelta(days=10), False)]
)
def test_a_start_more_than_a_day_after_the_last_sign_of_the_time_before_is_in_doubt(
    ahead: timedelta, trusted: bool
) -> None:
    clock = started()
    clock.begin(NOON - ahead)
    hours = ahead.total_seconds() / 3600
    assert clock.doubt == (
        None if trusted else f"the clock is {hours:.0f} h past the newest record from before the start"
    )
    earliest, latest = clock.between(NOON + timedelta(seconds=5), 1005.0, None)
    assert (earliest, latest) == (NOON + timedelta(seconds=5) - (ahead if not trusted else timedelta(0)), latest)
    assert latest == NOON + timedelta(seconds=5), "an entry that opens now is shown long enough by either clock"


def test_a_first_start_of_all_is_trusted() -> None:
    clock = started()
    clock.begin(None)
    assert clock.doubt is None


def test_a_doubt_from_before_the_start_goes_on_though_the_clock_runs_well_now() -> None:
    clock = started()
    clock.begin(NOON - timedelta(hours=1), "the clock jumped by +7200 s")
    assert clock.look(NOON + timedelta(seconds=1), 1001.0, NOON) == "the clock jumped by +7200 s"
    clock.trust()
    assert clock.look(NOON + timedelta(seconds=2), 1002.0, NOON) is None


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


@pytest.mark.parametrize(
    ("date", "instant"),
    [
        ("Mon, 03 Nov 2025 04:00:00 GMT", datetime(2025, 11, 3, 4, tzinfo=UTC)),
        ("Fri, 31 Dec 9999 23:59:59 -0100", None),
        ("soon", None),
        ("", None),
    ],
)
def test_what_another_server_says_is_an_instant_or_nothing(date: str, instant: datetime | None) -> None:
    """Whatever it says, publicity goes on."""
    assert instant_of(date) == instant
