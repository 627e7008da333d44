"""A draw once more, from its files alone, and written apart from the one that held it. Pure."""

import hashlib
import json
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from contracts.draws.draw import Draw
from contracts.draws.events import Entrant

V1 = "lianshen-draw-v1"
FATES = {"drawn": "drawn", "substitutes": "substitute", "others": "not_drawn"}


@dataclass(frozen=True)
class Place:
    """Where one entry stands in the published result."""

    fate: str
    place: int
    ticket: str | None
    """None of what the notary's own software drew."""


def sha(body: str) -> str:
    return hashlib.sha256(body.encode()).hexdigest()


def hashed(*lines: str) -> str:
    return sha("".join(f"{line}\n" for line in lines))


def list_sha256(entrants: Iterable[Entrant]) -> str:
    """Of `entrants.csv`: draw number, pool and group, in the order of their bytes."""
    return sha("".join(sorted(f"{one.number},{one.pool},{one.group}\n" for one in entrants)))


def wrong_in(draw: Draw, rules: dict[str, Any]) -> Iterator[str]:
    """What manifest, commitments, reveal and seed of a draw that was held contradict."""
    assert draw.announced
    assert draw.manifest
    assert draw.thrown
    assert draw.held
    manifest, reveal = json.loads(draw.manifest.manifest), json.loads(draw.held.reveal)
    bound = {"rules": sha(draw.announced.rules), "entrants": list_sha256(draw.entrants)}
    if manifest != bound | {"commitments": dict(draw.commitments)}:
        yield "the manifest is not that of its rules, list and commitments"
    for party in rules["parties"]:
        secret = draw.secrets.get(party, "")
        if hashed(f"{V1}/commit", rules["project"], rules["serial"], party, secret) != draw.commitments.get(party):
            yield f"the secret of {party} does not fit its commitment"
    if reveal != {"dice": draw.thrown.dice, "public": draw.thrown.public, "secrets": dict(draw.secrets)}:
        yield "reveal.json is not what was thrown and opened"
    if seed_of(draw, rules) != draw.held.seed:
        yield "the seed does not follow from the files"


def seed_of(draw: Draw, rules: dict[str, Any]) -> str:
    assert draw.manifest
    assert draw.thrown
    opened = (f"{party} {draw.secrets.get(party, '')}" for party in rules["parties"])
    return hashed(f"{V1}/seed", sha(draw.manifest.manifest), draw.thrown.dice, draw.thrown.public, *opened)


def result_of(draw: Draw, rules: dict[str, Any]) -> tuple[str, dict[tuple[str, str], Place]]:
    """The hash of `result.json`, and the place of each entry by number and pool."""
    seed = seed_of(draw, rules)
    files: dict[str, dict[str, list[str]]] = {}
    places: dict[tuple[str, str], Place] = {}
    for pool, homes in rules["pools"].items():
        tickets = {one: hashed(f"{V1}/ticket", seed, pool, one.number) for one in draw.entrants if one.pool == pool}
        ordered = sorted(tickets, key=lambda one: (tickets[one], one.number))
        lists = _lists(ordered, homes)
        files[pool] = {name: [one.number for one in members] for name, members in lists.items()}
        for name, members in lists.items():
            for n, one in enumerate(members, 1):
                places[one.number, pool] = Place(FATES[name], n, tickets[one])
    return sha(json.dumps(files, ensure_ascii=False, indent=1) + "\n"), places


def place_beside(rules: dict[str, Any], seed: str, entrants: Iterable[Entrant], one: Entrant) -> Place:
    """The place that somebody would have, had it stood in this list."""
    tickets = {it: hashed(f"{V1}/ticket", seed, it.pool, it.number) for it in (*entrants, one) if it.pool == one.pool}
    ordered = sorted(tickets, key=lambda it: (tickets[it], it.number))
    lists = _lists(ordered, rules["pools"][one.pool])
    name = next(name for name, members in lists.items() if one in members)
    return Place(FATES[name], lists[name].index(one) + 1, tickets[one])


def imported_places(draw: Draw, rules: dict[str, Any]) -> tuple[str, dict[tuple[str, str], Place]]:
    """The same of a result that was imported. Raises ValueError where it does not name everybody once."""
    assert draw.imported
    said = json.loads(draw.imported.result)
    places: dict[tuple[str, str], Place] = {}
    for pool, lists in said.items():
        named = sorted(number for numbers in lists.values() for number in numbers)
        if named != sorted(one.number for one in draw.entrants if one.pool == pool):
            raise ValueError(pool)
        if len(lists["drawn"]) != min(rules["pools"][pool]["homes"], len(named)):
            raise ValueError(pool)
        for name, numbers in lists.items():
            places |= {(number, pool): Place(FATES[name], n, None) for n, number in enumerate(numbers, 1)}
    return sha(draw.imported.result), places


def _lists(ordered: list[Entrant], homes: dict[str, Any]) -> dict[str, list[Entrant]]:
    drawn: set[Entrant] = set()
    for group, reserved in homes["reserved"]:
        drawn.update([one for one in ordered if one.group == group and one not in drawn][:reserved])
    drawn.update([one for one in ordered if one not in drawn][: homes["homes"] - len(drawn)])
    rest = [one for one in ordered if one not in drawn]
    cut = homes["substitutes"]
    return {"drawn": [one for one in ordered if one in drawn], "substitutes": rest[:cut], "others": rest[cut:]}
