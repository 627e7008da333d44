"""Somebody reads the public list and objects to an entry, by keys alone; then its family reads that it waits."""

from pathlib import Path

import pytest
from publicity.objectors.sealing import HeadsKey

from contracts.case.states import State
from tests.browser.conftest import Come
from tests.browser.families import in_state, posted, sign_in
from tests.browser.meeting import meet
from tests.support.browser.keyboard import Keyboard
from tests.support.running_system import Start
from tests.support.worlds import one_family

pytestmark = pytest.mark.asyncio(loop_scope="module")


async def test_from_the_list_to_the_number_of_the_objection(come: Come, start_once: Start, tmp_path: Path) -> None:
    world, form = one_family(tmp_path / "world")
    (key := tmp_path / "objector.public.jwk").write_text(HeadsKey.make().public.jwk())
    settings = {"LIANSHEN_DRILL_PUBLICITY_SECONDS": "90", "LIANSHEN_PUBLICITY_OBJECTOR_KEY_FILE": str(key)}
    running = await start_once(world, **settings)
    receipt = await posted(running, form)
    await in_state(running, receipt.number, State.IN_PUBLICITY)

    board = running.address("board")
    keys = Keyboard(page := await come())
    await page.goto(board)
    await meet(page, "board")
    await keys.press("#projects a")
    await meet(page, "board-project")
    await keys.press("#entries a")
    await meet(page, "board-entry")
    await keys.press("#object")
    await keys.press("#send")
    await meet(page, "board-objection-empty")
    await keys.fill("#text", "这一家在乌达区还有一套住房。")
    await keys.fill("#name", "赵大爷")
    await keys.fill("#contact", "13900000000")
    await meet(page, "board-objection")
    await keys.press("#send")
    await meet(page, "board-objection-receipt")
    assert await page.locator("#objection-number").inner_text() == "1"
    assert await page.locator("#identity").inner_text() == "您的身份信息已加密保存。"
    await in_state(running, receipt.number, State.OBJECTED)

    await sign_in(keys, running.address("family"), receipt)
    await meet(page, "family-objected")
    assert "赵大爷" not in await page.content()
    assert "乌达区" not in await page.content()
