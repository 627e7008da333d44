"""What a system has to offer to be measured."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.figures import Figures
from benchmarks.install import Kit


@dataclass(frozen=True)
class Peer:
    """One system and how it is used."""

    name: str
    cases: int
    """How many cases a round has: at least ten seconds' worth."""
    setting: str
    """In a few words: how it is durable, and how much of it runs."""
    install: Callable[[Kit], dict[str, str]]
    """Fetches what is missing; returns the versions. Raises Failed."""
    run: Callable[[Kit, int], Figures]
    """One round of so many cases: start, warm up, measure, stop. Raises Failed."""
