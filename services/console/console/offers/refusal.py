"""A sentence by which a service refuses an act, and what a person reads in its place."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Refusal:
    """A sentence of a service, the text that says it, and the field, if it is about one."""

    sentence: str
    """A regular expression; its groups fill in the text."""
    key: str
    field: str = ""
