"""What every command of allocation rests on: the log, the clock, the calendar and the policy in force."""

from dataclasses import dataclass

from chassis.log.journal import Journal
from chassis.process.service import Context
from procedures.procedure import Procedures
from procedures.working_days import Calendar


@dataclass(frozen=True)
class Desk:
    """One deployment's."""

    context: Context
    calendar: Calendar
    procedures: Procedures
    ban_key: bytes
    """Finds the bans of a person (contracts/bans.py)."""

    @property
    def journal(self) -> Journal:
        return self.context.journal
