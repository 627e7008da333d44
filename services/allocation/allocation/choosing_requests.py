"""What is asked while families choose, a model each."""

from typing import Annotated

from pydantic import AwareDatetime, Field

from contracts.events.allocation import Home, Pool, Serial
from contracts.events.values import Officer, Reason, SubjectToken
from contracts.model import Frozen
from contracts.numbers import ApplicationNumber
from contracts.projects.events import Title

Minutes = Annotated[int, Field(ge=1, le=480)]


class OpenChoosing(Frozen):
    """The project unit opens choosing after a published draw: order and times by place (Art. 26(5))."""

    project: SubjectToken
    serial: Serial = "1"
    begins: AwareDatetime
    minutes: Minutes | None = Field(default=None, description="a family; as the policy has it, if left out")
    a_day: Annotated[int, Field(ge=1, le=500)] = 30
    where: Title
    by: Officer


class CallNext(Frozen):
    """The project unit calls whoever is next: a family that was excused, or the next substitute."""

    project: SubjectToken
    pool: Pool
    slot_from: AwareDatetime
    minutes: Minutes | None = None
    reason: Reason
    by: Officer


class OfFamily(Frozen):
    """Something said about one family."""

    application: ApplicationNumber
    by: Officer


class Choose(OfFamily):
    """The family takes a home."""

    home: Home


class Decline(OfFamily):
    """The family came, and takes none."""

    reason: Reason


class MarkMissed(OfFamily):
    """The family did not come in its slot; it is heard before anything is cancelled."""


class Excuse(OfFamily):
    """The bureau heard the family and cancels nothing."""

    reason: Reason


class CancelQualification(OfFamily):
    """The bureau cancels the qualification; nobody may apply for a year then (Art. 32)."""

    reason: Reason


class Strike(OfFamily):
    """An objection was upheld after the list was frozen: the entry is struck, those behind move up."""

    reason: Reason


class CloseChoosing(Frozen):
    """Nobody is called any more from this draw."""

    project: SubjectToken
    by: Officer


class ShowChoosing(Frozen):
    """Asks who chose what, and what is left."""

    project: SubjectToken
