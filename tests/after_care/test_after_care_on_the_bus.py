"""From the keys to the stock on a real bus: owners change, an exit is heard, a home is bought back."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from typing import Any

import pytest
from after_care.service import NAME, build

from chassis.clock import TurnedClock
from chassis.commands import call, serve_commands, stop_commands
from chassis.errors import CommandRefused
from chassis.log.journal import Journal
from chassis.process.service import Context
from chassis.process.settings import Settings
from contracts.case.states import State
from contracts.events.after_care import BY_INSPECTION, CONDITIONS
from contracts.homes.home import Stands
from evidence.streams import HOMES
from tests.after_care.families import HOME, a_housed_family
from tests.allocation.stage import Stage
from tests.bus.wire import whole_log
from tests.support.real_bus import RealBus


class AfterCare(Stage):
    async def do(self, verb: str, **request: Any) -> dict[str, Any]:
        return await call(self.nc, NAME, verb, request)


@asynccontextmanager
async def after_care(bus: RealBus) -> AsyncIterator[AfterCare]:
    nc, clock = await bus.connect(), TurnedClock(timedelta())
    journal = Journal(nc, within=10, clock=clock)
    await journal.start()
    settings = Settings()
    served = await serve_commands(nc, NAME, build(Context(settings, nc, journal), settings).commands)
    try:
        yield AfterCare(nc, journal, clock)
    finally:
        await stop_commands([served])
        await journal.stop()


async def test_a_home_comes_back_to_stock_and_its_file_tells_all_of_it(real_bus: RealBus) -> None:
    async with after_care(real_bus) as stage:
        number = await a_housed_family(stage.journal)
        of = {"application": number, "by": "officer 1"}
        await stage.do("change-owners", **of, cause="divorce", document="decree 7 of 2026-11-30")
        said = await stage.do("propose-exit", **of, ground="31(5)", reason="the family asks for it")
        assert said["state"] == "exit_proposed"
        with pytest.raises(CommandRefused, match="heard until"):
            await stage.do("confirm-exit", **of, reason="heard")
        stage.turn(20)
        assert (await stage.do("confirm-exit", **of, reason="heard"))["state"] == "exited"
        await stage.do("hand-to-court", **of, file_number="(2027) 1")
        await stage.do("ask-buy-back", **of)
        with pytest.raises(CommandRefused, match="project unit"):
            await stage.do("show-condition", **of, condition="fees_paid", met=True, document="p")
        with pytest.raises(CommandRefused, match="not shown yet: loan"):
            await stage.do("decide-buy-back", **of, reason="r")
        for condition in CONDITIONS:
            verb = "inspect" if condition in BY_INSPECTION else "show-condition"
            await stage.do(verb, **of, condition=condition, met=True, document="paper 1")
        price = (await stage.do("decide-buy-back", **of, reason="all met"))["offer"]["price"]
        await stage.do("accept-buy-back", **of)
        before = len(await whole_log(stage.journal))
        with pytest.raises(CommandRefused, match="another amount"):
            await stage.do("pay-buy-back", **of, amount="1.00", reference="B-7")
        assert len(await whole_log(stage.journal)) == before
        assert (await stage.do("pay-buy-back", **of, amount=price, reference="B-7"))["state"] == State.BOUGHT_BACK
        assert (await stage.journal.history.read(HOMES, HOME)).state.stands is Stands.IN_STOCK
        for amount, why in ((price, "nothing was changed"), ("5.00", "stands for another payment")):
            with pytest.raises(CommandRefused, match=why):
                await stage.do("pay-buy-back", **of, amount=amount, reference="B-7")
        file = await stage.do("show-home", home=HOME)
        kinds = ["HomeListed", "HomeTaken", "KeysGiven", "OwnersOfHomeChanged", "HomeBoughtBack"]
        assert [line["what"] for line in file["history"]] == kinds
        assert len(file["csv"].splitlines()) == 1 + len(kinds)
        assert (await stage.do("closed-management", home=HOME))["closed_management"] is True
        assert (await stage.do("closed-management", home="NOBODY-1"))["closed_management"] is False


async def test_damage_is_recorded_at_the_home_and_a_home_that_nobody_listed_has_no_file(real_bus: RealBus) -> None:
    async with after_care(real_bus) as stage:
        number = await a_housed_family(stage.journal)
        for what in ("damaged", "refused"):
            await stage.do("record-repair", home=HOME, what=what, reason="a wall", by="unit")
        said = await stage.do("propose-exit", application=number, ground="31(4)", reason="not mended", by="officer 1")
        assert said["exit"]["ground"] == "31(4)"
        with pytest.raises(CommandRefused, match="code of the home"):
            await stage.do("show-home", home="NOBODY-1")
