"""Every text of the public list stands in both languages, and every page can be read in either."""

from pathlib import Path

import publicity.board
import pytest
from publicity.board.texts import TEXTS
from publicity.objectors.sealing import HeadsKey

from chassis.http.pages.texts import COMMON
from contracts.draws.draw import Stage
from tests.publicity.boards import World, board, browser
from tests.support.page_texts import crooked, unknown, unused


def test_no_text_is_missing_and_none_too_many() -> None:
    folder = Path(publicity.board.__file__).parent
    stages = {f"draws.stage.{stage}" for stage in Stage if stage is not Stage.NONE}
    assert stages <= TEXTS.keys()
    assert (unknown(folder, COMMON, TEXTS), unused(folder, TEXTS) - stages, crooked(TEXTS)) == (set(), set(), set())


@pytest.mark.parametrize(("language", "said"), [("zh", "最后一日"), ("en", "Last day")])
async def test_every_page_is_there_in_both_languages_without_a_script_or_a_style_in_it(
    language: str, said: str
) -> None:
    world = World(key=HeadsKey.make())
    number = world.show()
    paths = ("/", "/projects/HN-2026-01", f"/entries/{number}", f"/entries/{number}/objection", "/draws")
    async with browser(board(world)) as visitor:
        await visitor.get(f"/?lang={language}")
        pages = [await visitor.get(path) for path in paths]
    assert [page.status_code for page in pages] == [200] * len(paths)
    for page in pages:
        assert f'lang="{"zh-CN" if language == "zh" else "en"}"' in page.text
        for inline in ("style=", "<style", "onclick", "javascript:"):
            assert inline not in page.text
    assert all(said in page.text for page in pages[:4])
