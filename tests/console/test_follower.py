"""On a real bus the projection follows the log, says when the bus is away, and is rebuilt equal."""

import asyncio
import contextlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from console.projection.cases import by_state
from console.projection.follower import Follower
from console.projection.store import Projection

from chassis.clock import WALL
from chassis.log.history import History
from chassis.log.journal import Journal
from tests.console.log_of_a_day import everything
from tests.support.families import accepted, an_application_number, answered, submitted
from tests.support.real_bus import RealBus
from tests.support.waiting import until


@asynccontextmanager
async def following(bus: RealBus, file: Path) -> AsyncIterator[Follower]:
    history = History(await bus.connect(), "CASES")
    await history.start()
    follower = Follower(Projection(file), history, WALL, rest=0.05)
    task = asyncio.ensure_future(follower.run())
    try:
        yield follower
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
        follower.projection.close()


async def test_it_follows_and_is_rebuilt_equal(real_bus: RealBus, journal: Journal, tmp_path: Path) -> None:
    first, second = an_application_number(), an_application_number()
    await journal.once(submitted(first), accepted(first))
    async with following(real_bus, tmp_path / "one.sqlite") as follower:
        await until(lambda: by_state(follower.projection) == {"verifying": 1})
        await journal.once(answered(first, "tax"))
        last = await journal.once(submitted(second))
        await until(lambda: follower.as_of.place.sequence == last)
        before = everything(follower.projection)
        follower.rebuild()
        await until(lambda: follower.as_of.is_reading or follower.projection.place.sequence == 0)
        await until(lambda: follower.as_of.place.sequence == last and not follower.as_of.is_reading)
        assert everything(follower.projection) == before
    async with following(real_bus, tmp_path / "one.sqlite") as again:
        await until(lambda: not again.as_of.is_reading)
        assert everything(again.projection) == before


async def test_a_file_of_another_log_is_made_anew(real_bus: RealBus, journal: Journal, tmp_path: Path) -> None:
    number = an_application_number()
    last = await journal.once(submitted(number))
    file = Projection(tmp_path / "other.sqlite")
    file.db.execute("UPDATE place SET sequence = ?, at = '2020-01-01T00:00:00+00:00'", (last,))
    file.db.execute("INSERT INTO events VALUES (1, 1, 1, 'x', 'y')")
    file.db.commit()
    file.close()
    async with following(real_bus, tmp_path / "other.sqlite") as follower:
        await until(lambda: by_state(follower.projection) == {"submitted": 1})
        assert [row[3] for row in everything(follower.projection)["events"]] == ["ApplicationSubmitted"]


async def test_it_says_that_the_bus_is_away_and_goes_on_by_itself(
    real_bus: RealBus, journal: Journal, tmp_path: Path
) -> None:
    await journal.once(submitted(an_application_number()))
    async with following(real_bus, tmp_path / "away.sqlite") as follower:
        await until(lambda: not follower.as_of.is_reading)
        await real_bus.server.stop()
        await until(lambda: follower.as_of.away, within=15)
        assert by_state(follower.projection) == {"submitted": 1}
        await real_bus.server.start()
        await until(lambda: not follower.as_of.away, within=15)
