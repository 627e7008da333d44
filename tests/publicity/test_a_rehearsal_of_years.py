"""A clock that a rehearsal turns: publicity is driven years ahead, and what it writes says so."""

from datetime import timedelta

from chassis.clock import TurnedClock
from chassis.log.journal import Journal
from contracts.case.states import State
from contracts.events import PoolConfirmed, PublicityOpened
from tests.publicity.listed import an_eligible_family, publicity
from tests.support.real_bus import RealBus
from tests.support.waiting import until

YEARS = timedelta(days=3 * 365)


async def test_an_entry_closes_years_ahead_and_what_is_written_says_so(real_bus: RealBus, journal: Journal) -> None:
    clock = TurnedClock(timedelta(0))

    async def confirmed() -> bool:
        return (await journal.load(number)).state is State.POOL_CONFIRMED

    async with publicity(real_bus, clock=clock, drill_publicity_seconds=None) as service:
        number = await an_eligible_family(journal)
        await until(lambda: number in service.index.entries)
        clock.ahead = YEARS
        await until(confirmed)
        assert service.clock.trouble is None, "turned on purpose: the machine's own clock did not jump"
    events = [item.event for item in await journal.history.of(number)]
    (opened,) = (event for event in events if isinstance(event, PublicityOpened))
    (pooled,) = (event for event in events if isinstance(event, PoolConfirmed))
    assert opened.drill, "nobody may take it for a real entry"
    assert pooled.at - opened.at > YEARS
    written = await journal.history.under(f"case.{number}.>")
    marks = {stored.headers["ce-type"]: stored.headers.get("ce-drill") for stored in written}
    assert marks["PublicityOpened"] == marks["PoolConfirmed"] == "turned clock"
    assert marks["ApplicationSubmitted"] is None, "what goes by the machine's clock is not marked"
