"""The links to the other language and size of text lead to a page, also below what answers a form."""

import re
from pathlib import Path

import pytest
from console.app import ROUTES
from console.route import Route
from console.who import Role

from tests.console.log_of_a_day import the_cases, the_log
from tests.support.console import Stage, StoppedClock
from tests.support.console_views import NoBus, views_in

FORMS = [route for route in ROUTES if route.method == "POST" and route.path != "/sign-out"]
PARTS = {
    "application": next(iter(the_cases())),
    "whom": "officer",
    "turn": "reviews",
    "name": "tax",
    "department": "tax",
}
TYPED = {"reason": "supervision", "sequence": "1"}


@pytest.mark.parametrize("route", FORMS, ids=lambda route: route.path)
async def test_whatever_answers_a_form_can_be_read_in_english(tmp_path: Path, route: Route) -> None:
    clock = StoppedClock()
    (tmp_path / "views").mkdir()
    views = views_in(tmp_path / "views", clock, NoBus(the_log()))
    stage = Stage(tmp_path, more={"views": views}, clock=clock)
    async with stage.browser(*Role) as browser:
        answer = await browser.post(route.path.format(**PARTS), data=TYPED)
        for link in re.findall(r'href="([^"]+\?(?:lang|elder)=[^"]+)"', answer.text):
            assert (await browser.get(link)).status_code == 200, link


async def test_who_sets_up_an_account_stays_at_their_link(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    token = stage.console.invitations.first(stage.clock.now())
    async with stage.browser() as browser:
        answer = await browser.post("/join", data={"token": token})
    assert answer.status_code == 422
    assert f'href="/join/{token}?lang=en"' in answer.text
