"""What is said while families choose: opened, called, chosen, declined, missed, cancelled, closed; one table."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from allocation.ceremony.results import places_of
from allocation.choosing_from import Choosing, choosing_of, draw_of, members_of
from allocation.choosing_requests import (
    CallNext,
    CancelQualification,
    Choose,
    CloseChoosing,
    Decline,
    Excuse,
    MarkMissed,
    OpenChoosing,
    ShowChoosing,
    Strike,
)
from allocation.decide import choosing as decide
from allocation.decide.order import in_order, keeps_choosing_open, next_to_call
from allocation.decide.slots import slots_for
from allocation.desk import Desk
from allocation.views import choosing_now, money_of
from chassis.commands import Command, allowed, decide_and_append, retrying
from chassis.errors import CommandRefused
from chassis.log.journal import Change, change_of
from contracts.bans import person_under
from contracts.case.case import Case
from contracts.events import Event
from contracts.projects.events import ChoosingClosed, ChoosingOpened
from evidence.streams import BANS, HOMES, PROJECTS


class ChoosingCommands:
    """The commands of one deployment's choosing."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk

    def table(self) -> tuple[Command[Any], ...]:
        return (
            Command("open-choosing", OpenChoosing, self.open),
            Command("call-next", CallNext, self.call_next),
            Command("choose", Choose, self.choose),
            Command("decline-choice", Decline, self.decline),
            Command("miss-choice", MarkMissed, self.miss),
            Command("excuse-choice", Excuse, self.excuse),
            Command("cancel-qualification", CancelQualification, self.cancel),
            Command("strike", Strike, self.strike),
            Command("close-choosing", CloseChoosing, self.close),
            Command("show-choosing", ShowChoosing, self.show),
        )

    async def open(self, request: OpenChoosing) -> dict[str, Any]:
        """Each drawn family has its slot by its place; that it is told follows from this record."""
        draw = await draw_of(self.desk, request.project, request.serial)

        async def attempt() -> dict[str, Any]:
            project = await self.desk.project(request.project)
            choosing = Choosing(project, draw, places_of(draw), await self.desk.homes_of(request.project))
            if request.begins <= self.desk.now():
                raise CommandRefused(409, "not possible in this state", "families need time to come: begin later")
            drawn = [
                (pool.name, place.place, place.admitted)
                for pool in project.state.says.pools
                for place in choosing.places_in(pool.name)
                if place.fate == "drawn"
            ]
            minutes = request.minutes or self.desk.law().choosing_minutes
            opened = ChoosingOpened(
                project=request.project,
                at=self.desk.now(),
                n=project.state.choosings + 1,
                serial=request.serial,
                where=request.where,
                slots=slots_for(drawn, request.begins, minutes, request.a_day, self.desk.calendar),
                by=request.by,
            )
            with allowed():
                await self.desk.journal.append_together(Change(PROJECTS, project, (opened,)))
            return {"project": request.project, "slots": [slot.model_dump(mode="json") for slot in opened.slots]}

        return await retrying(attempt)

    async def call_next(self, request: CallNext) -> dict[str, Any]:
        """Whoever is next by the draw: no order but this can be given."""

        async def attempt() -> dict[str, Any]:
            now = self.desk.now()
            choosing = await choosing_of(self.desk, request.project)
            members = await members_of(self.desk, choosing, choosing.in_pool(request.pool))
            free = len(decide.free_in(request.pool, choosing.homes))
            minutes = request.minutes or self.desk.law().choosing_minutes
            until = request.slot_from + timedelta(minutes=minutes)
            with allowed():
                one = next_to_call(members, free)
                event = decide.call(one.case, request.slot_from, until, free, now, request.by, request.reason)
            await self.desk.journal.append_together(change_of(one.case, event))
            return {"application": one.case.application, **event.model_dump(mode="json", exclude={"application"})}

        return await retrying(attempt)

    async def choose(self, request: Choose) -> dict[str, Any]:
        """Home and case in one batch: of two families at once one gets it, the other is told what is left."""

        async def attempt() -> dict[str, Any]:
            case = await self.desk.case(request.application)
            home = await self.desk.home(request.home)
            project = (await self.desk.project(home.state.project)).state if home.state.project else None
            homes = await self.desk.homes_of(project.name) if project else {}
            price = project.price_of(home.id, self.desk.today()) if project else None
            law, now = self.desk.law_of(case), self.desk.now()
            with allowed():
                taken, chosen = decide.choose(case, home.state, homes, price, law, now, request.by)
            _, after = await self.desk.journal.append_together(Change(HOMES, home, (taken,)), change_of(case, chosen))
            return {
                **money_of(after.state),
                "home": home.id,
                "price": str(chosen.price),
                "contract_by": str(chosen.contract_by),
            }

        return await retrying(attempt)

    async def decline(self, request: Decline) -> dict[str, Any]:
        def word(case: Case) -> Any:
            calendar, law = self.desk.calendar, self.desk.law_of(case)
            return decide.decline(case, request.reason, calendar, law, self.desk.now(), request.by)

        return await self._said(request.application, word)

    async def miss(self, request: MarkMissed) -> dict[str, Any]:
        def word(case: Case) -> Any:
            return decide.miss(case, self.desk.calendar, self.desk.law_of(case), self.desk.now(), request.by)

        return await self._said(request.application, word)

    async def excuse(self, request: Excuse) -> dict[str, Any]:
        return await self._said(
            request.application, lambda case: decide.excuse(case, request.reason, self.desk.now(), request.by)
        )

    async def strike(self, request: Strike) -> dict[str, Any]:
        return await self._said(
            request.application, lambda case: decide.strike(case, request.reason, self.desk.now(), request.by)
        )

    async def _said(self, application: str, word: Callable[[Case], Any]) -> dict[str, Any]:
        def said(case: Case) -> tuple[Event, ...]:
            return (word(case),)

        case, events = await decide_and_append(self.desk.journal, application, said)
        return {**money_of(case), "said": events[0].model_dump(mode="json", exclude={"application"})}

    async def cancel(self, request: CancelQualification) -> dict[str, Any]:
        """The case and the ban in one batch: there is no cancelled family without its ban."""

        async def attempt() -> dict[str, Any]:
            case = await self.desk.case(request.application)
            assert case.form is not None
            person = person_under(self.desk.ban_key, case.form.applicant.id_number)
            bans = await self.desk.journal.history.read(BANS, person)
            law, now = self.desk.law_of(case), self.desk.now()
            with allowed():
                cancelled, imposed = decide.cancel(case, bans.state, law, request.reason, now, request.by)
            ban, after = Change(BANS, bans, (imposed,)), change_of(case, cancelled)
            await self.desk.journal.append_together(after, ban)
            return {"application": case.application, "ban_until": imposed.until.isoformat()}

        return await retrying(attempt)

    async def close(self, request: CloseChoosing) -> dict[str, Any]:
        """Whoever was not called comes back to the pool; that follows from this record."""

        async def attempt() -> dict[str, Any]:
            choosing = await choosing_of(self.desk, request.project)
            for pool in choosing.project.state.says.pools:
                members = await members_of(self.desk, choosing, choosing.in_pool(pool.name))
                if why := keeps_choosing_open(members, len(decide.free_in(pool.name, choosing.homes))):
                    raise CommandRefused(409, "not possible in this state", f"pool {pool.name}: {why}")
            n = choosing.project.state.choosings
            closed = ChoosingClosed(project=request.project, at=self.desk.now(), n=n, by=request.by)
            await self.desk.journal.append_together(Change(PROJECTS, choosing.project, (closed,)))
            return {"project": request.project, "closed": True}

        return await retrying(attempt)

    async def show(self, request: ShowChoosing) -> dict[str, Any]:
        choosing = await choosing_of(self.desk, request.project)
        pools = {}
        for pool in choosing.project.state.says.pools:
            members = await members_of(self.desk, choosing, choosing.in_pool(pool.name))
            pools[pool.name] = choosing_now(in_order(members), decide.free_in(pool.name, choosing.homes))
        return {"project": request.project, "pools": pools}
