"""A case of four hundred events is one page like any other: its newest are drawn and listed, all on request."""

import re
from datetime import timedelta
from pathlib import Path

from console.projection.cases import one
from console.projection.store import Projection
from console.trace.newest import tails
from console.who import Role

from chassis.log.stored import Stored
from contracts.events import EVENTS, NoticeFailed
from tests.console.log_of_a_day import the_cases, the_log
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


def stage_of(folder: Path, log: tuple[Stored, ...]) -> Stage:
    (folder / "views").mkdir(parents=True)
    clock = Stage(folder).clock
    return Stage(folder, more={"views": views_in(folder / "views", clock, NoBus(log))}, clock=clock)


async def test_it_lists_and_draws_the_newest_until_all_are_asked_for(tmp_path: Path) -> None:
    async with stage_of(tmp_path, a_log(400)).browser(Role.OFFICER) as browser:
        page = (await browser.get(f"/cases/{NUMBER}")).text
        assert (page.count('id="record-'), 'id="all-events"' in page) == (30, True)
        assert (page.count('class="mark retry"'), 'id="whole-trace"' in page) == (31, True), "with one in the legend"
        assert page.count('class="mark done"') >= 2, "what moved it is drawn, however long ago"
        page = (await browser.get(f"/cases/{NUMBER}", params={"all": "yes"})).text
        assert (page.count('id="record-'), 'id="all-events"' in page) == (400, False)
        assert 20 < page.count('class="mark retry"') < 100
        counted = [int(n) for n in re.findall(r"<title>(\d+) × ", page)]
        alone = page.count('class="mark retry"') - len(counted) - 1
        assert sum(counted) + alone == 398, "with one in the legend"


async def test_every_event_of_a_case_is_read_by_its_tail(tmp_path: Path) -> None:
    """However an event's words are made in the projection, they lead back to its subject."""
    projection, bus = Projection(tmp_path / "whole.sqlite"), NoBus(the_log())
    projection.take(the_log())
    for number in the_cases():
        known = one(projection, number)
        assert known is not None
        found = await bus.history(number, *tails(known.events))
        assert [item.sequence for item in found] == [event.sequence for event in known.events]
