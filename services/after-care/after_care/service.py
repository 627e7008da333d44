"""after-care: exits, buy-backs and owners of homes that families chose or live in."""

from after_care.buy_backs import ABOUT_HOME, VERIFY_PROPERTY
from after_care.commands import commands
from after_care.desk import Desk
from after_care.homes import CLOSED_MANAGEMENT
from chassis.process.permissions import writing
from chassis.process.service import Context, Parts, Service
from chassis.process.settings import Settings
from contracts.events import (
    BuyBackAccepted,
    BuyBackAsked,
    BuyBackConditionShown,
    BuyBackOffered,
    BuyBackPaid,
    BuyBackRefused,
    EnforcementHandedOver,
    ExitConfirmed,
    ExitDropped,
    ExitProposed,
    OwnersChanged,
)
from procedures.registry import PROCEDURES
from procedures.working_days import Calendar

NAME = "after-care"
OF_CASES = writing(
    ExitProposed,
    ExitDropped,
    ExitConfirmed,
    BuyBackAsked,
    BuyBackConditionShown,
    BuyBackRefused,
    BuyBackOffered,
    BuyBackAccepted,
    BuyBackPaid,
    EnforcementHandedOver,
    OwnersChanged,
)


def build(context: Context, settings: Settings) -> Parts:
    return Parts(commands=commands(Desk(context, Calendar.load(settings.calendar_file), PROCEDURES)))


SERVICE = Service(
    NAME,
    (),
    build,
    writes=(*OF_CASES, "home.>", "claim.bank.*"),
    calls=(f"{VERIFY_PROPERTY}.{ABOUT_HOME}",),
    asked_by=((CLOSED_MANAGEMENT, "real-estate"),),
)
