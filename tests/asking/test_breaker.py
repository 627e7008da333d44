"""When a department is asked and when it is left alone: a pure table of instants."""

import pytest

from chassis.consume.breaker import FAILURES_TO_OPEN, Breaker
from chassis.timing import TIMING


def broken(at: float = 0.0) -> Breaker:
    """A breaker that has just opened."""
    breaker = Breaker()
    for _ in range(FAILURES_TO_OPEN):
        breaker.failed(at)
    return breaker


@pytest.mark.parametrize(
    ("failures", "free", "allowed"),
    [
        (0, 64, 64),
        (1, 64, 64),
        (FAILURES_TO_OPEN - 1, 64, 64),
        (FAILURES_TO_OPEN, 64, 0),
        (FAILURES_TO_OPEN + 5, 64, 0),
        (0, 0, 0),
    ],
)
def test_failures_in_a_row_open_it(failures: int, free: int, allowed: int) -> None:
    breaker = Breaker()
    for _ in range(failures):
        breaker.failed(now=100.0)
    assert breaker.allowance(free, now=100.0) == allowed
    assert breaker.is_open == (failures >= FAILURES_TO_OPEN)


def test_one_answer_in_between_keeps_it_closed() -> None:
    breaker = Breaker()
    for _ in range(10):
        for _ in range(FAILURES_TO_OPEN - 1):
            breaker.failed(now=0.0)
        breaker.succeeded()
    assert not breaker.is_open


@pytest.mark.parametrize(
    ("free", "seconds_later", "running", "allowed"),
    [
        (64, 0.0, 0, 0),
        (64, TIMING.probe_after[0] - 0.01, 0, 0),
        (64, TIMING.probe_after[0], 0, 1),
        (64, 3600.0, 0, 1),
        (63, 3600.0, 1, 0),
        (1, 3600.0, 63, 0),
        (0, 3600.0, 64, 0),
    ],
)
def test_an_open_one_lets_a_single_question_through_once_its_time_has_come_and_nothing_runs(
    free: int, seconds_later: float, running: int, allowed: int
) -> None:
    assert broken(at=50.0).allowance(free, 50.0 + seconds_later, running) == allowed


def test_each_failed_probe_makes_the_next_wait_longer_up_to_half_a_minute() -> None:
    now, waits = 0.0, []
    breaker = broken(at=now)
    for _ in range(8):
        assert breaker.next_probe is not None
        waits.append(breaker.next_probe - now)
        now = breaker.next_probe
        breaker.failed(now)
    assert waits == [*TIMING.probe_after, 30.0, 30.0]


def test_questions_that_were_under_way_when_it_opened_do_not_count_as_probes() -> None:
    breaker = broken(at=10.0)
    probe = breaker.next_probe
    for _ in range(60):
        breaker.failed(now=10.5)
    assert breaker.next_probe == probe == 10.0 + TIMING.probe_after[0]


def test_the_first_answer_closes_it_and_the_next_outage_begins_anew() -> None:
    breaker = broken()
    for now in (1.0, 3.0, 8.0):
        breaker.failed(now)
    breaker.succeeded()
    assert breaker == Breaker()
    assert breaker.allowance(64, now=8.0) == 64
    assert broken().allowance(64, now=8.0) == 1, "nothing runs unless it is told"


@pytest.mark.parametrize("attempt", range(1, 30))
def test_a_message_waits_longer_every_time_and_never_as_long_as_a_healed_system_may_take(attempt: int) -> None:
    assert TIMING.retry(attempt, 0.0) <= TIMING.retry(attempt + 1, 0.0)
    assert 0.9 <= TIMING.retry(attempt, 0.0) < TIMING.retry(attempt, 1.0) < 120
    assert TIMING.retry(attempt, 0.5) in TIMING.retry_after


# --- questions whose answer is none -----------------------------------------------------------------------------


def spoilt(*questions: str, at: float = 0.0) -> Breaker:
    breaker = Breaker()
    for question in questions:
        breaker.failed(at, question)
    return breaker


def test_one_poisoned_question_never_opens_it_however_often_it_is_asked_again() -> None:
    breaker = spoilt(*["Q1"] * 100)
    assert not breaker.is_open
    assert breaker.allowance(64, now=0.0) == 64
    assert breaker.failures == 1


def test_two_poisoned_questions_do_not_open_it_and_a_third_one_does() -> None:
    breaker = spoilt(*["Q1", "Q2"] * 50)
    assert not breaker.is_open
    breaker.failed(0.0, "Q3")
    assert breaker.is_open


def test_silence_beside_a_poisoned_question_counts_every_time() -> None:
    breaker = spoilt("Q1", "Q1")
    breaker.failed(0.0)
    assert not breaker.is_open
    breaker.failed(0.0)
    assert breaker.is_open


def test_while_it_is_open_a_known_poisoned_question_lets_another_one_be_the_next_probe_soon() -> None:
    breaker = spoilt("Q1", "Q2", "Q3")
    for n in range(10):
        now = breaker.next_probe
        assert now is not None
        breaker.failed(now, f"Q{n % 3 + 1}")
        assert breaker.next_probe == now + TIMING.probe_after[0]
    now = breaker.next_probe
    breaker.failed(now, "Q4")
    assert breaker.next_probe == now + TIMING.probe_after[1], "one that is new is a failed probe"
    breaker.failed(breaker.next_probe, "Q4")
    assert breaker.next_probe == now + TIMING.probe_after[1] + TIMING.probe_after[0]


def test_a_known_poisoned_question_that_was_under_way_moves_no_probe() -> None:
    breaker = spoilt("Q1", "Q2", "Q3", at=10.0)
    breaker.failed(10.9, "Q1")
    assert breaker.next_probe == 10.0 + TIMING.probe_after[0]


def test_one_answer_that_is_heard_forgets_them() -> None:
    breaker = spoilt("Q1", "Q2")
    breaker.succeeded()
    assert breaker == Breaker()
    for question in ("Q1", "Q2", "Q3"):
        assert not breaker.is_open
        breaker.failed(0.0, question)
    assert breaker.is_open


def test_a_department_that_is_held_is_asked_nothing_whether_it_is_open_or_not() -> None:
    for breaker in (Breaker(), broken()):
        breaker.held = "its certificate has ended"
        assert breaker.allowance(64, now=3600.0) == 0
