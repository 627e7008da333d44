"""What a system has to offer to be measured."""

from collections.abc import Callable
from dataclasses import dataclass

from benchmarks.figures import Figures
from benchmarks.install import Kit

THE_REVIEW = "signed, to a department"
A_CALL = "a function call"


@dataclass(frozen=True)
class Peer:
    """One system and how it is used."""

    name: str
    cases: int
    """How many cases a round has: at least ten seconds' worth."""
    question: str
    """What a question is there: with THE_REVIEW the work is the same as ours, with A_CALL it is a fraction of it."""
    setting: str
    """In a few words: how it is durable, and how much of it runs."""
    install: Callable[[Kit], dict[str, str]]
    """Fetches what is missing; returns the versions. Raises Failed."""
    run: Callable[[Kit, int], Figures]
    """One round of so many cases: start, warm up, measure, stop. Raises Failed."""
