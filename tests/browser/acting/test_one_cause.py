"""47 cases wait for an officer for one reason: one cause, one selection, tried before it is done; by keys alone."""

import csv
from pathlib import Path

import pytest

from contracts.case.states import State
from lianshen.demo.synthetic_world import make_crowd
from tests.browser.conftest import Come
from tests.browser.families import in_state, posted
from tests.browser.meeting import meet
from tests.browser.staff import invite, join
from tests.support.browser.keyboard import Keyboard
from tests.support.running_system import Start
from tests.support.waiting import until
from tests.support.worlds import form_in

pytestmark = pytest.mark.asyncio(loop_scope="module")
FAMILIES, IN_DOUBT = 52, 47
"""Of so many, and so many own little enough."""


def nobody_says_where_they_live(world: Path) -> None:
    """As when three registers have lost a column: nothing proves residence, and nothing disproves it."""
    for name in ("social-security", "tax"):
        file = world / f"{name}.csv"
        file.write_text(file.read_text("utf-8").splitlines()[0] + "\n", "utf-8")
    with (file := world / "household-registry.csv").open(encoding="utf-8", newline="") as lines:
        rows = [{**row, "residence": ""} for row in csv.DictReader(lines)]
    with file.open("w", encoding="utf-8", newline="") as lines:
        writer = csv.DictWriter(lines, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


async def test_one_action_for_all_that_were_shown_and_a_result_for_each(
    come: Come, start_once: Start, tmp_path: Path
) -> None:
    world = make_crowd(tmp_path / "world", FAMILIES + 1)
    nobody_says_where_they_live(world)
    running = await start_once(world, console=True)
    receipts = [await posted(running, form_in(world, n), f"family-{n}") for n in range(FAMILIES)]

    async def in_doubt() -> set[str]:
        cases = [await running.case(receipt.number) for receipt in receipts]
        moving = [case for case in cases if case.state not in (State.REVIEW, State.INELIGIBLE_PROPOSED)]
        return set() if moving else {str(case.application) for case in cases if case.state is State.REVIEW}

    numbers = await until(in_doubt, 60)
    assert len(numbers) == IN_DOUBT
    keys = Keyboard(page := await come())
    console = running.address("console")
    await join(keys, console + await invite(running, "li", "李强"), "li", "李强")
    await page.goto(f"{console}/causes")
    await meet(page, "console-causes")
    await keys.press("#cause-officer-reviews")
    assert str(IN_DOUBT) in await page.locator("#cause").inner_text()
    await meet(page, "console-cause")

    late = await posted(running, form_in(world, FAMILIES), "too-late-to-be-shown")
    await in_state(running, late.number, State.REVIEW)
    await keys.fill("#reason", "登记信息已恢复，重新核实居住情况")
    await keys.press("#try")
    await meet(page, "console-cause-tried")
    assert {(await running.case(number)).round for number in numbers} == {1}
    await keys.press("#do")
    await meet(page, "console-cause-done")
    assert await page.locator("#results .mark.good").count() == IN_DOUBT
    assert {(await running.case(number)).round for number in numbers} == {2}
    assert (await running.case(late.number)).round == 1
