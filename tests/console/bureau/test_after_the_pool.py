"""Missed choosing, exit and buy-back by the pages of an officer: opened on record, heard first, with a reason."""

from typing import Any

import httpx
import pytest
from after_care import buy_backs
from console.who import Role

from chassis.errors import CommandRefused
from contracts.case.states import State
from contracts.events.after_care import BY_INSPECTION, CONDITIONS
from tests.after_care.families import HOME, WITH_KEYS, a_housed_family
from tests.allocation.families import CALLED, DRAWN, NOW, a_confirmed_family
from tests.console.bureau.at_work import Bureau
from tests.console.bureau.forms import done, seen, send, wrong

REASON = "听取意见后决定"


def officer(bureau: Bureau) -> httpx.AsyncClient:
    return bureau.stage.browser(Role.OFFICER, account="wang", name="王审核")


def path(number: str) -> str:
    return f"/cases/{number}/after-pool"


async def opened(who: httpx.AsyncClient, number: str) -> str:
    return (await who.post(path(number), data={"open": "yes"})).text


async def act(who: httpx.AsyncClient, number: str, verb: str, **typed: str) -> httpx.Response:
    return await send(who, path(number), verb, seen(await opened(who, number)), **typed)


async def test_nobody_is_named_before_the_look_is_on_record(bureau: Bureau) -> None:
    number = await a_housed_family(bureau.journal)
    (name, *_) = [person.name for person in (await bureau.journal.load(number)).persons]
    async with officer(bureau) as browser:
        page = (await browser.get(path(number))).text
        assert (name in page, "propose-exit" in page, bureau.stage.looks) == (False, False, [])
        assert name in await opened(browser, number)
        bureau.stage.bus_is_away = True
        away = await browser.post(path(number), data={"open": "yes"})
        refused = await browser.post(f"{path(number)}/ask-buy-back", data={"seen": "x"})
        assert [(it.status_code, name in it.text) for it in (away, refused)] == [(503, False)] * 2
    assert [(look.application, look.reason, look.by) for look in bureau.stage.looks] == [(number, "decide", "王审核")]


async def test_a_missed_choice_is_heard_then_cancelled_with_a_reason_and_a_ban(bureau: Bureau) -> None:
    number = await a_confirmed_family(bureau.journal, then=(*DRAWN, CALLED))
    await bureau.do("miss-choice", application=number, by="unit 1")
    async with officer(bureau) as browser:
        page = await opened(browser, number)
        assert ('id="cancel-qualification"' in page, 'id="excuse-choice"' in page) == (False, True)
        early = await send(browser, path(number), "cancel-qualification", seen(page), reason=REASON)
        assert (early.status_code, [*wrong(early)]) == (409, ["cancel-qualification"])
    bureau.turn(14)
    async with officer(bureau) as browser:
        without = await act(browser, number, "cancel-qualification", reason="")
        assert [*wrong(without)] == ["cancel-qualification.reason"]
        assert done(await act(browser, number, "cancel-qualification", reason=REASON)) == "cancel-qualification"
        assert 'id="ban"' in (await browser.get(path(number))).text
    case = await bureau.journal.load(number)
    assert case.state is State.CANCELLED
    assert case.allocation.cancelled is not None
    assert case.allocation.cancelled.by == "王审核"


async def test_an_exit_says_what_shows_its_ground_and_is_confirmed_after_the_hearing(bureau: Bureau) -> None:
    number = await a_housed_family(bureau.journal)
    async with officer(bureau) as browser:
        fields = {}
        for ground in ("31(2)", "31(4)", "31(6)", "31(1)"):
            refused = await act(browser, number, "propose-exit", ground=ground, reason=REASON)
            fields[ground] = [*wrong(refused)]
        assert fields == {
            "31(2)": ["propose-exit.document"], "31(4)": ["propose-exit.ground"],
            "31(6)": ["propose-exit.document"], "31(1)": ["propose-exit.ground"],
        }  # fmt: skip
        shown = {"ground": "31(2)", "document": "处罚决定 2026-11-01", "reason": REASON}
        assert done(await act(browser, number, "propose-exit", **shown)) == "propose-exit"
        page = await opened(browser, number)
        assert ("处罚决定 2026-11-01" in page, 'id="confirm-exit"' in page) == (True, False)
        assert done(await act(browser, number, "drop-exit", reason=REASON)) == "drop-exit"
        await act(browser, number, "propose-exit", **shown)
    bureau.turn(14)
    async with officer(bureau) as browser:
        assert done(await act(browser, number, "confirm-exit", reason=REASON)) == "confirm-exit"
        assert done(await act(browser, number, "hand-to-court", file_number="（2027）内03执1号")) == "hand-to-court"
    assert (await bureau.journal.load(number)).state is State.EXITED


async def test_a_buy_back_is_refused_for_a_mortgage_then_offered_line_by_line_and_paid(bureau: Bureau) -> None:
    number = await a_housed_family(bureau.journal)
    paper = {"document": "不动产登记 2026-11-28"}
    async with officer(bureau) as browser, bureau.stage.browser(Role.PROJECT_UNIT, name="孙单位") as unit:
        for mortgage in ("false", "true"):
            assert done(await act(browser, number, "ask-buy-back")) == "ask-buy-back"
            assert 'id="decide-buy-back"' not in await opened(browser, number)
            for condition in CONDITIONS:
                met = mortgage if condition == "mortgage" else "true"
                said = {"condition": condition, "met": met, **paper}
                if condition in BY_INSPECTION:
                    page = (await unit.get(f"/homes/{HOME}")).text
                    assert done(await send(unit, f"/homes/{HOME}", "inspect", seen(page), **said)) == "inspect"
                else:
                    assert done(await act(browser, number, "show-condition", **said)) == "show-condition"
            assert done(await act(browser, number, "decide-buy-back", reason=REASON)) == "decide-buy-back"
            assert ("暂不回购" if mortgage == "false" else "已提出价款") in (await browser.get(path(number))).text
        offer = (await bureau.journal.load(number)).allocation.offer
        assert offer is not None
        page = await opened(browser, number)
        assert all(str(line.amount) in page for line in offer.lines)
        assert ("直线折旧：每年 2.00 %，自 " in page, "straight-line" in page) == (True, False)
        await act(browser, number, "accept-buy-back")
        family = f"/families/{number}"
        assert f'href="{family}"' in (await browser.get(path(number))).text
        page = (await unit.get(family)).text
        assert f'value="{offer.price}"' in page
        other = await send(unit, family, "pay-buy-back", seen(page), amount="1.00", reference="B-1")
        assert str(offer.price) in wrong(other)["pay-buy-back.amount"]
        paid = {"amount": str(offer.price), "reference": "B-1"}
        assert done(await send(unit, family, "pay-buy-back", seen(page), **paid)) == "pay-buy-back"
        twice = await send(unit, family, "pay-buy-back", seen(page), **paid)
        assert (twice.status_code, "情况有变" in wrong(twice)["pay-buy-back"]) == (409, True)
    assert (await bureau.stage.console.views.aggregates.homes())[HOME].stands == "in_stock"


async def test_registration_is_asked_by_a_form_and_what_it_leaves_open_waits_for_a_paper(
    bureau: Bureau, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = await a_housed_family(bureau.journal)
    owner = (await bureau.journal.load(number)).form.applicant.id_number  # type: ignore[union-attr]
    unclear = {"unit_code": HOME, "kind": "lease"}
    rows = [{"unit_code": HOME, "kind": "mortgage", "status": "registered"}, unclear]
    persons = [{"id_number": owner, "kind": "found", "records": rows}]
    said = {"asked_at": NOW.isoformat(), "answer": {"question_id": "Q" * 26, "kind": "found", "persons": persons}}
    asked: list[Any] = []

    async def answers(_: object, *what: object) -> dict[str, Any]:
        if not asked:
            asked.append(what)
            raise CommandRefused(409, "not asked now", "real-estate: no system answers for it; read it from a paper")
        return {"said": said}

    monkeypatch.setattr(buy_backs, "call", answers)
    async with officer(bureau) as browser:
        assert 'id="ask-registration"' not in await opened(browser, number)
        await act(browser, number, "ask-buy-back")
        assert 'id="show-condition"' in await opened(browser, number)
        assert "凭文件登记" in wrong(await act(browser, number, "ask-registration"))["ask-registration"]
        assert done(await act(browser, number, "ask-registration")) == "ask-registration"
    assert asked[0][:2] == ("verify-property", "ask-about-home")
    shown = (await bureau.journal.load(number)).allocation.shown
    assert {name: one.met for name, one in shown.items()} == {
        "mortgage": False, "residence_right": True, "dispute": True,
    }  # fmt: skip


async def test_a_rental_that_is_left_is_recorded_by_the_bureaus_paper(bureau: Bureau) -> None:
    number = await a_confirmed_family(bureau.journal, then=(*DRAWN, CALLED, *WITH_KEYS[:-1]))
    paper = {"left": "true", "document": "退租证明 7"}
    async with officer(bureau) as browser:
        late = await act(browser, number, "show-rental", **paper, dated="2999-01-01")
        assert [*wrong(late)] == ["show-rental.dated"]
        assert done(await act(browser, number, "show-rental", **paper, dated="2026-11-20")) == "show-rental"
    shown = (await bureau.journal.load(number)).allocation.rental
    assert shown is not None
    assert (shown.left, shown.document, str(shown.dated), shown.by) == (True, "退租证明 7", "2026-11-20", "王审核")


async def test_owners_change_by_a_paper_and_a_form_of_an_older_page_does_nothing(bureau: Bureau) -> None:
    number = await a_housed_family(bureau.journal)
    said = {"cause": "inheritance", "document": "公证书 2026-10-01"}
    async with officer(bureau) as browser:
        older = seen(await opened(browser, number))
        assert [*wrong(await act(browser, number, "change-owners", cause="inheritance"))] == ["change-owners.document"]
        assert done(await send(browser, path(number), "change-owners", older, **said)) == "change-owners"
        assert (await send(browser, path(number), "change-owners", older, **said)).status_code == 409


async def test_a_case_that_is_not_there_is_not_there(bureau: Bureau) -> None:
    async with officer(bureau) as browser:
        for number in ("YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E", "nothing"):
            assert (await browser.get(path(number))).status_code == 404
            assert (await browser.post(f"{path(number)}/strike", data={})).status_code == 404
