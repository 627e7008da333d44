"""With very many cases a page of the console is as fast as ever, and the projection is soon read again.

What is held is time of the processor: others on the machine lengthen only what a clock on the wall shows, and that is
printed beside it (`pytest -rP`).
"""

import time
from collections.abc import Awaitable, Callable

import httpx
import pytest
import pytest_asyncio
from console.projection.cases import Wanted, listed
from console.who import Role

from tests.speed.many_cases import CASES, NOW, PlainTable, log_of, pages_of, took
from tests.support.console import Stage, StoppedClock
from tests.support.console_views import NoBus, views_in

pytestmark = [pytest.mark.asyncio(loop_scope="module"), pytest.mark.timeout(1800)]
MOST_TIMES = 6
"""The CPU of folding and writing events, for that of reading their JSON and keeping it in a table of SQLite: 4 is
usual: 17,000 events a second on a good machine, and half as many on another, so that no figure in seconds is held."""
LONGEST = 0.1
"""Seconds, of the slowest but one in twenty."""
UNTIL = "2027-01-25"
PAGES = {
    "list": "/cases",
    "list of one state": "/cases?state=verifying",
    "list of one department": "/cases?whom=tax",
    "causes": "/causes",
    "one cause": "/causes/tax/answers",
    "desk": "/desk",
    "departments": "/departments",
    "figures": "/figures",
    "forecast": f"/forecast?department=tax&until={UNTIL}",
    "now": "/now",
    "home": "/",
}


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def stage(tmp_path_factory: pytest.TempPathFactory) -> Stage:
    """Over a projection that has read the log of all of them, as fast as is held."""
    folder = tmp_path_factory.mktemp("many")
    (folder / "views").mkdir()
    clock = StoppedClock(NOW)
    views = views_in(folder / "views", clock, NoBus())
    plain = PlainTable(folder / "plain.sqlite")
    events, spent, least = 0, 0.0, 0.0
    for page in pages_of(log_of(CASES)):
        begun = time.process_time()
        views.projection.take(page)
        taken = time.process_time()
        plain.take(page)
        spent += taken - begun
        least += time.process_time() - taken
        events += len(page)
    times = spent / least
    print(f"{CASES} cases: {events} events, {events / spent:.0f} for a second of CPU, {times:.1f} times the least")
    assert times <= MOST_TIMES
    return Stage(folder, more={"views": views}, clock=clock)


@pytest.mark.parametrize("name", PAGES)
async def test_every_list_and_figure_is_there_at_once(stage: Stage, name: str) -> None:
    async with stage.browser(*Role) as browser:
        found = await took(_asked(browser, PAGES[name]))
    print(f"{CASES} cases, {name}: {found}")
    assert found.p95 < LONGEST


async def test_a_case_is_found_by_a_part_of_its_number_and_opened_at_once(stage: Stage) -> None:
    projection = stage.console.views.projection
    numbers = iter([row.number for row in listed(projection, Wanted(), most=50)] * 2)
    async with stage.browser(*Role) as browser:

        async def searched() -> None:
            answer = await browser.post("/cases", data={"q": next(numbers)[3:12]}, follow_redirects=True)
            assert answer.status_code == 200

        search, case = await took(searched), await took(_asked(browser, f"/cases/{next(numbers)}"))
    print(f"{CASES} cases, search: {search}; one case: {case}")
    assert max(search.p95, case.p95) < LONGEST


def _asked(browser: httpx.AsyncClient, path: str) -> Callable[[], Awaitable[None]]:
    async def ask() -> None:
        answer = await browser.get(path)
        assert answer.status_code == 200, answer.text

    return ask
