"""after-care: exits, buy-backs and owners of homes that families chose or live in."""

from chassis.process.permissions import writing
from chassis.process.service import Context, Parts, Service
from chassis.process.settings import Settings
from contracts.events import (
    BuyBackAccepted,
    BuyBackAsked,
    BuyBackOffered,
    BuyBackPaid,
    BuyBackRefused,
    EnforcementHandedOver,
    ExitConfirmed,
    ExitDropped,
    ExitProposed,
    OwnersChanged,
)

NAME = "after-care"
OF_CASES = writing(
    ExitProposed,
    ExitDropped,
    ExitConfirmed,
    BuyBackAsked,
    BuyBackRefused,
    BuyBackOffered,
    BuyBackAccepted,
    BuyBackPaid,
    EnforcementHandedOver,
    OwnersChanged,
)


def build(context: Context, settings: Settings) -> Parts:
    return Parts()


SERVICE = Service(NAME, (), build, writes=(*OF_CASES, "home.>"))
