"""What a person is told meanwhile, now and then, where something lasts."""

from collections.abc import Callable
from dataclasses import dataclass

EVERY = 10.0
"""Seconds between two sentences; what lasts shorter needs none."""


@dataclass
class Telling:
    """`tell` is given the seconds that it has lasted."""

    tell: Callable[[float], None]
    _told: int = 0

    def after(self, seconds: float) -> None:
        if (due := int(seconds // EVERY)) > self._told:
            self._told = due
            self.tell(seconds)
