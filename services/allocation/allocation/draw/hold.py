"""Holds a draw: the seed from what was published and opened, and from it everybody's place."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from allocation.draw.documents import written
from allocation.draw.entrants import Entrant
from allocation.draw.hashes import draw_seed
from allocation.draw.reveal import Reveal
from allocation.draw.rules import Rules
from allocation.draw.selection import PoolResult, in_order, select


@dataclass(frozen=True)
class Draw:
    """The result by pool, in the order of the rules."""

    seed: str
    pools: Mapping[str, PoolResult]

    def to_bytes(self) -> bytes:
        """`result.json`."""
        return written({name: result.lists() for name, result in self.pools.items()})


def hold(rules: Rules, entrants: Iterable[Entrant], manifest: bytes, reveal: Reveal) -> Draw:
    """What is given was checked before; the same files always give the same draw."""
    seed = draw_seed(manifest, reveal.dice, reveal.public, reveal.secrets)
    return hold_by(seed, rules, entrants)


def hold_by(seed: str, rules: Rules, entrants: Iterable[Entrant]) -> Draw:
    """From the seed on, in which nobody chooses anything."""
    members: defaultdict[str, list[Entrant]] = defaultdict(list)
    for it in entrants:
        members[it.pool].append(it)
    return Draw(seed, {pool.name: select(pool, in_order(seed, pool.name, members[pool.name])) for pool in rules.pools})
