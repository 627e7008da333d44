"""The checker itself: what one register could have told passes, a double claim and a lost write do not."""

import itertools
import random

import pytest

from tests.linearizable.checker import has_order, not_linearizable
from tests.linearizable.history import Operation, Told

OK, CONFLICT, UNKNOWN = Told.OK, Told.CONFLICT, Told.UNKNOWN


def write(expected: str | None, token: str, told: Told, began: float, ended: float) -> Operation:
    return Operation("k", expected, token, told, began, ended)


def read(found: str | None, began: float, ended: float) -> Operation:
    return Operation("k", found, None, OK, began, ended)


def test_one_of_two_claims_is_told_that_it_is_held() -> None:
    assert has_order([write(None, "a", OK, 0, 2), write(None, "b", CONFLICT, 1, 3)])


@pytest.mark.parametrize(
    "history",
    [
        pytest.param([write(None, "a", OK, 0, 2), write(None, "b", OK, 1, 3)], id="two hold one claim"),
        pytest.param([write(None, "a", CONFLICT, 0, 1)], id="a conflict with nobody"),
        pytest.param([write(None, "a", OK, 0, 1), read(None, 2, 3)], id="an acknowledged write is lost"),
        pytest.param(
            [write(None, "a", OK, 0, 1), write("a", "b", OK, 2, 3), write("a", "c", OK, 4, 5)],
            id="two decisions on one state",
        ),
        pytest.param(
            [write(None, "a", OK, 0, 1), write("a", "b", CONFLICT, 2, 3), read("a", 4, 5)],
            id="a refused decision that nothing stood in the way of",
        ),
        pytest.param([write(None, "a", UNKNOWN, 4, 5), read("a", 0, 1)], id="read before it was written"),
        pytest.param(
            [write(None, "a", UNKNOWN, 0, 1), read("a", 2, 3), read(None, 4, 5)], id="an effect that goes away"
        ),
    ],
)
def test_what_no_register_could_have_told_is_found(history: list[Operation]) -> None:
    assert not_linearizable(history) == ["k"]


@pytest.mark.parametrize("found", [None, "a"])
def test_an_unknown_outcome_may_have_an_effect_or_none(found: str | None) -> None:
    assert has_order([write(None, "a", UNKNOWN, 0, 1), read(found, 2, 3)])


def test_an_unknown_outcome_may_take_effect_long_after_its_client_gave_up() -> None:
    assert has_order([write(None, "a", UNKNOWN, 0, 1), read(None, 2, 3), read("a", 4, 5)])


def test_it_says_of_short_histories_what_trying_every_order_says() -> None:
    chance = random.Random(11)
    counts = {True: 0, False: 0}
    for _ in range(1500):
        history = [_any_operation(chance, n) for n in range(chance.randint(1, 5))]
        found = has_order(history)
        counts[found] += 1
        assert found is _some_order_explains(history), history
    assert min(counts.values()) > 100


def _any_operation(chance: random.Random, n: int) -> Operation:
    began = chance.uniform(0, 4)
    ended = began + chance.uniform(0, 3)
    expected = chance.choice([None, "t0", "t1", "t2"])
    if chance.random() < 0.3:
        return read(expected, began, ended)
    return write(expected, f"t{n}", chance.choice([OK, OK, CONFLICT, UNKNOWN]), began, ended)


def _some_order_explains(history: list[Operation]) -> bool:
    """The definition itself: some subset with every definite operation, some order that keeps real time."""
    unknown = [it for it in history if it.told is UNKNOWN]
    definite = [it for it in history if it.told is not UNKNOWN]
    for size in range(len(unknown) + 1):
        for taken in itertools.combinations(unknown, size):
            if any(_explains(order) for order in itertools.permutations([*definite, *taken])):
                return True
    return False


def _explains(order: tuple[Operation, ...]) -> bool:
    state: str | None = None
    for n, operation in enumerate(order):
        if any(later.told is not UNKNOWN and later.ended < operation.began for later in order[n + 1 :]):
            return False
        after = operation.after(state)
        if not after:
            return False
        (state,) = after
    return True
