"""A department without a system: nothing is sent anywhere, its clerk looks at the list (`questions.<name>.v1`)."""

from contracts.inquiries import DepartmentNotice
from inquiry.attachments import Unreachable
from inquiry.questions import Sent


class ClerkAttachment:
    """Reached by nobody; the question waits until the clerk brings its answer."""

    @property
    def address(self) -> str:
        return "its clerk"

    async def ask(self, sent: Sent, timeout: float) -> bytes:
        raise Unreachable("its clerk answers, and is asked by nobody")

    async def tell(self, notice: DepartmentNotice) -> None:
        """The clerk's list shows reminders; what was withdrawn stands in it no more."""

    async def close(self) -> None:
        """Nothing is open."""
