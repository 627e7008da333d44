"""What can be wrong with a draw, in the order in which it is looked for; the first one found is told."""

from typing import Final, Literal, get_args

Code = Literal[
    "missing-file",
    "not-json",
    "key-twice",
    "bad-rules",
    "not-in-manifest",
    "bad-entrants",
    "entrant-twice",
    "parties",
    "bad-secret",
    "not-committed",
    "bad-dice",
    "bad-public",
    "wrong-place",
]
CODES: Final[tuple[Code, ...]] = get_args(Code)


class DoesNotHold(ValueError):
    """A draw, or a part of one, is not as its files and rules say. No name of a party or a pool moves a cursor."""

    def __init__(self, code: Code, sentence: str) -> None:
        super().__init__(f"{code}: {sentence}")
        self.code: Code = code
        self.sentence = sentence


def need(holds: bool, code: Code, sentence: str) -> None:
    """Raises DoesNotHold."""
    if not holds:
        raise DoesNotHold(code, sentence)
