"""An officer confirms an ineligible case, by keys alone: desk, case, reason to open, decision, notice, done.

Then its family reads who looked and why, and the notice.
"""

import json

import pytest

from contracts.case.states import State
from contracts.looks import LookReason
from lianshen.demo.worlds import worlds
from tests.browser.conftest import Come
from tests.browser.families import in_state, posted, sign_in
from tests.browser.meeting import meet
from tests.browser.staff import invite, join
from tests.support.browser.keyboard import Keyboard
from tests.support.browser.visitor import Look
from tests.support.running_system import Start

pytestmark = pytest.mark.asyncio(loop_scope="module")
SAMPLE = worlds() / "sample"


async def test_from_the_desk_to_the_notice_and_the_family_reads_who_looked(come: Come, start_once: Start) -> None:
    running = await start_once(SAMPLE, console=True)
    form = json.loads((SAMPLE / "applications" / "03-exactly-15.json").read_text("utf-8"))
    receipt = await posted(running, form)
    await in_state(running, receipt.number, State.INELIGIBLE_PROPOSED)

    private = (form["applicant"]["name"], form["applicant"]["id_number"])
    keys = Keyboard(page := await come(Look(private=private)))
    console = running.address("console")
    await join(keys, console + await invite(running, "li", "李强"), "li", "李强")
    await page.goto(f"{console}/desk")
    await meet(page, "console-desk")
    assert form["applicant"]["name"] not in await page.content()
    await keys.press("#desk a")
    await meet(page, "console-case")
    assert form["applicant"]["name"] not in await page.content()
    await keys.choose("#reason", LookReason.DECIDE)
    await keys.press("#open button")
    await meet(page, "console-case-opened")
    assert form["applicant"]["name"] in await page.content()
    await keys.pick("#outcome-ineligible")
    await keys.fill("#why", "45 平方米，三口之家，不低于人均 15 平方米。")
    await keys.press("#check")
    await meet(page, "console-decide")
    await keys.press("#decide-now")
    await meet(page, "console-decided")
    await in_state(running, receipt.number, State.INELIGIBLE)
    confirmation = (await running.case(receipt.number)).confirmation
    assert confirmation is not None
    assert confirmation.by == "李强"

    family = Keyboard(page := await come())
    await sign_in(family, running.address("family"), receipt)
    await meet(page, "family-ineligible")
    await page.goto(f"{running.address('family')}/looks")
    await meet(page, "family-looks-of-an-officer")
    assert "李强" in await page.locator("#looks").inner_text()
