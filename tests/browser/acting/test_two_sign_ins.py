"""An answer by hand takes two people at two browsers: one proposes it, the other one approves; by keys alone."""

from pathlib import Path

import pytest

from contracts.looks import LookReason
from lianshen.demo.synthetic_world import make_crowd
from tests.browser.conftest import Come
from tests.browser.families import posted
from tests.browser.meeting import meet
from tests.browser.staff import invite, join
from tests.support.browser.keyboard import Keyboard
from tests.support.running_system import Running, Start
from tests.support.waiting import until
from tests.support.worlds import form_in

pytestmark = pytest.mark.asyncio(loop_scope="module")
SILENT = "real-estate"
"""Without its answer no case of this world is determined."""


async def overdue(running: Running, number: str) -> bool:
    return (SILENT, 1) in (await running.case(number)).overdue


async def officer(come: Come, running: Running, account: str, name: str) -> Keyboard:
    """Signed in, in a browser of their own."""
    keys, console = Keyboard(await come()), running.address("console")
    await join(keys, console + await invite(running, account, name, "officer"), account, name)
    return keys


async def open_case(keys: Keyboard, link: str, reason: LookReason) -> None:
    """From a link of the desk to what the silent department is asked about."""
    await keys.press(link)
    await keys.choose("#reason", reason)
    await keys.press("#open button")


async def test_one_proposes_and_only_another_account_may_approve(
    come: Come, start_once: Start, tmp_path: Path
) -> None:
    world = make_crowd(tmp_path / "world", 1)
    running = await start_once(world, console=True, without=(SILENT,), LIANSHEN_DRILL_REPLY_SECONDS="2")
    receipt = await posted(running, form_in(world, 0))
    first = await officer(come, running, "wang", "王审核")
    second = await officer(come, running, "zhao", "赵复核")
    await until(lambda: overdue(running, receipt.number), 30)

    console, link = running.address("console"), f"a[href='/cases/{receipt.number}']"
    await first.page.goto(f"{console}/desk")
    await first.page.locator(f"#desk {link}").wait_for()
    await open_case(first, f"#desk {link}", LookReason.ANSWER)
    await meet(first.page, "console-by-hand")
    await first.press(f"#answer-for-{SILENT}")
    await meet(first.page, "console-by-hand-form")
    await first.pick("#p0-kind-found")
    await first.fill("#p0-0-unit_code", "150303001001")
    await first.fill("#p0-0-division", "1503")
    await first.choose("#p0-0-use", "residential")
    await first.fill("#p0-0-building_area_m2", "88.5")
    await first.choose("#p0-0-status", "cancelled")
    for n in range(1, len((await running.case(receipt.number)).persons)):
        await first.pick(f"#p{n}-kind-none")
    await first.fill("#reason", "电话核实，登记已注销")
    await first.press("#propose")
    assert await first.page.locator("#p0-0-division-wrong").count() == 1
    await meet(first.page, "console-by-hand-wrong")
    await first.fill("#p0-0-division", "150303")
    await first.press("#propose")
    assert (await running.case(receipt.number)).waiting_for == (SILENT,)

    await first.choose("#reason", LookReason.ANSWER)
    await first.press("#open button")
    await meet(first.page, "console-by-hand-waits-for-the-second-person")
    assert not await first.page.locator(f"#approve-{SILENT}").count()
    alone = await first.page.request.post(
        f"{console}/cases/{receipt.number}/by-hand/approve",
        form={"department": SILENT, "yes": "yes"},
        headers={"origin": console},
    )
    assert alone.status == 404, "it is shown to nobody who may not approve it"

    await second.page.goto(f"{console}/desk")
    await meet(second.page, "console-desk-second-person")
    await open_case(second, f"#second {link}", LookReason.SECOND_PERSON)
    await meet(second.page, "console-by-hand-second-person")
    await second.press(f"#approve-{SILENT}")
    await second.page.locator("#done").wait_for()
    await meet(second.page, "console-by-hand-done")
    case = await running.case(receipt.number)
    assert (SILENT in case.waiting_for, case.answers[SILENT, 1].by_hand) == (False, True)
    (row,) = case.answers[SILENT, 1].answer.persons[0].records
    assert (row["division"], row["status"], row["building_area_m2"]) == ("150303", "cancelled", "88.5")
    assert {"王审核", "赵复核"} <= set(await named(running, receipt.number))


async def named(running: Running, number: str) -> list[str]:
    """The two people on record for the answer."""
    events = [item.event for item in await running.history.of(number)]
    by_hand = next(event for event in events if type(event).__name__ == "AnsweredByHand")
    return [by_hand.by, by_hand.approved_by]
