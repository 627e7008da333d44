"""Worlds: where those of the examples are, and what the families of one do after they have applied."""

from dataclasses import dataclass
from pathlib import Path

from contracts.text_file import read_toml


def worlds() -> Path:
    """The example worlds that ship with the distribution: data beside our packages, nothing that is imported."""
    return Path(__file__).parents[2] / "examples" / "worlds"


@dataclass(frozen=True)
class Visit:
    """A family comes back to the counter and withdraws."""

    file: str
    reason: str


def read_visits(world: Path) -> tuple[Visit, ...]:
    """The `visits.toml` of a world; none if it has none. Raises ValueError naming what is missing."""
    path = world / "visits.toml"
    if not path.is_file():
        return ()
    table = read_toml(path)
    visits = []
    for n, entry in enumerate(table.get("withdraw", [])):
        if "file" not in entry:
            raise ValueError(f"visits.toml: withdraw {n + 1} has no file")
        visits.append(Visit(entry["file"], entry.get("reason", "at the family's wish")))
    return tuple(visits)
