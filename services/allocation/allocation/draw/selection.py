"""Who is drawn in a pool: in the order of the tickets, the reserved homes first."""

from collections.abc import Iterable
from dataclasses import dataclass

from allocation.draw.entrants import Entrant
from allocation.draw.hashes import ticket
from allocation.draw.rules import Pool


@dataclass(frozen=True)
class PoolResult:
    """Everybody of a pool, each list in the order of the tickets."""

    drawn: tuple[str, ...]
    substitutes: tuple[str, ...]
    others: tuple[str, ...]

    def lists(self) -> dict[str, list[str]]:
        """As the file has it."""
        return {"drawn": list(self.drawn), "substitutes": list(self.substitutes), "others": list(self.others)}

    def place_of(self, application: str) -> tuple[str, int, int] | None:
        """The list that somebody stands on, the place from 1, and of how many."""
        for name, applications in self.lists().items():
            if application in applications:
                return name, applications.index(application) + 1, len(applications)
        return None


def in_order(seed: str, pool: str, entrants: Iterable[Entrant]) -> list[Entrant]:
    """By ticket; two equal ones, which nobody will ever see, by application."""
    return sorted(entrants, key=lambda it: (ticket(seed, pool, it.application), it.application))


def select(pool: Pool, ordered: list[Entrant]) -> PoolResult:
    """Reserved homes that a group does not fill go to all."""
    chosen: set[str] = set()
    for group, homes in pool.reserved:
        members = [it.application for it in ordered if it.group == group and it.application not in chosen]
        chosen.update(members[:homes])
    missed = [it.application for it in ordered if it.application not in chosen]
    chosen.update(missed[: pool.homes - len(chosen)])
    rest = [it.application for it in ordered if it.application not in chosen]
    drawn = tuple(it.application for it in ordered if it.application in chosen)
    return PoolResult(drawn, tuple(rest[: pool.substitutes]), tuple(rest[pool.substitutes :]))
