"""One family from the pool to the keys: what is possible now is offered, and its names are a look that is recorded."""

import re
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from console.who import Role

from chassis.errors import CommandRefused
from tests.console.unit.made import Desk, announced, approved
from tests.console.unit.told import NAME, OVER, SLOT, a_family
from tests.support.console_views import NoBus

IN_SLOT, LATER = SLOT + timedelta(minutes=1), OVER


def a_desk(folder: Path, step: str, at: datetime = IN_SLOT, **more: Any) -> tuple[Desk, str]:
    number, log = a_family(step)
    project, homes = announced()
    return Desk(
        folder, NoBus(log, projects={"P-1": approved(project)}, homes=homes, **more), at
    ), f"/families/{number}"


def forms(page: str) -> list[str]:
    return re.findall(r'action="/families/[0-9A-Z-]+/([a-z-]+)"', page)


def seen(page: str) -> str:
    return re.findall(r'name="seen" value="([^"]*)"', page)[0]


@pytest.mark.parametrize(
    ("step", "at", "possible"),
    [
        ("in the pool", IN_SLOT, ["register"]),
        ("asked", IN_SLOT, ["pay"]),
        ("drawn", IN_SLOT, []),
        ("called", SLOT - timedelta(hours=1), ["decline-choice"]),
        ("called", IN_SLOT, ["choose", "decline-choice"]),
        ("called", LATER, ["choose", "decline-choice", "miss-choice"]),
        ("chosen", IN_SLOT, ["sign-contract"]),
        ("signed", IN_SLOT, ["pay", "hand-over"]),
        ("settled", IN_SLOT, ["hand-over"]),
    ],
)
async def test_only_what_is_possible_now_is_offered(
    tmp_path: Path, step: str, at: datetime, possible: list[str]
) -> None:
    desk, path = a_desk(tmp_path, step, at)
    async with desk.unit as unit:
        page = (await unit.get(path)).text
    assert [verb for verb in forms(page) if verb != "names"] == possible
    assert NAME not in page


async def test_a_home_is_chosen_among_those_that_are_free_with_their_prices(tmp_path: Path) -> None:
    desk, path = a_desk(tmp_path, "called", answers={"choose": {}})
    async with desk.unit as unit:
        page = (await unit.get(path)).text
        assert re.findall(r'<option value="(P-1-\d+)"', page) == ["P-1-0001", "P-1-0002"]
        assert "221382.00" in page
        reply = await unit.post(f"{path}/choose", data={"choose.home": "P-1-0002", "seen": seen(page)})
    assert reply.status_code == 303
    number = path.rpartition("/")[2]
    sent = {"application": number, "home": "P-1-0002", "by": "孙项目"}
    assert desk.bus.sent == [("allocation", "choose", sent)]


@pytest.mark.parametrize(("language", "words"), [("zh", "请另选一套"), ("en", "choose another one")])
async def test_who_comes_second_is_told_at_the_field(tmp_path: Path, language: str, words: str) -> None:
    refused = CommandRefused(409, "not possible in this state", "home P-1-0002 is taken; left: P-1-0001")
    desk, path = a_desk(tmp_path, "called", refusals={"choose": refused})
    async with desk.unit as unit:
        page = (await unit.get(f"{path}?lang={language}")).text
        reply = await unit.post(f"{path}/choose", data={"choose.home": "P-1-0002", "seen": seen(page)})
    assert reply.status_code == 409
    assert 'href="#choose.home"' in reply.text
    assert words in reply.text
    assert "P-1-0001" in reply.text


async def test_what_is_due_stands_in_the_form_of_a_payment(tmp_path: Path) -> None:
    for step, due in (("asked", "20000.00"), ("signed", "201382.00")):
        (tmp_path / step).mkdir()
        desk, path = a_desk(tmp_path / step, step)
        async with desk.unit as unit:
            assert f'name="pay.amount" type="text" value="{due}"' in (await unit.get(path)).text


async def test_what_is_missing_before_the_keys_is_said(tmp_path: Path) -> None:
    desk, path = a_desk(tmp_path, "refused")
    async with desk.unit as unit:
        page = (await unit.get(f"{path}?lang=en")).text
    assert "a balance is due" in page
    assert "a rental home is still kept" in page


@pytest.mark.parametrize(
    ("step", "words"),
    [
        ("asked again", ("all are asked again",)),
        ("declined", ("20000.00 yuan given back", "declined", "0.00 yuan held now")),
        ("kept", ("1.00 yuan, reference R7", "another amount than was asked", "20000.00 yuan asked")),
    ],
)
async def test_what_became_of_it_is_said(tmp_path: Path, step: str, words: tuple[str, ...]) -> None:
    desk, path = a_desk(tmp_path, step)
    async with desk.unit as unit:
        page = (await unit.get(f"{path}?lang=en")).text
    for said in words:
        assert said in page, said


async def test_names_are_shown_once_the_look_is_on_record_and_never_before(tmp_path: Path) -> None:
    desk, path = a_desk(tmp_path, "called")
    async with desk.unit as unit:
        shown = await unit.post(f"{path}/names")
        assert NAME in shown.text
        [look] = desk.stage.looks
        assert (look.by, look.role, look.reason, look.what) == ("孙项目", "project-unit", "give-home", "names")
        desk.stage.bus_is_away = True
        assert NAME not in (reply := await unit.post(f"{path}/names")).text
        assert reply.status_code == 503


async def test_the_unit_sees_no_page_of_a_case_and_no_whole_identity_number(tmp_path: Path) -> None:
    desk, path = a_desk(tmp_path, "called")
    number = path.rpartition("/")[2]
    async with desk.unit as unit:
        for method, other in (("GET", f"/cases/{number}"), ("POST", f"/cases/{number}/open"), ("GET", "/cases")):
            assert (await unit.request(method, other, data={"reason": "give-home"})).status_code == 403
        page = (await unit.post(f"{path}/names")).text
    assert re.findall(r"\b[0-9]{17}[0-9X]\b", page) == []
    assert re.search(r"1503\*{10}[0-9X]{4}", page)


async def test_with_both_roles_the_reason_of_the_unit_opens_no_whole_case(tmp_path: Path) -> None:
    desk, path = a_desk(tmp_path, "called")
    number = path.rpartition("/")[2]
    async with desk.stage.browser(Role.OFFICER, Role.PROJECT_UNIT) as both:
        reply = await both.post(f"/cases/{number}/open", data={"reason": "give-home"})
    assert (reply.status_code, desk.stage.looks) == (422, [])


async def test_an_officer_is_led_to_what_the_bureau_decides(tmp_path: Path) -> None:
    desk, path = a_desk(tmp_path, "called", LATER)
    async with desk.stage.browser(Role.OFFICER) as officer:
        page = (await officer.get(path)).text
        assert "show-names" not in page, "an officer has the page of the case"
        assert f'href="/cases/{path.rpartition("/")[2]}/after-pool"' in page
        assert (await officer.get("/families/none")).status_code == 404


async def test_families_are_listed_by_number_and_found_by_it(tmp_path: Path) -> None:
    desk, path = a_desk(tmp_path, "chosen")
    number = path.rpartition("/")[2]
    async with desk.unit as unit:
        assert path in (await unit.get("/families")).text
        found = await unit.post("/families", data={"application": number.lower()})
        assert found.headers["location"] == path
        wrong = await unit.post("/families", data={"application": "150303198503120018"})
    assert wrong.status_code == 422
    assert "150303198503120018" not in wrong.text
