"""A case of four hundred events is one page like any other: drawn whole, its newest events listed, all on request."""

import re
from datetime import timedelta
from pathlib import Path

from console.who import Role

from chassis.log.stored import Stored
from contracts.events import EVENTS, NoticeFailed
from tests.contracts.examples import ACCEPTED, AT, NUMBER, SUBMITTED
from tests.support.console import Stage
from tests.support.console_views import NoBus, views_in

FAILED = NoticeFailed(application=NUMBER, at=AT, cause="accepted", channel="sms", n=1, notice_id="N1", reason="away")


def a_log(many: int) -> tuple[Stored, ...]:
    failures = (FAILED.model_copy(update={"n": n, "at": AT + n * timedelta(hours=1)}) for n in range(1, many - 1))
    return tuple(
        Stored(EVENTS.subject_of(event), n, event.at, {"ce-type": type(event).__name__}, EVENTS.write(event))
        for n, event in enumerate((SUBMITTED, ACCEPTED, *failures), start=1)
    )


async def test_it_is_drawn_whole_and_lists_the_newest_until_all_are_asked_for(tmp_path: Path) -> None:
    (tmp_path / "views").mkdir()
    clock = Stage(tmp_path).clock
    stage = Stage(tmp_path, more={"views": views_in(tmp_path / "views", clock, NoBus(a_log(400)))}, clock=clock)
    async with stage.browser(Role.OFFICER) as browser:
        page = (await browser.get(f"/cases/{NUMBER}")).text
        assert 20 < page.count('class="mark retry"') < 100
        counted = [int(n) for n in re.findall(r"<title>(\d+) × ", page)]
        alone = page.count('class="mark retry"') - len(counted) - 1
        assert sum(counted) + alone == 398, "with one in the legend"
        assert (page.count('id="record-'), 'id="all-events"' in page) == (60, True)
        whole = (await browser.get(f"/cases/{NUMBER}", params={"all": "yes"})).text
        assert (whole.count('id="record-'), 'id="all-events"' in whole) == (400, False)
