"""How a scenario ends. It says nothing where all is well, or one of these."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from typing import Literal

PLAIN = re.compile(r"[A-Za-z_]{1,40}")

Word = Literal["ok", "BAD", "not run", "does not apply"]


class Bad(Exception):
    """What came back is not what the contract wants; says what came back, without persons' data.

    `advice` says what to change, where that is known better than the scenario knows it.
    """

    def __init__(self, words: str, advice: str = "") -> None:
        super().__init__(words)
        self.advice = advice


class Silence(Bad):
    """Nothing came back."""


class ErrorStatus(Bad):
    """It says of this question that it has no answer."""


class NotRun(Exception):
    """It could not be found out; says why."""


class DoesNotApply(Exception):
    """This department is never in that situation; says why."""


@dataclass(frozen=True)
class Result:
    """One scenario, how it ended, and what came back or why."""

    scenario: str
    word: Word
    detail: str = ""
    advice: str = ""
    """What to change, where it is BAD."""


def plainly(names: Collection[object]) -> str:
    """Names of fields, as far as they can be said: what is no plain word may be a person's."""
    said = sorted({name for name in names if isinstance(name, str) and PLAIN.fullmatch(name)})
    return ", ".join([*said, *(["others"] if len(said) < len(names) else [])])
