"""The ways a department is reached. All give the same bytes to `inquiry.verify_answer`, and so the same event."""

from typing import Protocol

from contracts.inquiries import DepartmentNotice
from inquiry.questions import Sent

SIGNATURE_HEADER = "Lianshen-Signature"
"""Carries our signature of a question: a JWS detached from the question's bytes (RFC 7515, appendix F)."""


class NotAnswered(Exception):
    """A department was asked, and gave no answer. `what` is the status or error code, or one word for what happened:
    nobody · unreachable · slow · broken off · certificate · our certificate · token file."""

    def __init__(self, words: str, what: str = "") -> None:
        super().__init__(words)
        self.what = what


class Unreachable(NotAnswered):
    """The department did not answer this time: nobody there, no answer in time, or a transport fault."""


class Declined(NotAnswered):
    """The department is there, and says of this question that it has no answer: a 400, an error code of the bus."""


class TooMuch(NotAnswered):
    """The answer is larger than any answer may be; its bytes were not kept."""


class Attachment(Protocol):
    """One department: asked, or told something it need not reply to."""

    @property
    def address(self) -> str:
        """Where it is asked, for a person to read: no token, no password, and nothing of any question."""
        ...

    async def ask(self, sent: Sent, timeout: float) -> bytes:
        """The bytes it answered. Raises Unreachable, Declined or TooMuch."""
        ...

    async def tell(self, notice: DepartmentNotice) -> None:
        """Once, and not again where it is not heard."""
        ...

    async def close(self) -> None: ...
