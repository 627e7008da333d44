"""What officers, owners and project unit say to after-care; one table."""

from typing import Any

from after_care.buy_backs import BuyBackCommands
from after_care.desk import Desk
from after_care.exits import ExitCommands
from after_care.homes import HomeCommands
from chassis.commands import Command


def commands(desk: Desk) -> tuple[Command[Any], ...]:
    return (*ExitCommands(desk).table(), *BuyBackCommands(desk).table(), *HomeCommands(desk).table())
