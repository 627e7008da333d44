"""The frozen list: who takes part in which pool, one line each in the order of their bytes."""

import re
from collections.abc import Collection, Iterable
from dataclasses import dataclass

from allocation.draw.documents import ENTRANTS
from allocation.draw.faults import need
from allocation.draw.rules import Rules

NO_GROUP = "none"
_LINES = re.compile(rb"(?:[ -~]+\n)*")


@dataclass(frozen=True)
class Entrant:
    """A draw number in a pool, with the group for which the pool reserves homes, else `none`."""

    application: str
    pool: str
    group: str = NO_GROUP

    @property
    def line(self) -> str:
        return f"{self.application},{self.pool},{self.group}"


def write_entrants(entrants: Iterable[Entrant], rules: Rules) -> bytes:
    """The file. Raises DoesNotHold, and ValueError for a group that would tell more than the draw needs."""
    found = sorted(entrants, key=lambda it: it.line)
    reserved = {(pool.name, group) for pool in rules.pools for group, _ in pool.reserved}
    if any(it.group != NO_GROUP and (it.pool, it.group) not in reserved for it in found):
        raise ValueError("a group is published only where its pool reserves homes for it")
    body = "".join(f"{it.line}\n" for it in found).encode()
    need_once(read_entrants(body, rules))
    return body


def read_entrants(body: bytes, rules: Rules) -> tuple[Entrant, ...]:
    """Raises DoesNotHold. That each stands there once is another check."""
    _need(_LINES.fullmatch(body) is not None, f"{ENTRANTS} is not lines of ASCII, each with one LF")
    lines = body.decode("ascii").split("\n")[:-1]
    _need(lines == sorted(lines), f"the lines of {ENTRANTS} are not in the order of their bytes")
    pools = {pool.name for pool in rules.pools}
    return tuple(_entrant(line, pools) for line in lines)


def _entrant(line: str, pools: Collection[str]) -> Entrant:
    fields = line.split(",")
    fits = len(fields) == 3 and all(fields) and fields[1] in pools
    _need(fits, f"this is not application, pool and group: {line}")
    return Entrant(*fields)


def need_once(entrants: Iterable[Entrant]) -> None:
    """Nobody stands in a pool twice, with two groups. Raises DoesNotHold."""
    seen: set[tuple[str, str]] = set()
    for it in entrants:
        need((it.application, it.pool) not in seen, "entrant-twice", f"{it.application} stands twice in {it.pool}")
        seen.add((it.application, it.pool))


def _need(holds: bool, sentence: str) -> None:
    need(holds, "bad-entrants", sentence)
