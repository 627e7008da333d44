"""The ways a department is reached. All give the same bytes to `chassis.reading`, and so the same event."""

from typing import Protocol

from chassis.questions import Sent
from contracts.departments import DepartmentNotice

SIGNATURE_HEADER = "Lianshen-Signature"
"""Carries our signature of a question: a JWS detached from the question's bytes (RFC 7515, appendix F)."""


class Unreachable(Exception):
    """The department did not answer this time: nobody there, no answer in time, or a transport fault."""


class Declined(Exception):
    """The department is there, and says of this question that it has no answer: a 400, an error code of the bus."""


class TooMuch(Exception):
    """The answer is larger than any answer may be; its bytes were not kept."""


class Attachment(Protocol):
    """One department: asked, or told something it need not reply to."""

    async def ask(self, sent: Sent, timeout: float) -> bytes:
        """The bytes it answered. Raises Unreachable, Declined or TooMuch."""
        ...

    async def tell(self, notice: DepartmentNotice) -> None:
        """Once, and not again where it is not heard."""
        ...

    async def close(self) -> None: ...
