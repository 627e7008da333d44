"""Objecting on the public list: in time, late, too many, too fast, twice; and who objected, sealed."""

import logging
from datetime import timedelta

import pytest
from publicity.objectors.sealing import HeadsKey, Objector

from chassis.errors import Unavailable
from tests.publicity.boards import CLOSES, World, board, browser, objection_of

TEXT = "申请人在外地另有一套住房"
NAME, CONTACT = "钱举报", "13912345678"


@pytest.fixture
def world() -> World:
    return World()


async def test_an_objection_in_time_holds_the_entry_and_its_answer_says_what_happens_next(world: World) -> None:
    number = world.show()
    async with browser(board(world)) as visitor:
        form = await visitor.get(f"/entries/{number}/objection")
        assert 'id="send"' in form.text
        assert "您是谁" not in form.text, "without a key nobody is asked"
        sent = await visitor.post(f"/entries/{number}/objection", data={"text": TEXT})
    assert sent.status_code == 200
    assert '<dd id="objection-number">1</dd>' in sent.text
    assert "按时收到。在区住房和城乡建设局作出决定之前" in sent.text
    assert TEXT not in sent.text
    assert number not in str(sent.url)
    assert world.objections == {number: (True,)}


async def test_an_objection_after_the_last_day_is_kept_and_its_answer_says_that_it_holds_nothing(world: World) -> None:
    number = world.show()
    world.now = CLOSES + timedelta(seconds=1)
    async with browser(board(world)) as visitor:
        assert "公示期已满" in (await visitor.get(f"/entries/{number}/objection")).text
        sent = await visitor.post(f"/entries/{number}/objection", data={"text": TEXT})
    assert "公示期已过才收到" in sent.text
    assert world.objections == {number: (False,)}


async def test_as_many_objections_as_can_be_kept_are_kept_and_the_next_one_is_told_where_to_go(world: World) -> None:
    number = world.show()
    for n in range(1, 51):
        world.happens(world.cases[number], objection_of(world.cases[number], n, world.now))
    async with browser(board(world)) as visitor:
        refused = await visitor.post(f"/entries/{number}/objection", data={"text": TEXT})
    assert refused.status_code == 409
    assert "达到上限" in refused.text
    assert TEXT in refused.text, "what was typed is not lost"


async def test_what_is_not_on_the_list_cannot_be_objected_to(world: World) -> None:
    other = World().show()
    async with browser(board(world)) as visitor:
        for number in (other, "YZ713", "x"):
            for page in (
                await visitor.get(f"/entries/{number}/objection"),
                await visitor.post(f"/entries/{number}/objection", data={"text": TEXT}),
            ):
                assert page.status_code == 404
                assert "名单上没有这一条" in page.text


@pytest.mark.parametrize(
    ("typed", "field", "said"),
    [
        ({"text": " \u3000"}, "text", "请写明异议内容"),
        ({"key": "of-this-form"}, "text", "请写明异议内容"),
        ({"text": "x" * 4001}, "text", "不能超过 4000 字"),
        ({"text": TEXT, "name": "x" * 61}, "name", "姓名写成一行"),
        ({"text": TEXT, "contact": "1\u202e2"}, "contact", "联系方式写成一行"),
    ],
)
async def test_what_does_not_fit_is_told_on_top_and_at_its_field(typed: dict[str, str], field: str, said: str) -> None:
    world = World(key=HeadsKey.make())
    number = world.show()
    async with browser(board(world)) as visitor:
        page = await visitor.post(f"/entries/{number}/objection", data=typed)
    assert page.status_code == 422
    assert f'<a href="#{field}">' in page.text
    assert f'id="{field}-wrong"' in page.text
    assert said in page.text
    assert world.objections == {number: ()}


async def test_lines_are_counted_as_a_person_counts_them(world: World) -> None:
    number = world.show()
    async with browser(board(world)) as visitor:
        sent = await visitor.post(f"/entries/{number}/objection", data={"text": "\r\n".join("x" * 2000)})
    assert sent.status_code == 200


async def test_a_form_that_is_sent_twice_counts_once_and_another_text_is_another_objection(world: World) -> None:
    number = world.show()
    path, form = f"/entries/{number}/objection", {"key": "of-this-form", "text": TEXT}
    async with browser(board(world)) as visitor:
        first, again = await visitor.post(path, data=form), await visitor.post(path, data=form)
        assert first.url == again.url
        assert (await visitor.get(first.url)).text == first.text, "its answer can be looked at again"
        other = await visitor.post(path, data={**form, "text": "something else"})
    assert '<dd id="objection-number">2</dd>' in other.text
    assert len(world.objections[number]) == 2


async def test_objections_are_slowed_by_address_and_what_was_typed_stays(world: World) -> None:
    number, app = world.show(), board(world)
    path = f"/entries/{number}/objection"
    async with browser(app) as flood, browser(app, "192.0.2.8") as other:
        for n in range(5):
            assert (await flood.post(path, data={"text": f"{TEXT} {n}"})).status_code == 200
        slowed = await flood.post(path, data={"text": TEXT})
        assert (slowed.status_code, slowed.headers["retry-after"]) == (429, "600")
        assert "10 分钟后" in slowed.text
        assert TEXT in slowed.text
        assert (await other.post(path, data={"text": TEXT})).status_code == 200, "nobody pays for others"
        world.now += timedelta(minutes=10)
        assert (await flood.post(path, data={"text": TEXT})).status_code == 200
    assert len(world.objections[number]) == 7


async def test_what_cannot_be_taken_now_can_be_sent_again(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    path = f"/entries/{(number := world.show())}/objection"
    form = {"key": "of-this-form", "text": TEXT}

    async def away(application: str) -> None:
        raise Unavailable("the bus did not answer")

    async with browser(board(world)) as visitor:
        with monkeypatch.context() as broken:
            broken.setattr(world, "load", away)
            refused = [await visitor.post(path, data=form) for _ in range(6)]
        assert [it.status_code for it in refused] == [503] * 6, "the same form is one, however often it comes"
        assert TEXT in refused[0].text
        assert (await visitor.post(path, data=form)).status_code == 200
    assert world.objections[number] == (True,)


async def test_a_receipt_that_nobody_knows_says_so(world: World) -> None:
    async with browser(board(world)) as visitor:
        page = await visitor.get("/objections/0123456789abcdef")
    assert page.status_code == 404
    assert "这张回执已经不能再看" in page.text


# --- who objected -----------------------------------------------------------------------------------------------


async def test_who_objected_is_sealed_and_stands_nowhere_else(caplog: pytest.LogCaptureFixture) -> None:
    world = World(key=(key := HeadsKey.make()))
    number = world.show()
    async with browser(board(world)) as visitor:
        assert "您是谁" in (await visitor.get(f"/entries/{number}/objection")).text
        with caplog.at_level(logging.DEBUG):
            sent = await visitor.post(
                f"/entries/{number}/objection", data={"text": TEXT, "name": NAME, "contact": CONTACT}
            )
    assert "您的身份信息已加密保存" in sent.text
    (sealed,) = world.kept.values()
    assert key.open(sealed) == Objector(name=NAME, contact=CONTACT)
    places = (sent.text, str(sent.url), repr(world.cases[number]), sealed.model_dump_json(), caplog.text)
    for place in places:
        assert NAME not in place
        assert CONTACT not in place


async def test_whoever_says_nothing_of_themselves_objects_just_as_well() -> None:
    world = World(key=HeadsKey.make())
    number = world.show()
    async with browser(board(world)) as visitor:
        sent = await visitor.post(f"/entries/{number}/objection", data={"text": TEXT, "name": " ", "contact": ""})
    assert 'id="identity"' not in sent.text
    assert (world.objections, world.kept) == ({number: (True,)}, {})


async def test_without_a_key_what_is_sent_of_a_person_all_the_same_is_dropped(world: World) -> None:
    number = world.show()
    async with browser(board(world)) as visitor:
        sent = await visitor.post(f"/entries/{number}/objection", data={"text": TEXT, "name": NAME})
    assert 'id="identity"' not in sent.text
    assert world.kept == {}


async def test_an_objection_counts_though_it_could_not_be_kept_who_raised_it() -> None:
    world = World(key=HeadsKey.make(), keeps=Unavailable("the bus does not say"))
    number = world.show()
    async with browser(board(world)) as visitor:
        sent = await visitor.post(f"/entries/{number}/objection", data={"text": TEXT, "name": NAME})
    assert "身份信息没有存下来" in sent.text
    assert world.objections == {number: (True,)}


async def test_what_was_not_taken_keeps_nobody_behind_the_same_proxy_from_objecting(world: World) -> None:
    number, elsewhere = world.show(), World().show()
    async with browser(board(world)) as everybody:
        for n in range(8):
            await everybody.post(f"/entries/{elsewhere}/objection", data={"text": f"{TEXT} {n}"})
        sent = await everybody.post(f"/entries/{number}/objection", data={"text": TEXT})
    assert (sent.status_code, len(world.objections[number])) == (200, 1)
