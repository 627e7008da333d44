"""The number of a contract is one contract's within its project, whoever of two signs first."""

import hashlib

from chassis.errors import CommandRefused
from chassis.log.history import History
from chassis.log.journal import Claim
from chassis.log.stored import recorded
from contracts.case.case import Case
from contracts.events import EVENTS, ContractSigned
from contracts.projects.project import SaleProject


def is_signed(case: Case, number: str) -> bool:
    """Whether this very contract was signed before, so that it was sent twice."""
    contract = case.allocation.contract
    return contract is not None and (contract.number, contract.home) == (number, case.allocation.home)


def claim_of(number: str, project: str, case: Case) -> Claim:
    """Held for good: a contract that ended keeps its number."""
    digest = hashlib.sha256(f"contract|{project}|{number}".encode()).hexdigest()
    return Claim(f"claim.contract.{digest[:40]}", f"{case.application} {case.allocation.home}", 0)


async def need_free(history: History, number: str, project: SaleProject) -> None:
    """Also of contracts that were signed when nobody held their numbers. Raises CommandRefused with the home of it."""
    assert project.announced is not None
    homes, since = {home.code for home in project.says.homes}, project.announced.at
    signed = (recorded(one).event for one in await history.under(EVENTS.subjects_of(ContractSigned)))
    for one in signed:
        if isinstance(one, ContractSigned) and one.number == number and one.home in homes and one.at >= since:
            raise CommandRefused(
                409, "this contract number was used before", f"it is of the contract for home {one.home}"
            )
