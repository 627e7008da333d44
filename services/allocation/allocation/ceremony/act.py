"""Who does a step of a ceremony, and when."""

from dataclasses import dataclass
from datetime import datetime
from typing import TypedDict


class Where(TypedDict):
    """What every event of a draw says."""

    project: str
    serial: str
    at: datetime


@dataclass(frozen=True)
class Act:
    """One step in one draw."""

    project: str
    serial: str
    by: str
    at: datetime

    @property
    def id(self) -> str:
        return f"{self.project}.{self.serial}"

    @property
    def where(self) -> Where:
        return Where(project=self.project, serial=self.serial, at=self.at)
