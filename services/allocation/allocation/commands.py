"""What project unit, housing bureau and bank say to allocation; one table."""

from typing import Any

from allocation.bureau.our_bans import ForTheBureau
from allocation.bureau.rental import Rental
from allocation.choosing import ChoosingCommands
from allocation.contracts import ContractCommands
from allocation.deposits import DepositCommands
from allocation.desk import Desk
from allocation.projects import ProjectCommands
from chassis.commands import Command


def commands(desk: Desk, rental: Rental) -> tuple[Command[Any], ...]:
    return (
        *ProjectCommands(desk).table(),
        *DepositCommands(desk).table(),
        *ChoosingCommands(desk).table(),
        *ContractCommands(desk, rental).table(),
        *ForTheBureau(desk).table(),
    )
