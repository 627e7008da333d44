"""Who opens a case because of an objection sees the entry and the objections: what the family reads of the look."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest
from console.who import Role

from contracts.case.states import State
from contracts.events import ObjectionRaised
from tests.console.log_of_a_day import the_cases, the_log
from tests.support.console import Stage
from tests.support.console_views import NoBus, views_in

OBJECTED = next(number for number, case in the_cases().items() if case.objections)
QUIET = next(number for number, case in the_cases().items() if case.state is State.REVIEW)
OPEN = {"reason": "objection"}


@pytest.fixture
def bus() -> NoBus:
    return NoBus(the_log())


@pytest.fixture
async def at(tmp_path: Path, bus: NoBus) -> AsyncIterator[tuple[Stage, httpx.AsyncClient]]:
    stage = Stage(tmp_path)
    (tmp_path / "views").mkdir()
    stage = Stage(tmp_path, more={"views": views_in(tmp_path / "views", stage.clock, bus)}, clock=stage.clock)
    async with stage.browser(Role.OFFICER, name="王审核") as browser:
        yield stage, browser


def is_named(page: str) -> bool:
    return any(one.name in page or one.id_number in page for one in the_cases()[OBJECTED].persons)


async def test_the_page_and_the_record_say_objection_and_nobody_is_named(at: tuple[Stage, httpx.AsyncClient]) -> None:
    stage, browser = at
    page = (await browser.post(f"/cases/{OBJECTED}/open", data=OPEN)).text
    assert 'id="entry"' in page
    assert 'id="persons"' not in page
    assert 'id="findings"' not in page
    assert not is_named(page)
    assert [look.what for look in stage.looks] == ["objection"]


async def test_of_the_records_only_the_objections_are_served(at: tuple[Stage, httpx.AsyncClient], bus: NoBus) -> None:
    stage, browser = at
    for item in await bus.history(OBJECTED):
        reply = await browser.post(f"/cases/{OBJECTED}/records", data={**OPEN, "sequence": str(item.sequence)})
        assert reply.status_code == (200 if isinstance(item.event, ObjectionRaised) else 404)
        assert not is_named(reply.text)
    assert stage.looks


async def test_a_case_to_which_nobody_objected_is_not_opened_for_that_reason(
    at: tuple[Stage, httpx.AsyncClient],
) -> None:
    stage, browser = at
    assert 'value="objection"' not in (await browser.get(f"/cases/{QUIET}")).text
    assert (await browser.post(f"/cases/{QUIET}/open", data=OPEN)).status_code == 422
    decided = {"n": "1", "outcome": "dismissed", "reason": "核实"}
    assert (await browser.post(f"/cases/{QUIET}/decide", data=decided)).status_code == 404
    assert stage.looks == []


async def test_a_decision_that_lacks_its_reason_shows_no_more_than_the_objection(
    at: tuple[Stage, httpx.AsyncClient],
) -> None:
    _, browser = at
    reply = await browser.post(f"/cases/{OBJECTED}/decide", data={"n": "1", "outcome": "dismissed", "reason": ""})
    assert reply.status_code == 422
    assert not is_named(reply.text)
