"""How often a process puts what waits on the disk, by how much comes: seldom on a busy day, at once on a quiet one.

A case is five or six parts in each of two processes. On the machine of docs/speed.md half of what it can do is 65 to
90 cases a second, the whole 130 to 180.
"""

from itertools import pairwise

import pytest

from chassis.timing import TIMING

COMMIT = 0.005
"""Seconds that a batch takes until it is on the disk."""


def between_batches(parts_a_second: float, after: int = 1, took: float = COMMIT) -> float:
    """Seconds from one batch to the next, once it has settled; the first is of so many parts."""
    parts, began = float(after), [0.0]
    for _ in range(400):
        began.append(began[-1] + max(took, TIMING.rest(max(parts, 1.0), took)))
        parts = parts_a_second * (began[-1] - began[-2])
    settled = [later - earlier for earlier, later in pairwise(began[-100:])]
    return sum(settled) / len(settled)


@pytest.mark.parametrize("parts", [325, 390, 450])
def test_at_half_of_what_is_possible_a_part_waits_a_few_hundredths_of_a_second(parts: float) -> None:
    assert between_batches(parts) < 0.03


@pytest.mark.parametrize("parts", [650, 780, 1080])
def test_at_the_whole_batches_are_few(parts: float) -> None:
    assert between_batches(parts) > 0.065


@pytest.mark.parametrize("parts", [325, 390, 450])
def test_a_burst_is_over_once_it_is_over(parts: float) -> None:
    """By a rule that keeps its longest rest up, every part would wait it for ever after the first busy second."""
    assert between_batches(parts, after=400) < 0.03


def test_a_machine_that_is_busy_at_a_third_of_the_rate_fills_its_batches_too() -> None:
    """There a batch takes long, since everything does; small ones would cost it a fifth of what it can do."""
    assert between_batches(200, took=0.04) == pytest.approx(0.08)


def test_on_an_idle_bus_the_next_part_waits_for_nothing() -> None:
    assert TIMING.rest(1, COMMIT) == 0
    assert between_batches(10) == pytest.approx(COMMIT)
