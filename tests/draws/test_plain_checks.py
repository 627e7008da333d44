"""The two figures beside a result: exact, and told of nobody."""

import random
from itertools import combinations, groupby

import pytest
from allocation.draw.entrants import Entrant
from allocation.draw.plain_checks import declared_interests, longest_run, probability_of_run, runs_of


def longest(chosen: set[int], lines: int) -> int:
    return max((len(list(run)) for is_in, run in groupby(at in chosen for at in range(lines)) if is_in), default=0)


@pytest.mark.parametrize(("lines", "drawn"), [(9, 4), (8, 8), (10, 1), (7, 0), (12, 6), (1, 1)])
def test_the_probability_is_that_of_counting_every_choice(lines: int, drawn: int) -> None:
    every = [longest(set(chosen), lines) for chosen in combinations(range(lines), drawn)]
    for length in range(lines + 2):
        assert probability_of_run(lines, drawn, length) == pytest.approx(
            sum(it >= length for it in every) / len(every), abs=1e-12
        )


def test_a_fair_draw_of_many_agrees_with_it() -> None:
    chance = random.Random(3)
    met = sum(longest(set(chance.sample(range(2_000), 200)), 2_000) >= 4 for _ in range(2_000)) / 2_000
    assert probability_of_run(2_000, 200, 4) == pytest.approx(met, abs=0.04)


def test_six_consecutive_numbers_among_124_winners_of_5141_are_one_in_a_million() -> None:
    """Wuhan 2009."""
    assert 1e-7 < probability_of_run(5_141, 124, 6) < 1e-5


def test_a_hundred_thousand_lines_take_no_time() -> None:
    assert probability_of_run(100_000, 10_000, 6) == pytest.approx(0.0774, abs=0.01)
    assert probability_of_run(100_000, 10_000, 3) == pytest.approx(1.0)


def test_a_run_is_of_lines_of_its_own_pool() -> None:
    entrants = [Entrant(f"N{at}", "A" if at % 2 else "B") for at in range(10)]
    found = longest_run("A", entrants, ["N1", "N3", "N7"])
    assert (found.length, found.probability) == (2, pytest.approx(0.9))
    assert longest_run("A", entrants, []).length == 0
    assert longest_run("C", entrants, []).probability == 1.0


def test_declared_interests_are_counted_beside_what_was_to_be_expected() -> None:
    found = declared_interests(
        [f"N{at}" for at in range(100)], ["N1", "N2", "N3", "N4", "elsewhere"], ["N1", "N2"] * 1
    )
    assert (found.declared, found.expected, found.came) == (4, pytest.approx(0.08), 2)
    assert declared_interests([], ["N1"], []).expected == 0.0


def test_the_runs_of_a_list_are_those_of_each_pool_by_the_lines_of_the_file() -> None:
    body = b"".join(b"N%d,%s,none\n" % (n, b"A" if n % 2 else b"B") for n in range(1, 9))
    (a, run), (b, other) = runs_of(body, {"A": ("N3", "N5"), "B": ("N2", "N6")})
    assert (a, run.length, b, other.length) == ("A", 2, "B", 1)
    assert run.probability == pytest.approx(0.5)
