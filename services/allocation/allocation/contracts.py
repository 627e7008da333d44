"""What project unit and housing bureau say from the contract to the keys; one table."""

from datetime import date
from typing import Any

from allocation.asking_again import ask_again
from allocation.bureau.rental import Rental
from allocation.contract_numbers import claim_of, is_signed, need_free
from allocation.decide.contracts import hand_over, may_hand_over, sign
from allocation.decide.freshness import older_than_days
from allocation.decide.rentals import rents_by_paper, show_rental, still_rents
from allocation.desk import Desk
from allocation.views import housed
from chassis.commands import Command, allowed, retrying
from chassis.errors import CommandRefused
from chassis.log.aggregate import Versioned
from chassis.log.journal import Change, change_of
from contracts.case.case import Case
from contracts.case.states import State
from contracts.events import HandOverRefused
from contracts.events.allocation import Document
from contracts.events.values import BanAnswer, Officer, SubjectToken
from contracts.homes.home import HomeFile
from contracts.model import Frozen
from contracts.numbers import ApplicationNumber
from evidence.streams import HOMES


class SignContract(Frozen):
    """The contract of a family for its home; the departments' answers may not be too old (Art. 26(6))."""

    application: ApplicationNumber
    number: SubjectToken
    by: Officer


class ShowRental(Frozen):
    """Whether the family left its rental home, by a paper of the bureau, where its clerk answers (Art. 20)."""

    application: ApplicationNumber
    left: bool
    document: Document
    dated: date
    by: Officer


class HandOver(Frozen):
    """The keys, if the balance came in and no rental home is kept (Art. 20, 26(6))."""

    application: ApplicationNumber
    by: Officer


class ShowContract(Frozen):
    """Asks how far a family is from the contract to the keys."""

    application: ApplicationNumber


class ContractCommands:
    """The commands of one deployment."""

    def __init__(self, desk: Desk, rental: Rental) -> None:
        self.desk = desk
        self.rental = rental

    def table(self) -> tuple[Command[Any], ...]:
        return (
            Command("sign-contract", SignContract, self.sign),
            Command("show-rental", ShowRental, self.show_rental),
            Command("hand-over", HandOver, self.hand_over),
            Command("show-contract", ShowContract, self.show),
        )

    async def sign(self, request: SignContract) -> dict[str, Any]:
        """With answers that are too old all departments are asked first; it is signed once the case is back.

        The same contract once more changes nothing.
        """

        async def attempt() -> dict[str, Any]:
            case, home = await self._with_home(request.application)
            if is_signed(case, request.number):
                return {"asked_again": False, **housed(case)}
            days = self.desk.law_of(case).contract_check_days
            if case.state is State.HOME_CHOSEN and older_than_days(case, days, self.desk.today()):
                return await ask_again(self.desk, case, f"answers older than {days} days", request.by)
            project = (await self.desk.project(str(home.state.project))).state
            with allowed():
                events = sign(case, home.state, project, request.number, self.desk.now(), request.by)
            await need_free(self.desk.journal.history, request.number, project)
            claim = claim_of(request.number, project.name, case)
            [after] = await self.desk.journal.append_together(change_of(case, *events), claims=(claim,))
            return {"asked_again": False, **housed(after.state)}

        return await retrying(attempt)

    async def show_rental(self, request: ShowRental) -> dict[str, Any]:
        """What an officer reads from a paper; the newest counts."""

        async def attempt() -> dict[str, Any]:
            case, now = await self.desk.case(request.application), self.desk.now()
            with allowed():
                event = show_rental(case, request.left, request.document, request.dated, now, request.by)
            [after] = await self.desk.journal.append_together(change_of(case, event))
            return housed(after.state)

        return await retrying(attempt)

    async def hand_over(self, request: HandOver) -> dict[str, Any]:
        """Asks the housing bureau, or reads its paper; what is missing is recorded, and the family is told."""
        case, _ = await self._with_home(request.application)
        with allowed():
            may_hand_over(case)
        answer = await self.rental.ask(case)

        async def attempt() -> dict[str, Any]:
            case, home = await self._with_home(request.application)
            renting = self._renting(case, answer)
            with allowed():
                event, keys = hand_over(case, home.state, renting, answer, self.desk.now(), request.by)
            changes: list[Change[Any, Any]] = [change_of(case, event)]
            if keys is not None:
                changes.append(Change(HOMES, home, (keys,)))
            after, *_ = await self.desk.journal.append_together(*changes)
            missing = list(event.missing) if isinstance(event, HandOverRefused) else []
            return {**housed(after.state), "missing": missing, "rental": renting}

        return await retrying(attempt)

    def _renting(self, case: Case, answer: BanAnswer | None) -> str | None:
        law, today = self.desk.law_of(case), self.desk.today()
        if answer is None:
            return rents_by_paper(case, law.contract_check_days, today)
        return still_rents(answer.answer, [person.id_number for person in case.persons], law.rental_kinds, today)

    async def show(self, request: ShowContract) -> dict[str, Any]:
        return housed(await self.desk.case(request.application))

    async def _with_home(self, application: str) -> tuple[Case, Versioned[HomeFile]]:
        case = await self.desk.case(application)
        if case.allocation.home is None:
            raise CommandRefused(409, "not possible in this state", "the family has chosen no home")
        return case, await self.desk.home(case.allocation.home)
