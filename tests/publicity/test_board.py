"""The public list as pages: what it shows of whom, until when, and what it does not say."""

import hashlib
from datetime import timedelta

import pytest
from publicity.board.listing import A_PAGE, Entry, page_of, projects_of
from publicity.decide import Period, close, open_entry

from contracts.draws import DrawRecord
from contracts.events import ApplicationWithdrawn
from procedures.working_days import Calendar
from tests.allocation.ceremonies import RULES, at, entrants
from tests.publicity.boards import CLOSES, POSTED, World, board, browser, incomplete
from tests.support.families import a_form

DRILL = Period(Calendar(), drill_seconds=60.0)


async def text_of(world: World, path: str, status: int = 200) -> str:
    async with browser(board(world)) as visitor:
        page = await visitor.get(path)
    assert page.status_code == status, page.text
    return page.text


async def test_a_list_shows_exactly_what_the_record_says_and_nothing_else_of_a_family() -> None:
    world = World()
    number = world.show("欧阳建国", "150303198503120018")
    for path in ("/projects/HN-2026-01", f"/entries/{number}"):
        shown = await text_of(world, path)
        for said in (number, "欧阳**", "1503**********0018", "符合条件 / eligible", "2025-09-26", "2025-10-13"):
            assert said in shown
        assert "第一批 &lt;演示&gt;" in shown
        assert "可向区住房和城乡建设局书面提出异议" in shown
        for hidden in ("建国", "19850312", "13800000000", "刘芳", "公乌素"):
            assert hidden not in shown
    assert "至 18:00:00 为止" in await text_of(world, f"/entries/{number}")


async def test_lists_stand_by_project_and_entries_without_one_last() -> None:
    world = World()
    world.show()
    world.show(project="HN-2026-02")
    old = world.show()
    del world.entries[old]["project"]  # as a checkpoint of an older version has it
    assert [(it.name, it.count) for it in projects_of(world.entries)] == [
        ("HN-2026-01", 1),
        ("HN-2026-02", 1),
        ("-", 1),
    ]
    home = await text_of(world, "/")
    assert "HN-2026-02" in home
    assert "记录未载明项目" in home
    assert old in await text_of(world, "/projects/-")
    assert old not in await text_of(world, "/projects/HN-2026-01")


async def test_an_entry_is_gone_once_it_is_closed_and_the_record_that_it_was_shown_stays() -> None:
    world = World()
    number = world.show()
    assert number in await text_of(world, "/projects/HN-2026-01")
    case, after = world.cases[number], CLOSES + timedelta(minutes=1)
    for event in close(case, timedelta(seconds=20), after):
        case = world.happens(case, event)
    for path in ("/projects/HN-2026-01", f"/entries/{number}", f"/entries/{number}/objection"):
        assert number not in await text_of(world, path, 404)
    assert case.closed is not None
    assert (case.closed.shown_from, case.closed.shown_until) == (POSTED + timedelta(hours=1), after)
    assert "目前没有公示的条目" in await text_of(world, "/")


async def test_a_withdrawn_family_is_taken_down_at_once() -> None:
    world = World()
    number = world.show()
    world.happens(
        world.cases[number], ApplicationWithdrawn(application=number, at=POSTED, reason="a home", by="the family")
    )
    await text_of(world, f"/entries/{number}", 404)


async def test_drills_and_provisional_days_are_marked() -> None:
    world = World()
    drill = world.show(period=DRILL)
    assert "演练条目，不是真实的公示" in await text_of(world, f"/entries/{drill}")
    assert "演练" in await text_of(world, "/projects/HN-2026-01")
    world = World(now=POSTED.replace(year=2027))
    provisional = world.show()
    for path in (f"/entries/{provisional}", "/projects/HN-2026-01"):
        assert "暂定" in await text_of(world, path)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"reading": True}, "名单正在读取"),
        ({"connected": False}, "暂时连接不上记录"),
        ({"doubt": True}, "系统时钟正在核对"),
    ],
)
async def test_while_it_is_not_sure_the_list_says_as_of_when_and_that_it_is_incomplete(
    changed: dict[str, bool], said: str
) -> None:
    world = World()
    number = world.show()
    assert "可能不完整" not in await text_of(world, "/")
    incomplete(world, **changed)
    for path in ("/", "/projects/HN-2026-01", f"/entries/{number}", f"/entries/{number}/objection"):
        shown = await text_of(world, path)
        assert "可能不完整" in shown
        assert said in shown
        assert "截至 2025-09-26 10:00（北京时间），记录第 7 号" in shown


async def test_before_anything_was_read_nobody_is_told_that_an_entry_is_not_there() -> None:
    world = World()
    incomplete(world, reading=True, at=None)
    assert "还没有读到任何记录" in await text_of(world, "/")
    assert "没有读全" in await text_of(world, "/entries/YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E", 503)


async def test_an_entry_is_found_by_its_number_however_it_is_typed_and_no_address_repeats_it() -> None:
    world = World()
    number, other = world.show(), World().show()
    async with browser(board(world)) as visitor:
        found = await visitor.post("/find", data={"number": number.lower().replace("-", "")})
        assert (found.status_code, found.url.path) == (200, f"/entries/{number}")
        for typed, status, said in (
            ("150303198503120018", 422, "编号有误"),
            (other, 404, "公示名单上没有这个编号"),
        ):
            page = await visitor.post("/find", data={"number": typed})
            assert (page.status_code, page.url.path, page.url.query) == (status, "/find", b"")
            assert 'href="#number"' in page.text
            assert said in page.text
        incomplete(world, reading=True)
        assert (await visitor.post("/find", data={"number": other})).status_code == 503


def test_a_long_list_comes_in_sheets_and_a_sheet_that_is_not_there_is_the_nearest() -> None:
    world = World()
    world.show()
    (kept,) = world.entries.values()
    many = {f"{n:05}": kept for n in range(A_PAGE + 1)}
    first, last = page_of(many, "HN-2026-01", 1), page_of(many, "HN-2026-01", 9)
    assert first is not None
    assert last is not None
    assert (first.number, first.of, first.total, len(first.entries)) == (1, 2, A_PAGE + 1, A_PAGE)
    assert (last.number, [entry.number for entry in last.entries]) == (2, [f"{A_PAGE:05}"])
    assert page_of(many, "HN-2026-09", 1) is None


async def test_there_is_a_place_for_draws_and_it_says_that_there_is_none() -> None:
    world = World()
    assert 'href="/draws"' in await text_of(world, "/")
    assert "目前没有摇号" in await text_of(world, "/draws")


def records(stage: str) -> tuple[DrawRecord, ...]:
    """What moved a draw up to a stage, as it is read without the list."""
    draw = at(stage)
    known = (draw.announced, draw.frozen, draw.manifest, draw.thrown, draw.held, draw.verified, draw.published)
    return tuple(record for record in known if record is not None)


async def test_each_draw_leads_to_its_list_ceremony_and_files_with_their_hashes_and_names_nobody() -> None:
    shown = await text_of(World(draws=records("committed")), "/draws")
    address = "http://draws.test/draws/HN-2026-01/1"
    for file in ("rules.json", "entrants.csv", "manifest.json"):
        assert f'href="{address}/files/{file}"' in shown
    assert 'href="http://draws.test/checker"' in shown
    assert "c" * 64 in shown
    assert hashlib.sha256(RULES.to_bytes()).hexdigest() in shown
    assert f'href="{address}/hall"' in shown
    assert "result.json" not in shown
    assert not any(entrant.number in shown or entrant.application in shown for entrant in entrants())
    published = await text_of(World(draws=records("published")), "/draws")
    assert f'href="{address}/files/result.json"' in published
    assert "结果已公布" in published


async def test_while_draws_cannot_be_read_the_board_says_so() -> None:
    async with browser(board(World(draws=None))) as visitor:
        page = await visitor.get("/draws")
    assert (page.status_code, "暂时连接不上记录" in page.text) == (503, True)


async def test_an_entry_that_is_shown_again_is_shown_as_it_is_now() -> None:
    world = World()
    number = world.show("王建国")
    entry = Entry.of(number, world.entries[number])
    assert (entry.project, entry.is_over(CLOSES), entry.is_over(CLOSES + timedelta(seconds=1))) == (
        a_form().project,
        False,
        True,
    )
    assert open_entry(world.cases[number], DRILL, lambda _: False, POSTED) == ()
