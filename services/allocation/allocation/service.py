"""allocation: announces projects, takes deposits, draws, lets families choose, and gives them their keys."""

from functools import partial

from allocation.commands import commands
from allocation.desk import Desk
from allocation.settings import AllocationSettings
from allocation.windows import run_windows
from chassis.process.keys import read_key
from chassis.process.permissions import writing
from chassis.process.service import Context, Parts, Service
from contracts.events import (
    CalledToChoose,
    ChoiceDeclined,
    ChoiceExcused,
    ChoiceMissed,
    ContractSigned,
    DepositAsked,
    DepositLapsed,
    DepositPaid,
    DepositSettled,
    DrawResult,
    EnteredInDraw,
    ExitProposed,
    HandedOver,
    HandOverRefused,
    HomeChosen,
    LimitNear,
    PaymentKept,
    PriceSettled,
    QualificationCancelled,
    StruckFromDraw,
)
from procedures.registry import PROCEDURES
from procedures.working_days import Calendar

NAME = "allocation"
OF_CASES = writing(
    DepositAsked,
    DepositLapsed,
    DepositPaid,
    PaymentKept,
    DepositSettled,
    EnteredInDraw,
    DrawResult,
    CalledToChoose,
    HomeChosen,
    ChoiceDeclined,
    ChoiceMissed,
    ChoiceExcused,
    QualificationCancelled,
    StruckFromDraw,
    ContractSigned,
    PriceSettled,
    HandOverRefused,
    HandedOver,
    LimitNear,
    ExitProposed,
)
OF_ITS_OWN = ("project.>", "draw.>", "home.>", "ban.>", "claim.bank.*")
"""Projects, draws, homes and bans stand beside the cases; a bank's reference is a claim."""


def build(context: Context, settings: AllocationSettings) -> Parts:
    calendar = Calendar.load(settings.calendar_file)
    ban_key = read_key(context.settings.keys_dir, "ban")
    desk = Desk.of(context, calendar, PROCEDURES, ban_key)
    return Parts(commands=commands(desk), background=(partial(run_windows, desk),))


SERVICE = Service(NAME, (), build, AllocationSettings, writes=(*OF_CASES, *OF_ITS_OWN), keys=("ban",))
