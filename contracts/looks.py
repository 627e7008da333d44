"""That somebody of the bureau looked at a family's data: one record an officer, case, reason and hour.

It stands on `look.<application>.<id>` in a stream of its own: an event of the case would move the sequence that
decisions rest on.
"""

import hashlib
from collections.abc import Mapping
from datetime import UTC
from enum import StrEnum
from typing import Literal

from pydantic import AwareDatetime, Field

from contracts.bilingual import Bilingual
from contracts.events.values import Officer
from contracts.inquiries import DepartmentName
from contracts.model import Frozen
from contracts.numbers import ApplicationNumber

STREAM = "LOOKS"


class LookReason(StrEnum):
    """Why a person may look; the family reads it."""

    DECIDE = "decide"
    SECOND_PERSON = "second-person"
    OBJECTION = "objection"
    ANSWER = "answer"
    ASKED = "asked"
    FAULT = "fault"
    SUPERVISION = "supervision"
    EXPORT = "export"
    GIVE_HOME = "give-home"


REASONS: Mapping[LookReason, Bilingual] = {
    LookReason.DECIDE: Bilingual("办理您的申请", "to decide on your application"),
    LookReason.SECOND_PERSON: Bilingual("复核另一位工作人员的处理", "to check what a colleague did"),
    LookReason.OBJECTION: Bilingual("处理对您公示信息的异议", "objection to your entry"),
    LookReason.ANSWER: Bilingual("为部门核对并答复", "to answer for a department"),
    LookReason.ASKED: Bilingual("您本人来电或到窗口咨询", "because you asked about it"),
    LookReason.FAULT: Bilingual("排查系统故障", "to mend a fault of the system"),
    LookReason.SUPERVISION: Bilingual("对办理工作的监督检查", "to supervise how the work is done"),
    LookReason.EXPORT: Bilingual("导出您申请的完整卷宗", "to take out the whole dossier of your application"),
    LookReason.GIVE_HOME: Bilingual(
        "核对前来选房、签约、收房的人", "to know who comes to choose, sign or take the keys"
    ),
}
"""What the family reads, in both languages; no reason stands here that may not be told."""


class Look(Frozen):
    """One look. What it showed is `what`: the case, an objection and its entry, whom one department is asked about, or
    the names of the family.
    """

    application: ApplicationNumber
    at: AwareDatetime
    """The first of its hour."""
    by: Officer
    """The signed-in name; no two who work here have the same."""
    role: Literal["viewer", "clerk", "officer", "operations", "head", "project-unit"]
    """In which the person looked."""
    reason: LookReason
    what: Literal["case", "objection", "question", "names"]
    department: DepartmentName | None = Field(default=None, exclude_if=lambda name: name is None)
    """Whose question it was, and nothing else of the case."""
    drill: bool = False
    """By a clock that was turned."""

    @property
    def id(self) -> str:
        """The same for every look of this person at this case, or this question, for this reason in this hour."""
        hour = self.at.astimezone(UTC).strftime("%Y-%m-%dT%H")
        # A look at one question must not stand for a later one at the whole case.
        question = (self.department,) if self.department else ()
        parts = "\n".join((self.by, self.application, self.reason, hour, *question))
        return hashlib.sha256(parts.encode()).hexdigest()[:32]

    @property
    def subject(self) -> str:
        return f"look.{self.application}.{self.id}"


def looks_at(application: str) -> str:
    """The subjects of every look at a case."""
    return f"look.{application}.*"
