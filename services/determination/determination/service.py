"""determination: gathers the answers of a round into one finding a rule, and takes an officer's word on it."""

from chassis.consume.decision_handler import CaseDecider, deciding, follow
from chassis.log.durables import Durable
from chassis.process.keys import read_key
from chassis.process.permissions import writing
from chassis.process.service import Context, Listen, Parts, Service
from chassis.process.settings import Settings
from contracts.events import (
    AlsoAnswered,
    AnsweredByHand,
    ApplicationWithdrawn,
    DepartmentAnswered,
    DepartmentOverdue,
    DeterminationConfirmed,
    DeterminationMade,
    HandedToOfficer,
    ReverificationOpened,
)
from determination.commands import commands
from determination.sweep import INDEX, sweep
from evidence.own_bans import OwnBans
from procedures.registry import PROCEDURES

NAME = "determination"
DURABLE = Durable(NAME, (DepartmentAnswered, AnsweredByHand, AlsoAnswered, DepartmentOverdue, ApplicationWithdrawn))
"""Everything that can change what is determined while a round is open."""


def build(context: Context, settings: Settings) -> Parts:
    decider = CaseDecider(context.journal)
    own_bans = OwnBans(read_key(settings.keys_dir, "ban"), context.journal.history)
    return Parts(
        listens=(
            Listen(DURABLE, deciding(decider, PROCEDURES.decide), arrived=follow(context.journal, PROCEDURES.decide)),
        ),
        commands=commands(context, PROCEDURES, own_bans),
        indexes=(sweep(decider, PROCEDURES.decide, settings.open_cases_every, context.clock),),
    )


WRITES = writing(DeterminationMade, HandedToOfficer, DeterminationConfirmed, ReverificationOpened)
SERVICE = Service(NAME, (DURABLE, INDEX), build, writes=WRITES, calls=("intake.hold",), keys=("ban",))
