"""The links to the other language and size of text lead to a page, also below what answers a form."""

import re
from pathlib import Path

from console.app import ROUTES
from console.who import Role

from tests.console.log_of_a_day import the_cases, the_log
from tests.console.unit.made import announced
from tests.support.console import Stage, StoppedClock
from tests.support.console_views import NoBus, views_in

FORMS = [route for route in ROUTES if route.method == "POST" and not route.by_token and route.path != "/sign-out"]
PARTS = {
    "application": next(iter(the_cases())),
    "whom": "officer",
    "turn": "reviews",
    "name": "tax",
    "department": "tax",
    "project": "P-1",
    "serial": "1",
    "home": "X-1",
}
TYPED = {"reason": "supervision", "sequence": "1"}


async def test_whatever_answers_a_form_can_be_read_in_english(tmp_path: Path) -> None:
    clock = StoppedClock()
    (tmp_path / "views").mkdir()
    project, homes = announced()
    views = views_in(tmp_path / "views", clock, NoBus(the_log(), projects={"P-1": project}, homes=homes))
    stage = Stage(tmp_path, more={"views": views}, clock=clock)
    for n, route in enumerate(FORMS):
        # Each with an account of its own: some forms end a session.
        async with stage.browser(*Role, account=f"account-{n}", name=f"第{n}人") as browser:
            answer = await browser.post(route.path.format(**PARTS), data=TYPED)
            for link in re.findall(r'href="([^"]+\?(?:lang|elder)=[^"]+)"', answer.text):
                assert (await browser.get(link)).status_code == 200, f"{route.path}: {link}"


async def test_who_sets_up_an_account_stays_at_their_link(tmp_path: Path) -> None:
    stage = Stage(tmp_path)
    token = stage.console.invitations.first(stage.clock.now())
    async with stage.browser() as browser:
        answer = await browser.post("/join", data={"token": token})
    assert answer.status_code == 422
    assert f'href="/join/{token}?lang=en"' in answer.text
