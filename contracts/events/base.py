"""What all events of a case have in common."""

from typing import ClassVar

from pydantic import AwareDatetime

from contracts.model import Frozen
from contracts.numbers import ApplicationNumber


class CaseEvent(Frozen):
    """Something that happened to one application, and when."""

    tail: ClassVar[str]
    application: ApplicationNumber
    at: AwareDatetime


def cause_of(event: CaseEvent) -> str:
    """An event's name within its case as one token: `publicity-opened-1`. Notices are sent once a cause."""
    return event.tail.format_map(event.__dict__).replace(".", "-")
