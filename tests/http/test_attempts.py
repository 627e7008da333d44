"""Who tries too many wrong secrets is slowed, by address: how long, for whom, and within which memory."""

from datetime import UTC, datetime, timedelta

import pytest
from fastapi import Request

from chassis.http.pages.attempts import Attempts, address_of

START = datetime(2026, 11, 28, tzinfo=UTC)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def test_five_a_minute_then_the_address_waits_until_the_first_of_them_is_a_minute_old() -> None:
    attempts = Attempts()
    for second in range(5):
        assert attempts.wait("192.0.2.1", at(second)) == 0
        attempts.count("192.0.2.1", at(second))
    assert attempts.wait("192.0.2.1", at(4)) == 56
    assert attempts.wait("192.0.2.1", at(59.5)) == 1
    assert attempts.wait("192.0.2.1", at(60)) == 0
    assert attempts.wait("192.0.2.2", at(4)) == 0


def test_whoever_goes_on_trying_is_not_slowed_for_longer_than_was_said() -> None:
    attempts = Attempts()
    for second in range(60):
        attempts.count("192.0.2.1", at(second))
    assert attempts.wait("192.0.2.1", at(60)) == 0


def test_at_no_moment_were_there_more_than_five_within_a_minute() -> None:
    attempts, passed = Attempts(), []
    for second in range(0, 600, 3):
        if not attempts.wait("192.0.2.1", at(second)):
            passed.append(second)
            attempts.count("192.0.2.1", at(second))
    assert all(later - first >= 60 for first, later in zip(passed, passed[5:], strict=False))
    assert len(passed) == 50


def test_of_too_many_addresses_the_one_that_failed_longest_ago_is_forgotten() -> None:
    attempts = Attempts(most=1, addresses=3)
    for n, address in enumerate("abcad"):
        attempts.count(address, at(n * 61))
    assert [attempts.wait(address, at(4 * 61)) > 0 for address in "abcd"] == [False, False, False, True]
    assert len(attempts._tries) == 3
    assert list(attempts._tries) == ["c", "a", "d"]


@pytest.mark.parametrize(
    ("host", "counted"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:bbbb::2", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("testclient", "unknown"),
    ],
)
def test_an_address_counts_as_the_connection_that_has_it(host: str, counted: str) -> None:
    request = Request({"type": "http", "client": (host, 4711), "headers": []})
    assert address_of(request) == counted


def test_a_request_of_nowhere_counts_too() -> None:
    assert address_of(Request({"type": "http", "client": None, "headers": []})) == "unknown"
