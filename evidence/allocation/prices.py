"""A3: no contract without an approved and published price, and at that price (Art. 25). Pure."""

from collections.abc import Callable, Iterator
from decimal import Decimal

from contracts.case.case import NotAllowed, Recorded
from contracts.events import ContractSigned, Event
from contracts.local_time import SHANGHAI
from contracts.projects import ProjectRecord
from contracts.projects.project import SaleProject, evolve


class Prices:
    """The projects and their approved prices, as far as the log was read."""

    def __init__(self) -> None:
        self._projects: dict[str, SaleProject] = {}

    def take(self, item: Recorded[ProjectRecord]) -> Iterator[str]:
        project = self._project(item.event.project)
        try:
            self._projects[project.name] = evolve(project, item)
        except NotAllowed as refusal:
            yield f"A3 {refusal}"

    def of_case(self, event: Event, project_of: Callable[[str], str | None]) -> Iterator[str]:
        """By the approval that the contract names: a later one changes no contract."""
        if not isinstance(event, ContractSigned):
            return
        approved = self._approved(self._project(project_of(event.home) or ""), event)
        if approved is None:
            yield f"A3 a contract for home {event.home}, of which no published approval {event.approval} is known"
        elif approved != event.price:
            yield f"A3 a contract at {event.price}; the approved price of home {event.home} is {approved}"

    def _approved(self, project: SaleProject, contract: ContractSigned) -> Decimal | None:
        approval = next((one for one in project.approvals if one.n == contract.approval), None)
        if approval is None or contract.at.astimezone(SHANGHAI).date() < approval.published_on:
            return None
        homes = project.prices[approval.determination - 1].homes
        return next((one.price for one in homes if one.home == contract.home), None)

    def _project(self, name: str) -> SaleProject:
        return self._projects.get(name, SaleProject(name))
