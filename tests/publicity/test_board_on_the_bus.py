"""The public list over a real bus, and without it: what was read last, said to be so, and nothing lost."""

from publicity.service import board_of

from chassis.log.journal import Journal
from tests.publicity.boards import browser
from tests.publicity.test_objectors_on_the_bus import listed
from tests.support.families import an_application_number
from tests.support.real_bus import RealBus
from tests.support.waiting import until


async def test_while_the_bus_is_away_the_list_is_shown_as_of_then_and_it_comes_back_by_itself(
    real_bus: RealBus, journal: Journal
) -> None:
    async with listed(real_bus, journal) as (service, number), browser(board_of(service).app) as visitor:
        objection, connected = f"/entries/{number}/objection", service.context.nc
        assert "可能不完整" not in (await visitor.get("/")).text
        await real_bus.server.stop()
        await until(lambda: not connected.is_connected)
        for path in ("/", "/projects/HN-2026-01", f"/entries/{number}"):
            page = await visitor.get(path)
            assert page.status_code == 200
            assert "暂时连接不上记录" in page.text
            assert "截至" in page.text
        unknown = await visitor.get(f"/entries/{an_application_number()}")
        assert unknown.status_code == 503, "it may have come since"
        refused = await visitor.post(objection, data={"text": "another home"})
        assert refused.status_code == 503
        assert "another home" in refused.text

        await real_bus.server.start()
        await until(lambda: connected.is_connected, within=30)
        assert "可能不完整" not in (await visitor.get("/")).text
        assert (await visitor.post(objection, data={"text": "another home"})).status_code == 200
