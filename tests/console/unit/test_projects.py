"""The pages of projects: what is possible now is offered, what is wrong is said at its field, a form counts once."""

import re
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from console.who import Role

from chassis.errors import CommandRefused
from contracts.homes.home import HomeFile
from contracts.projects.project import SaleProject
from tests.allocation.announced import PER_M2
from tests.console.bureau.forms import hidden
from tests.console.unit.made import NOW, Desk, announced, approved, choosing, priced, published
from tests.support.console_views import NoBus

PRICE = {f"determine-price.per_m2.{line}": yuan for line, yuan in PER_M2.items()}
OPENED = {"open-choosing.serial": "1", "open-choosing.begins": "2026-12-10T09:00", "open-choosing.a_day": "30"}


def a_desk(folder: Path, project: SaleProject, homes: Mapping[str, HomeFile], days: int = 0, **more: Any) -> Desk:
    bus = NoBus(projects={project.name: project}, homes=dict(homes), **more)
    return Desk(folder, bus, NOW + timedelta(days=days))


def forms(page: str) -> list[str]:
    return re.findall(r'action="/projects/P-1/([a-z-]+)"', page)


def seen(page: str) -> str:
    found = re.search(r'name="seen" value="([^"]*)"', page)
    assert found, page
    return found[1]


@pytest.mark.parametrize(
    ("until", "days", "draws", "possible"),
    [
        (lambda project: project, 0, {}, ["determine-price"]),
        (priced, 0, {}, ["determine-price"]),
        (approved, 0, published(), ["determine-price", "open-choosing"]),
        (choosing, 0, published(), ["determine-price", "close-choosing"]),
        (choosing, 40, published(), ["determine-price", "close-choosing"]),
        (approved, 40, {}, ["determine-price", "close-project"]),
    ],
)
async def test_only_the_acts_that_are_possible_now_are_offered(
    tmp_path: Path, until: Callable[[SaleProject], SaleProject], days: int, draws: Any, possible: list[str]
) -> None:
    project, homes = announced()
    desk = a_desk(tmp_path, until(project), homes, days, draws=draws)
    async with desk.unit as unit:
        assert forms((await unit.get("/projects/P-1")).text) == possible


async def test_the_list_says_window_price_homes_and_draw(tmp_path: Path) -> None:
    project, homes = announced()
    desk = a_desk(tmp_path, approved(project), homes)
    async with desk.unit as unit:
        page = (await unit.get("/projects?lang=en")).text
    for said in ("P-1", "registration is open", "2940.00", "2026-11-28", "2026-12-28"):
        assert said in page, said


async def test_a_price_goes_out_as_the_command_sends_it(tmp_path: Path) -> None:
    project, homes = announced()
    desk = a_desk(tmp_path, project, homes, answers={"determine-price": {}})
    async with desk.unit as unit:
        page = (await unit.get("/projects/P-1")).text
        reply = await unit.post("/projects/P-1/determine-price", data={**PRICE, "seen": seen(page)})
    assert (reply.status_code, reply.headers["location"]) == (303, "/projects/P-1?done=determine-price")
    sent = {"project": "P-1", "per_m2": PER_M2, "by": "孙项目"}
    assert desk.bus.sent == [("allocation", "determine-price", sent)]


async def test_a_form_of_an_older_page_does_nothing(tmp_path: Path) -> None:
    project, homes = announced()
    desk = a_desk(tmp_path, project, homes, answers={"determine-price": {}})
    async with desk.unit as unit:
        older = seen((await unit.get("/projects/P-1")).text)
        desk.bus.projects["P-1"] = priced(project)
        reply = await unit.post("/projects/P-1/determine-price", data={**PRICE, "seen": older})
    assert (reply.status_code, desk.bus.sent) == (409, [])


async def test_what_closing_choosing_does_to_whom_is_said_before_it_is_done_and_anew_if_it_changed(
    tmp_path: Path,
) -> None:
    project, homes = announced()
    family = {"state": "substitute", "home": None}
    housed = {"state": "home_chosen", "home": "P-1-0001"}
    pools = {"two-rooms": {"free": ["P-1-0002"], "families": [family, family, housed], "next": None}}
    answers: dict[str, Any] = {"close-choosing": {}, "show-choosing": {"pools": pools}}
    desk = a_desk(tmp_path, choosing(project), homes, draws=published(), answers=answers)
    async with desk.unit as unit:
        page = (await unit.get("/projects/P-1")).text
        first = await unit.post("/projects/P-1/close-choosing", data={"seen": seen(page)})
        for said in ("2 户回到轮候库", "1 户已选定", "剩余房源 1 套", "意向金退还"):
            assert said in first.text, said
        pools["two-rooms"]["families"] = [family, housed]
        again = await unit.post("/projects/P-1/close-choosing", data=hidden(first.text))
        assert "1 户回到轮候库" in again.text
        assert [verb for _, verb, _ in desk.bus.sent] == ["show-choosing"] * 2
        done = await unit.post("/projects/P-1/close-choosing", data=hidden(again.text))
    assert done.status_code == 303
    assert [verb for _, verb, _ in desk.bus.sent][2:] == ["show-choosing", "close-choosing"]


@pytest.mark.parametrize("verb", ["open-choosing", "close-choosing", "close-project"])
async def test_what_is_not_possible_now_is_not_sent(tmp_path: Path, verb: str) -> None:
    project, homes = announced()
    desk = a_desk(tmp_path, project, homes, answers={verb: {}})
    async with desk.unit as unit:
        page = (await unit.get("/projects/P-1")).text
        reply = await unit.post(f"/projects/P-1/{verb}", data={"seen": seen(page), f"{verb}.goes_to": "x"})
    assert (reply.status_code, desk.bus.sent) == (409, [])


async def test_every_fault_is_said_at_its_field_and_what_was_typed_stays(tmp_path: Path) -> None:
    project, homes = announced()
    desk = a_desk(tmp_path, project, homes)
    typed = {**PRICE, "determine-price.per_m2.land": "8OO", "determine-price.per_m2.other": ""}
    async with desk.unit as unit:
        page = (await unit.get("/projects/P-1")).text
        reply = await unit.post("/projects/P-1/determine-price", data={**typed, "seen": seen(page)})
    assert (reply.status_code, desk.bus.sent) == (422, [])
    for said in ('href="#determine-price.per_m2.land"', 'href="#determine-price.per_m2.other"', 'value="8OO"'):
        assert said in reply.text, said


@pytest.mark.parametrize(("language", "words"), [("zh", "最多 140.00 元"), ("en", "at most 140.00 yuan")])
async def test_a_profit_above_the_limit_is_refused_at_its_field(tmp_path: Path, language: str, words: str) -> None:
    project, homes = announced()
    limit = "5% of the cost of 2800.00 yuan (Art. 25)"
    detail = f"a profit of 300.00 yuan per m2 is above {limit}: at most 140.00"
    refusals = {"determine-price": CommandRefused(409, "not possible in this state", detail)}
    desk = a_desk(tmp_path, project, homes, refusals=refusals)
    async with desk.unit as unit:
        page = (await unit.get(f"/projects/P-1?lang={language}")).text
        reply = await unit.post("/projects/P-1/determine-price", data={**PRICE, "seen": seen(page)})
    assert reply.status_code == 409
    assert 'href="#determine-price.per_m2.profit"' in reply.text
    assert words in reply.text


async def test_choosing_begins_at_a_time_on_the_wall_here(tmp_path: Path) -> None:
    project, homes = announced()
    desk = a_desk(tmp_path, approved(project), homes, draws=published(), answers={"open-choosing": {}})
    async with desk.unit as unit:
        page = (await unit.get("/projects/P-1")).text
        typed = {**OPENED, "open-choosing.where": "三楼大厅", "seen": seen(page)}
        assert (await unit.post("/projects/P-1/open-choosing", data=typed)).status_code == 303
    said = {"serial": "1", "begins": "2026-12-10T09:00:00+08:00", "a_day": 30, "where": "三楼大厅"}
    assert desk.bus.sent == [("allocation", "open-choosing", {"project": "P-1", **said, "by": "孙项目"})]


async def test_what_others_may_do_is_named_with_their_role(tmp_path: Path) -> None:
    project, homes = announced()
    desk = a_desk(tmp_path, project, homes)
    async with desk.stage.browser(Role.OFFICER) as officer, desk.unit as unit:
        assert (await officer.get("/projects/P-1")).status_code == 200
        assert (await unit.get("/projects/none")).status_code == 404
