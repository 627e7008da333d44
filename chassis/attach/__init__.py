"""The ways a department is reached. All give the same bytes to `chassis.reading`, and so the same event."""

from typing import Protocol

from contracts.departments import Question


class Unreachable(Exception):
    """The department did not answer this time: nobody there, no answer in time, or a transport fault."""


class TooMuch(Exception):
    """The answer is larger than any answer may be; its bytes were not kept."""


class Attachment(Protocol):
    """Asks one department; returns the bytes it answered. Raises Unreachable or TooMuch."""

    async def ask(self, question: Question, timeout: float) -> bytes: ...

    async def close(self) -> None: ...
