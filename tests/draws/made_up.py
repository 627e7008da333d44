"""Draws of invented projects: whole ones, as many as a test wants, each from the number it is made with."""

import hashlib
import random
from pathlib import Path

from allocation.draw.documents import ENTRANTS, MANIFEST, NAMES, RESULT, REVEAL, RULES
from allocation.draw.draw_number import draw_number
from allocation.draw.entrants import Entrant, write_entrants
from allocation.draw.hashes import commitment
from allocation.draw.hold import hold
from allocation.draw.manifest import write_manifest
from allocation.draw.reveal import Reveal
from allocation.draw.rules import Pool, Rules

Files = dict[str, bytes]
GIVEN = Path(__file__).parent / "given"
GROUPS = ("disabled", "three-children", "多子女", "martyrs")
PARTIES = ("housing-bureau", "project-unit", "notary", "discipline-inspection", "families", "公证处")
PUBLICS = (("", "", ""), ("上证指数", r"[0-9]{4,5}\.\d{2}", "3412.07"), ("lottery", "[0-9]{2}-[0-9A-F]{3}", "07-4AF"))


def given() -> Files:
    """The one that was handed to us."""
    return {name: (GIVEN / name).read_bytes() for name in NAMES}


def made_up(number: int, most_entrants: int = 40) -> Files:
    """The same number, the same draw; from no entrants at all to many more than homes."""
    chance = random.Random(number)
    public, public_format, text = chance.choice(PUBLICS)
    rules = Rules(
        project=chance.choice(("HN-2026-01", "海口-2027-3", "P")),
        serial=str(chance.randint(1, 3)),
        dice=chance.choice((0, 1, 20)),
        public=public,
        public_format=public_format,
        parties=tuple(chance.sample(PARTIES, chance.randint(1, len(PARTIES)))),
        pools=tuple(_pool(f"{letter}-{chance.randint(40, 99)}", chance) for letter in "ABCD"[: chance.randint(1, 4)]),
    )
    entrants = [_entrant(rules, number, it, chance) for it in range(chance.randint(0, most_entrants))]
    return held(rules, entrants, chance, text)


def held(rules: Rules, entrants: list[Entrant], chance: random.Random, public: str = "") -> Files:
    """The five files, from the announcement to the result."""
    secrets = tuple((party, chance.randbytes(32).hex()) for party in rules.parties)
    commitments = {party: commitment(rules.project, rules.serial, party, secret) for party, secret in secrets}
    dice = "".join(chance.choices("0123456789", k=rules.dice))
    reveal = Reveal(dice, public, secrets)
    body, listed = rules.to_bytes(), write_entrants(entrants, rules)
    manifest = write_manifest(body, listed, commitments)
    result = hold(rules, entrants, manifest, reveal).to_bytes()
    return {RULES: body, ENTRANTS: listed, MANIFEST: manifest, REVEAL: reveal.to_bytes(), RESULT: result}


def _pool(name: str, chance: random.Random) -> Pool:
    homes, left, reserved = chance.randint(0, 12), 0, []
    left = homes
    for group in chance.sample(GROUPS[:2], chance.randint(0, 2)):
        reserved.append((group, chance.randint(0, left)))
        left -= reserved[-1][1]
    return Pool(name, homes, chance.randint(0, 4), tuple(reserved))


def _entrant(rules: Rules, number: int, n: int, chance: random.Random) -> Entrant:
    pool = chance.choice(rules.pools)
    group = chance.choice(("none", *(group for group, _ in pool.reserved)))
    return Entrant(draw_number(f"{number}-{n}", rules.project, hashlib.sha256(b"a key").digest()), pool.name, group)
