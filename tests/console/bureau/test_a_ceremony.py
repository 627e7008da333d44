"""A whole draw by the pages of those who run it, each step refused in words where it is not its turn."""

import json
import re
from typing import Any

import httpx
import pytest
from allocation.ceremony import commands
from allocation.ceremony.entrants import entrants_of
from allocation.draw.hashes import commitment
from console.who import Role

from contracts.draws.events import Entrant
from evidence.streams import DRAWS
from tests.allocation.ceremonies import PARTIES, SECRETS
from tests.allocation.families import DRAWN, a_confirmed_family
from tests.console.bureau.at_work import IN_THE_OPEN, KEY, Bureau
from tests.console.bureau.forms import done, send, wrong

FIGURES = "67674954409959029496"
DRAW = "/draws/P-1/1"
VOID = {"ground": "not committed", "reason": "两个信封均与承诺不符"}
RULES = {"held_at": "2026-12-02T09:00", "place": "区政务服务大厅", "dice": "20", "parties": "\n".join(PARTIES)}


def unit(bureau: Bureau) -> httpx.AsyncClient:
    return bureau.stage.browser(Role.PROJECT_UNIT, account="sun", name="孙单位")


def notary(bureau: Bureau) -> httpx.AsyncClient:
    return bureau.stage.browser(Role.NOTARY, account="zhou", name="周公证")


def officer(bureau: Bureau) -> httpx.AsyncClient:
    return bureau.stage.browser(Role.OFFICER, account="wang", name="王审核")


async def step(who: httpx.AsyncClient, verb: str, seen: str, **typed: str) -> httpx.Response:
    return await send(who, DRAW, f"draw-{verb}", seen, **typed)


async def an_announced_draw(bureau: Bureau) -> None:
    await bureau.a_priced_project()
    for _ in range(3):
        await a_confirmed_family(bureau.journal, then=DRAWN[:2])
    async with unit(bureau) as browser:
        assert done(await browser.post("/draws/P-1", data=RULES)) == "draw-announce"


async def until(bureau: Bureau, stage: str) -> None:
    """Everything before a stage, by the commands that the pages send."""
    await an_announced_draw(bureau)
    for verb, said in ((verb, said) for at, verb, said in STEPS if ORDER.index(at) <= ORDER.index(stage)):
        if verb == "draw-dice" and said["by"] == "孙单位":
            bureau.turn(4)
        await bureau.do(verb, **{"project": "P-1", "serial": "1", "by": "孙单位", **said})


def hashed(party: str) -> str:
    return commitment("P-1", "1", party, SECRETS[party])


ORDER = ("announced", "frozen", "committed", "thrown", "held")
STEPS: tuple[tuple[str, str, dict[str, Any]], ...] = (
    ("frozen", "draw-freeze", {}),
    *(("committed", "draw-commit", {"party": party, "commitment": hashed(party)}) for party in PARTIES),
    ("committed", "draw-manifest", {}),
    *(("thrown", "draw-dice", {"dice": FIGURES, "by": by}) for by in ("孙单位", "王审核")),
    *(("held", "draw-open", {"party": party, "secret": SECRETS[party], "by": "周公证"}) for party in PARTIES),
)
"""With the stage that each is needed for."""


async def by_the_pages(bureau: Bureau) -> None:
    """Until every envelope is open."""
    await an_announced_draw(bureau)
    async with unit(bureau) as browser:
        assert done(await step(browser, "freeze", "announced")) == "draw-freeze"
        for party in PARTIES:
            bound = await step(browser, "commit", "frozen", party=party, commitment=hashed(party))
            assert done(bound) == "draw-commit"
        assert done(await step(browser, "manifest", "frozen")) == "draw-manifest"
    bureau.turn(4)
    for somebody in (unit(bureau), officer(bureau)):
        async with somebody as browser:
            assert done(await step(browser, "dice", "committed", dice=FIGURES)) == "draw-dice"
    async with notary(bureau) as browser:
        for party in PARTIES:
            opened = await step(browser, "open", "thrown", party=party, secret=SECRETS[party], second="false")
            assert done(opened) == "draw-open"


async def test_a_whole_draw_from_the_rules_to_the_result_that_a_second_start_gives_again(bureau: Bureau) -> None:
    await by_the_pages(bureau)
    async with notary(bureau) as browser:
        page = (await browser.get(DRAW)).text
        assert 'id="unverified"' in page
        assert "3 户" in page
        assert (await bureau.stage.console.views.aggregates.draw("P-1", "1")).entrants == (), "no list is read for it"
        assert f'href="{IN_THE_OPEN}{DRAW}/hall"' in page
        assert done(await step(browser, "verify", "held")) == "draw-verify"
    async with unit(bureau) as browser:
        foreseen = await browser.post(f"{DRAW}/draw-publish", data={"seen": "verified"})
        assert "two-rooms：名单 3 户，房源 2 套" in foreseen.text
        assert done(await step(browser, "publish", "verified")) == "draw-publish"
        page, written = (await browser.get(DRAW)).text, len(bureau.journal.log)
        assert 'id="verified"' in page
        assert len(re.findall("<li>", page.partition('id="drawn-1"')[2].partition("</ol>")[0])) == 2
        assert done(await browser.post(f"{DRAW}/again", data={"again": "yes"})) == "again"
        assert len(bureau.journal.log) == written
        again = await browser.get(f"{DRAW}?done=again")
        assert "没有写入新的内容" in again.text


async def test_the_rules_are_posted_as_the_command_line_writes_them(bureau: Bureau) -> None:
    from allocation.draw.rules import Pool, Rules

    await an_announced_draw(bureau)
    draw = await bureau.stage.console.views.aggregates.draw("P-1", "1")
    assert draw.announced is not None
    rules = Rules("P-1", "1", 20, "", "", PARTIES, (Pool("two-rooms", 2, 2),))
    assert draw.announced.rules.encode() == rules.to_bytes()
    assert draw.announced.by == "孙单位"


async def test_figures_that_one_person_typed_are_shown_to_nobody_and_count_once_another_agrees(bureau: Bureau) -> None:
    await until(bureau, "committed")
    bureau.turn(4)
    async with unit(bureau) as first, officer(bureau) as second:
        await step(first, "dice", "committed", dice=FIGURES)
        for page in ((await first.get(DRAW)).text, (await second.get(DRAW)).text):
            assert FIGURES not in page
            assert 'id="typed-by"' in page
        refused = await step(first, "dice", "committed", dice=FIGURES)
        assert (refused.status_code, "另一个人" in wrong(refused)["draw-dice.dice"]) == (409, True)
        await step(second, "dice", "committed", dice=f"0{FIGURES[1:]}")
        assert "从第 1 个数字起不同" in (await first.get(DRAW)).text
        await step(first, "dice", "committed", dice=" ".join(FIGURES))
        await step(second, "dice", "committed", dice=FIGURES)
        assert FIGURES in (await first.get(DRAW)).text


REFUSED: dict[str, list[tuple[str, dict[str, str], str, str]]] = {
    "frozen": [
        ("manifest", {}, "draw-manifest", "情况有变"),
        ("publish", {}, "draw-publish", "情况有变"),
        ("commit", {"party": "notary", "commitment": "x"}, "draw-commit.commitment", "64 位"),
        ("commit", {"commitment": "0" * 64}, "draw-commit.party", "请填写"),
    ],
    "committed": [("dice", {"dice": "123"}, "draw-dice.dice", "次数")],
    "thrown": [
        ("open", {"party": "notary", "secret": "f" * 64, "second": "false"}, "draw-open.secret", "第二个信封"),
        ("void", {**VOID, "party": "notary", "secret": SECRETS["notary"]}, "draw-void.secret", "相符"),
        ("void", VOID, "draw-void.party", "哪一方"),
    ],
    "held": [
        ("void", {"ground": "file differs", "reason": "x"}, "draw-void.ground", "没有不符"),
        ("void", {"ground": "before the envelopes", "reason": "x"}, "draw-void.ground", "选项"),
        ("publish", {}, "draw-publish", "情况有变"),
    ],
}


@pytest.mark.parametrize("stage", REFUSED)
async def test_what_is_refused_is_said_at_its_field_with_what_to_do(bureau: Bureau, stage: str) -> None:
    await until(bureau, stage)
    if stage == "committed":
        bureau.turn(4)
    written = len(bureau.journal.log)
    async with bureau.stage.browser(*Role, account="all", name="都会") as browser:
        for verb, typed, field, words in REFUSED[stage]:
            refused = await step(browser, verb, stage, **typed)
            assert (refused.status_code in (409, 422), words in wrong(refused).get(field, "")) == (True, True), verb
        assert "Draw <span" in (await browser.get(DRAW, params={"lang": "en"})).text
    assert len(bureau.journal.log) == written


async def test_dice_before_their_day_say_which_day(bureau: Bureau) -> None:
    await until(bureau, "committed")
    async with unit(bureau) as browser:
        refused = await step(browser, "dice", "committed", dice=FIGURES)
    assert "2026-11-30" in wrong(refused)["draw-dice.dice"]


async def test_a_draw_is_void_by_an_envelope_that_does_not_fit_and_the_next_serial_is_offered(bureau: Bureau) -> None:
    await until(bureau, "thrown")
    async with notary(bureau) as browser:
        assert 'id="draw-import"' not in (await browser.get(DRAW)).text, "dice were thrown"
        late = await imported(browser, software="x", known="yes", file=b"1", result=b"{}", seen="thrown")
        assert (late.status_code, "情况有变" in wrong(late)["draw-import"]) == (409, True)
        void = {**VOID, "party": "families", "secret": "illegible"}
        assert done(await step(browser, "void", "thrown", **void)) == "draw-void"
        page = (await browser.get(DRAW)).text
        assert 'id="void"' in page
        assert '<form method="post" action="/draws' not in page
    async with unit(bureau) as browser:
        assert "公布第 2 次摇号的规则" in (await browser.get("/draws/P-1")).text
        assert done(await browser.post("/draws/P-1", data={**RULES, "held_at": "2026-12-20T09:00"})) == "draw-announce"
        assert "公布第" not in (await browser.get("/draws/P-1")).text
        assert (await browser.get("/draws/P-1/2")).status_code == 200
        assert "1：作废" in (await browser.get("/draws")).text


NO_RESULTS = (
    ("no JSON", "JSON"),
    ('{"two-rooms": {"drawn": []}}', "三个名单"),
    ('{"two-rooms": {"drawn": ["FIRST"], "substitutes": [], "others": []}}', "恰好出现一次"),
    ('{"two-rooms": {"drawn": ["FIRST"], "substitutes": ["SECOND", "THIRD"], "others": []}}', "应有 2 户"),
    ('{"two-rooms": {"drawn": ["FIRST", "SECOND"], "substitutes": [], "others": ["THIRD"]}}', "候补应为 2 户"),
    ("\0", "UTF-8"),
)


async def imported(
    who: httpx.AsyncClient, *, seen: str = "frozen", file: bytes = b"", result: bytes = b"", **typed: str
) -> httpx.Response:
    """As the page sends it, files and all."""
    sent = {"draw-import.file": ("draw.txt", file), "draw-import.result": ("result.json", result)}
    fields = {f"draw-import.{name}": value for name, value in typed.items()}
    return await who.post(f"{DRAW}/draw-import", data={"seen": seen, **fields}, files=sent)


async def test_a_result_of_the_notarys_own_software_says_so_and_is_not_made_again(bureau: Bureau) -> None:
    await until(bureau, "frozen")
    listed = await bureau.journal.history.read(DRAWS, "P-1.1")
    first, second, third = (one.number for one in listed.state.entrants)
    result = {"two-rooms": {"drawn": [first, second], "substitutes": [third], "others": []}}
    said = {"software": "公证摇号 3.1", "file": "1,2,3", "result": json.dumps(result, indent=1) + "\n"}
    async with unit(bureau) as browser:
        assert 'id="draw-import"' not in (await browser.get(DRAW)).text
    async with notary(bureau) as browser:
        assert "不能重新计算" in (await browser.get(DRAW)).text
        without = await imported(browser, software="", file=b"")
        assert [*wrong(without)] == [f"draw-import.{name}" for name in ("software", "known", "file", "result")]
        ticked = {"software": said["software"], "file": b"1,2,3", "known": "yes"}
        for result, words in NO_RESULTS:
            for word, number in (("FIRST", first), ("SECOND", second), ("THIRD", third)):
                result = result.replace(word, number)
            refused = await imported(browser, **ticked, result=result.encode())
            assert words in wrong(refused)["draw-import.result"], result
            assert said["software"] in refused.text
        old = await imported(browser, **ticked, result=said["result"].encode(), seen="announced")
        assert (old.status_code, [*wrong(old)]) == (409, ["draw-import"])
        assert done(await imported(browser, **ticked, result=said["result"].encode())) == "draw-import"
        assert 'id="draw-import"' not in (await browser.get(f"{DRAW}?done=draw-import")).text
    taken = (await bureau.journal.history.read(DRAWS, "P-1.1")).state.imported
    assert taken is not None
    assert (taken.file, taken.software, taken.by) == ("1,2,3", said["software"], "周公证")
    async with unit(bureau) as browser:
        page = (await browser.get(DRAW)).text
        assert (first in page, third in page, 'id="imported"' in page) == (True, False, True)
        assert done(await browser.post(f"{DRAW}/again", data={"again": "yes"})) == "again"


async def test_whoever_may_not_do_a_step_reads_who_may(bureau: Bureau) -> None:
    await until(bureau, "thrown")
    async with officer(bureau) as browser:
        page = (await browser.get(DRAW)).text
    assert 'id="draw-open"' not in page
    assert "公证人员" in page.partition('class="others"')[2]


async def test_a_draw_that_nobody_announced_is_not_there(bureau: Bureau) -> None:
    await an_announced_draw(bureau)
    async with unit(bureau) as browser:
        for path in ("/draws/nobody", "/draws/nobody/1", "/draws/*/1", "/draws/P-1/2", "/draws/P-1/0"):
            assert (await browser.get(path)).status_code == 404, path


async def test_rules_that_cannot_be_are_refused_at_their_field(bureau: Bureau) -> None:
    await bureau.a_priced_project()
    wishes: list[tuple[dict[str, Any], str]] = [
        ({"held_at": ""}, "held_at"), ({"held_at": "2026-11-01T09:00"}, "held_at"), ({"dice": "many"}, "dice"),
        ({"public_format": "(a|b)"}, "parties"), ({"place": ""}, "place"),
    ]  # fmt: skip
    async with unit(bureau) as browser:
        for changed, field in wishes:
            refused = await browser.post("/draws/P-1", data={**RULES, **changed})
            assert (refused.status_code in (409, 422), [*wrong(refused)]) == (True, [field]), changed


async def test_a_family_that_the_list_left_out_is_admitted_after_the_result_by_a_form_of_the_bureau(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def without(*asked: Any) -> list[Entrant]:
        return (await entrants_of(*asked))[1:]

    monkeypatch.setattr(commands, "entrants_of", without)
    await until(bureau, "held")
    held = (await bureau.journal.history.read(DRAWS, "P-1.1")).state
    everybody = await entrants_of(bureau.journal.history, "P-1", KEY)
    listed = held.entrants[0].application
    [left_out] = {one.application for one in everybody} - {one.application for one in held.entrants}
    for verb in ("verify", "publish"):
        async with officer(bureau) as browser:
            assert 'id="draw-admit"' not in (await browser.get(DRAW)).text
        await bureau.do(f"draw-{verb}", project="P-1", serial="1", by="周公证")
    async with unit(bureau) as browser:
        assert "补列" in (await browser.get(DRAW)).text.partition('class="others"')[2]
        assert (await step(browser, "admit", "published", application=left_out, reason="x")).status_code == 403
    async with officer(bureau) as browser:
        for typed, field, words in (
            ({"application": "x", "reason": "错漏"}, "draw-admit.application", ""),
            ({"application": left_out}, "draw-admit.reason", "请填写"),
            ({"application": listed, "reason": "错漏"}, "draw-admit.application", "已经列在名单"),
        ):
            refused = await step(browser, "admit", "published", **typed)
            assert words in wrong(refused)[field]
        asked = {"application": left_out, "reason": "名单读取过早"}
        for _ in range(2):
            assert done(await step(browser, "admit", "published", **asked)) == "draw-admit"
        page = (await browser.get(f"{DRAW}?done=draw-admit")).text
    [admitted] = (await bureau.journal.history.read(DRAWS, "P-1.1")).state.admitted
    assert (admitted.by, admitted.reason) == ("王审核", "名单读取过早")
    shown = page.partition('id="admitted"')[2].partition("</ul>")[0]
    assert (admitted.entrant.number in shown, left_out in shown, "名单读取过早" in shown) == (True, False, True)
