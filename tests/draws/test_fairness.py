"""Nobody can steer a draw: every order is equally likely, who leaves moves nobody, and no commitment can be copied."""

import hashlib
import json
import os
import random
from collections import Counter
from itertools import permutations
from pathlib import Path

from allocation.draw.documents import ENTRANTS, MANIFEST, RESULT, REVEAL, RULES, written
from allocation.draw.entrants import Entrant, read_entrants
from allocation.draw.hashes import commitment, draw_seed, ticket
from allocation.draw.hold import hold_by
from allocation.draw.rules import Pool, Rules
from allocation.draw.selection import in_order, select
from hypothesis import given as for_any
from hypothesis import strategies as st

from tests.draws.checkers import HOLDS, code_of, ours, theirs
from tests.draws.made_up import given, made_up

FIVE = tuple(Entrant(f"FAMILY-{letter}", "A-60") for letter in "ABCDE")
DRAWS = 120 * 1000
LARGEST = 185.0
"""Of χ² with 119 degrees of freedom: one fair draw of ten thousand gives more. The seeds below are always the same."""
SEEDS = st.binary(min_size=32, max_size=32).map(bytes.hex)
GROUPS = st.sampled_from(["none", "none", "disabled", "three-children"])
POOL = Pool("A-60", 6, 3, (("disabled", 2), ("three-children", 1)))


def test_all_orders_of_five_entrants_are_equally_likely() -> None:
    met = Counter(
        tuple(it.application for it in in_order(hashlib.sha256(b"%d" % number).hexdigest(), "A-60", FIVE))
        for number in range(DRAWS)
    )
    due = DRAWS / 120
    orders = list(permutations(it.application for it in FIVE))
    assert sum((met[order] - due) ** 2 / due for order in orders) < LARGEST


def test_of_several_secrets_one_that_is_random_makes_every_order_as_likely() -> None:
    """A bureau that always brings the same secret, and dice that always show the same, steer nothing."""
    met: Counter[str] = Counter()
    for number in range(5_000):
        secrets = (("bureau", "0" * 64), ("families", hashlib.sha256(b"%d" % number).hexdigest()))
        met[in_order(draw_seed(b"{}", "0" * 20, "", secrets), "A-60", FIVE)[0].application] += 1
    # χ² with 4 degrees of freedom: 23.5 is passed once in ten thousand.
    assert sum((met[it.application] - 1000) ** 2 / 1000 for it in FIVE) < 23.5


@for_any(SEEDS, st.lists(GROUPS, min_size=1, max_size=25), st.randoms(use_true_random=False))
def test_who_is_taken_out_moves_nobody_else(seed: str, groups: list[str], chance: random.Random) -> None:
    entrants = [Entrant(f"N{at:02}", "A-60", group) for at, group in enumerate(groups)]
    before = in_order(seed, "A-60", entrants)
    gone = chance.choice(entrants)
    shuffled = chance.sample([it for it in entrants if it != gone], len(entrants) - 1)
    assert in_order(seed, "A-60", shuffled) == [it for it in before if it != gone]


@for_any(SEEDS, st.lists(GROUPS, max_size=25))
def test_everybody_stands_in_one_list_and_the_homes_are_used(seed: str, groups: list[str]) -> None:
    ordered = in_order(seed, "A-60", [Entrant(f"N{at:02}", "A-60", group) for at, group in enumerate(groups)])
    found = select(POOL, ordered)
    assert len(found.drawn) == min(POOL.homes, len(groups))
    assert len(found.substitutes) == min(POOL.substitutes, len(groups) - len(found.drawn))
    assert sorted([*found.drawn, *found.substitutes, *found.others]) == sorted(it.application for it in ordered)
    for group, homes in POOL.reserved:
        members = [it.application for it in ordered if it.group == group]
        assert set(members[:homes]) <= set(found.drawn)


def test_reserved_homes_that_nobody_needs_go_to_all() -> None:
    pool = Pool("A-60", 3, 0, (("disabled", 3),))
    assert len(select(pool, list(FIVE)).drawn) == 3


def test_luck_in_one_pool_says_nothing_of_another() -> None:
    seed = "0" * 64
    assert ticket(seed, "A-60", "N1") != ticket(seed, "B-85", "N1")
    rules = Rules("P", "1", 0, "", "", ("p",), (Pool("A-60", 1, 0), Pool("B-85", 1, 0)))
    both = [Entrant(f"N{at}", pool) for at in range(50) for pool in ("A-60", "B-85")]
    draw = hold_by(seed, rules, both)
    orders = [[*it.drawn, *it.others] for it in draw.pools.values()]
    assert sorted(orders[0]) == sorted(orders[1])
    assert orders[0] != orders[1]


def test_a_copied_commitment_can_be_opened_by_nobody(tmp_path: Path) -> None:
    """The unit copies the notary's commitment, waits until the notary opens, and says the same secret."""
    files = given()
    rules, manifest, reveal = (json.loads(files[name]) for name in (RULES, MANIFEST, REVEAL))
    secret = reveal["secrets"]["notary"]
    manifest["commitments"]["project-unit"] = manifest["commitments"]["notary"]
    reveal["secrets"]["project-unit"] = secret
    copied = {**files, MANIFEST: written(manifest), REVEAL: written(reveal)}
    assert code_of(ours(copied)) == code_of(theirs(copied, tmp_path / "draw")) == "not-committed"
    said = [commitment(rules["project"], rules["serial"], party, secret) for party in rules["parties"]]
    assert len(set(said)) == len(said)


def test_the_same_files_give_the_same_draw_in_whatever_order_the_list_is_handed_over() -> None:
    files = given()
    rules = Rules.read(json.loads(files[RULES]))
    entrants = list(read_entrants(files[ENTRANTS], rules))
    found = hold_by("0" * 64, rules, entrants)
    for number in range(20):
        assert hold_by("0" * 64, rules, random.Random(number).sample(entrants, len(entrants))) == found


def test_a_bit_of_anything_that_was_published_changes_the_draw_or_is_named() -> None:
    """No byte of rules, list and manifest, and no digit of what was opened, is without effect."""
    files, chance = made_up(7), random.Random(1)
    for _ in range(int(os.environ.get("DRAWS", "60")) * 5):
        name = chance.choice((RULES, ENTRANTS, MANIFEST, RESULT))
        at = chance.randrange(len(files[name]))
        changed = bytearray(files[name])
        changed[at] ^= 1 << chance.randrange(7)
        if name == RESULT and json_equal(bytes(changed), files[name]):
            continue
        assert ours({**files, name: bytes(changed)}) != HOLDS, (name, at)


def json_equal(one: bytes, other: bytes) -> bool:
    """A blank for a line end says the same."""
    try:
        return bool(json.loads(one) == json.loads(other))
    except ValueError:
        return False
