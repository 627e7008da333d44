"""A case's dossier as a file: the look is on record first, and nobody else's hands are on it."""

import base64
import gzip
from pathlib import Path

import pytest
from console.who import Role

from tests.console.log_of_a_day import the_cases, the_log
from tests.support.console import Stage
from tests.support.console_views import NoBus, views_in

NUMBER = next(iter(the_cases()))
SEALED = b'{\n "format": "lianshen-dossier/1"\n}\n'
PRESSED = {"dossier": "yes"}


@pytest.fixture
def bus() -> NoBus:
    return NoBus(the_log(), answers={"dossier": {"gzip": base64.b64encode(gzip.compress(SEALED)).decode()}})


@pytest.fixture
def stage(tmp_path: Path, bus: NoBus) -> Stage:
    (tmp_path / "views").mkdir()
    clock = Stage(tmp_path).clock
    return Stage(tmp_path, more={"views": views_in(tmp_path / "views", clock, bus)}, clock=clock)


async def test_one_click_after_its_look_is_on_record(stage: Stage, bus: NoBus) -> None:
    async with stage.browser(Role.OFFICER, name="王审核") as officer:
        page = (await officer.get(f"/cases/{NUMBER}")).text
        assert ('id="dossier"' in page, 'value="export"' in page) == (True, False)
        reply = await officer.post(f"/cases/{NUMBER}/dossier", data=PRESSED)
    assert (reply.status_code, reply.content) == (200, SEALED)
    assert reply.headers["content-disposition"] == f'attachment; filename="{NUMBER}.dossier.json"'
    (look,) = stage.looks
    assert (look.by, look.reason, look.what) == ("王审核", "export", "case")
    assert bus.sent == [("archive", "dossier", {"application": NUMBER})]


async def test_without_a_record_of_the_look_nothing_is_asked_for(stage: Stage, bus: NoBus) -> None:
    stage.bus_is_away = True
    async with stage.browser(Role.HEAD) as head:
        reply = await head.post(f"/cases/{NUMBER}/dossier", data=PRESSED)
    assert (reply.status_code, bus.sent) == (503, [])


async def test_what_the_archive_refuses_is_said_on_the_page(stage: Stage, bus: NoBus) -> None:
    bus.answers.clear()
    async with stage.browser(Role.OFFICER) as officer:
        reply = await officer.post(f"/cases/{NUMBER}/dossier", data=PRESSED)
    assert (reply.status_code, 'href="#dossier"' in reply.text) == (503, True)


@pytest.mark.parametrize("role", [Role.VIEWER, Role.CLERK, Role.OPERATIONS])
async def test_others_are_offered_none_and_get_none(stage: Stage, bus: NoBus, role: Role) -> None:
    async with stage.browser(role) as browser:
        assert 'id="dossier"' not in (await browser.get(f"/cases/{NUMBER}")).text
        assert (await browser.post(f"/cases/{NUMBER}/dossier", data=PRESSED)).status_code == 403
    assert bus.sent == []
