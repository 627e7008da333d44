"""The table at which families choose, and whoever is next: in the order of the draw, once."""

import re
from pathlib import Path
from typing import Any

from chassis.errors import CommandRefused
from tests.console.unit.made import Desk
from tests.support.console_views import NoBus
from tests.support.families import an_application_number

PATH = "/projects/P-1/choosing"
FIRST, SECOND = an_application_number(), an_application_number()
CALL = {"call-next.pool": "two-rooms", "call-next.slot_from": "2026-12-10T09:00", "call-next.reason": "递补"}


def a_pool(next_one: str | None, **changed: Any) -> dict[str, Any]:
    first = {"application": FIRST, "fate": "drawn", "place": 1, "state": "home_chosen", "home": "P-1-0001"}
    second = {"application": SECOND, "fate": "substitute", "place": 1, "state": "substitute", "home": None}
    families = [{**first, "slot_from": "2026-12-01T01:00:00+00:00"}, {**second, "slot_from": None}]
    return {"pools": {"two-rooms": {"free": ["P-1-0002"], "next": next_one, "families": families, **changed}}}


def a_desk(folder: Path, **answers: Any) -> Desk:
    return Desk(folder, NoBus(answers=answers))


async def test_everybody_stands_in_the_order_of_the_draw_with_their_homes(tmp_path: Path) -> None:
    async with a_desk(tmp_path, **{"show-choosing": a_pool(SECOND)}).unit as unit:
        page = (await unit.get(PATH)).text
    assert page.index(f"/families/{FIRST}") < page.index(f"/families/{SECOND}")
    for said in ("P-1-0002", "2026-12-01 09:00", "候补 1"):
        assert said in page, said


async def test_whoever_is_next_is_called_and_a_second_press_calls_nobody_else(tmp_path: Path) -> None:
    desk = a_desk(tmp_path, **{"show-choosing": a_pool(SECOND), "call-next": {}})
    async with desk.unit as unit:
        seen = re.findall(r'name="seen" value="([^"]*)"', (await unit.get(PATH)).text)[0]
        assert (await unit.post(f"{PATH}/call-next", data={**CALL, "seen": seen})).status_code == 303
        desk.bus.answers["show-choosing"] = a_pool(FIRST, free=[])
        assert (await unit.post(f"{PATH}/call-next", data={**CALL, "seen": seen})).status_code == 409
    called = [request for _, verb, request in desk.bus.sent if verb == "call-next"]
    said = {"project": "P-1", "pool": "two-rooms", "slot_from": "2026-12-10T09:00:00+08:00", "reason": "递补"}
    assert called == [{**said, "by": "孙项目"}]


async def test_nobody_is_offered_who_cannot_be_called(tmp_path: Path) -> None:
    async with a_desk(tmp_path, **{"show-choosing": a_pool(None)}).unit as unit:
        assert "call-next" not in (await unit.get(PATH)).text


async def test_where_nobody_chooses_it_is_said(tmp_path: Path) -> None:
    refused = CommandRefused(409, "not possible in this state", "no choosing is open in this project")
    desk = Desk(tmp_path, NoBus(refusals={"show-choosing": refused}))
    async with desk.unit as unit:
        reply = await unit.get(f"{PATH}?lang=en")
        assert (reply.status_code, "No choosing is open" in reply.text) == (200, True)
        desk.bus.refusals["show-choosing"] = CommandRefused(404, "no such project", "look")
        assert (await unit.get(PATH)).status_code == 404
        del desk.bus.refusals["show-choosing"]
        assert (await unit.get(PATH)).status_code == 503
