"""What a family reads between the pool and the keys: money, dates, what to check, and how to be heard."""

import hashlib
from dataclasses import replace
from datetime import date

import pytest

from contracts.events import BuyBackAccepted, BuyBackAsked, DepositSettled, Event
from contracts.text import masked
from procedures.hainan_2025 import letters
from procedures.hainan_2025.notices import NOTICES
from procedures.hainan_2025.pages.after_pool import CONDITION, DEPOSIT_WHY, EXIT_GROUND, NAMES
from procedures.hainan_2025.policy import POLICY
from procedures.policy import Parameter
from tests.contracts import examples_after_pool as after
from tests.notify.stories_after_pool import NOTICES_AFTER_POOL, since


def body(name: str) -> str:
    return NOTICES_AFTER_POOL[name][0].letter().body


def test_the_notice_of_the_deposit_says_what_becomes_of_it_in_every_case_and_that_the_text_is_silent() -> None:
    told = body("deposit-asked")
    for why in DEPOSIT_WHY.values():
        assert why.zh in told
        assert why.en in told
    assert "均为内部规定" in told
    assert "20000.00 yuan" in told
    assert "2026-12-14 (internal limit" in told


@pytest.mark.parametrize("why", [why for why in DEPOSIT_WHY if why != "contract"])
def test_what_the_notice_of_the_deposit_says_is_the_policy_of_that_day(why: str) -> None:
    name = f"deposit_{why.replace(' ', '_')}"
    kept = Parameter(name, "internal limit", ((date(2025, 4, 1), "kept"),))
    policy = replace(POLICY, parameters={**POLICY.parameters, name: kept})
    assert dict(letters.deposit_outcomes(policy, after.DEPOSIT_ASKED))[why] == "kept"
    assert dict(letters.deposit_outcomes(POLICY, after.DEPOSIT_ASKED))[why] == "given_back"


def test_every_reason_that_an_event_can_have_has_its_words() -> None:
    asked = DepositSettled.model_fields["why"].annotation
    assert set(getattr(asked, "__args__", ())) == DEPOSIT_WHY.keys()
    assert len(CONDITION) == 10
    assert len(EXIT_GROUND) == 6
    assert all(one.zh and one.en for names in NAMES.values() for one in names.values())


def test_a_family_in_the_list_reads_its_own_line_and_the_hash_of_the_file() -> None:
    told = body("entered-in-draw")
    assert f"{after.ENTERED.number},two-rooms,none" in told
    assert after.ENTERED.entrants in told


def test_a_family_that_was_admitted_reads_why_and_that_no_posted_file_holds_its_line() -> None:
    admitted = after.ENTERED.model_copy(update={"admitted": "the list was read too early"})
    told = since(*after.PAID, admitted).letter().body
    assert told.count("the list was read too early") == 2
    assert "do not hold your line" in told
    assert "look whether your line is in it" not in told
    result = since(*after.PAID, admitted, after.RESULT).letter().body
    assert "no posted file holds your line" in result
    assert "verify_draw.py" not in result
    assert after.ENTERED.number in result


@pytest.mark.parametrize(
    ("result", "zh", "en"),
    [
        (after.RESULT, "入围", "called to choose, with time and place"),
        (after.SUBSTITUTE, "候补", "called in order"),
        (after.NOT_DRAWN, "未中", "may take part in the next project"),
    ],
)
def test_a_result_says_the_place_and_how_to_make_it_again(result: object, zh: str, en: str) -> None:
    letter = since(*after.IN_DRAW, result).letter()  # type: ignore[arg-type]
    assert zh in letter.subject
    assert en in letter.body
    assert after.TICKET in letter.body
    assert f"python3 verify_draw.py FOLDER {after.ENTERED.number}" in letter.body


def test_a_hash_is_told_whole_even_if_its_digits_look_like_an_id_number() -> None:
    hashes = (hashlib.sha256(str(n).encode()).hexdigest() for n in range(5000))
    ticket = next(one for one in hashes if masked(one) != one)
    letter = since(*after.IN_DRAW, after.RESULT.model_copy(update={"ticket": ticket})).letter()
    assert letter.body.count(ticket) == 2


@pytest.mark.parametrize("name", ["choice-missed", "exit-proposed"])
def test_whoever_may_lose_something_is_told_until_when_and_where_it_is_heard(name: str) -> None:
    told = body(name)
    assert "这只是拟作的决定" in told
    assert "nothing is decided yet" in told
    assert "如何陈述意见" in told
    assert "To be heard" in told


def test_a_cancellation_names_the_first_day_on_which_the_family_is_free_again() -> None:
    told = body("cancelled")
    assert "2028年1月12日当日起可以再次申请" in told
    assert "from 2028-01-12 on you may apply again" in told


def test_only_the_cancellation_carries_a_ban() -> None:
    for name in ("choice-declined", "struck-from-draw", "exit-confirmed", "buy-back-paid", "returned-to-pool"):
        assert "不产生禁止申请的期限" in body(name)


@pytest.mark.parametrize("keeps", [True, False])
@pytest.mark.parametrize(
    "events",
    [
        (*after.IN_DRAW, after.NOT_DRAWN),
        (*after.IN_DRAW, after.SUBSTITUTE, after.RETURNED),
        (*after.CALL, after.DECLINED),
        (after.DEPOSIT_ASKED, after.DEPOSIT_LAPSED),
    ],
)
def test_whoever_is_back_in_the_pool_is_told_whether_its_confirmation_holds(
    keeps: bool, events: tuple[Event, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    parameter = Parameter("pool_keeps_confirmation", "internal limit", ((date(2025, 4, 1), keeps),))
    monkeypatch.setitem(POLICY.parameters, parameter.name, parameter)  # type: ignore[arg-type]
    told = since(*events).letter().body
    assert ("不需要重新公示" in told) == keeps
    assert ("published anew" in told) != keeps


def test_a_refused_hand_over_says_what_is_missing_under_its_article() -> None:
    assert "承租的公租房或者保障性租赁住房尚未退出（第20条）" in body("hand-over-refused")


def test_an_offer_is_told_line_by_line_to_the_cent() -> None:
    told = body("buy-back-offered")
    assert "\n- 原购房价款：312480.50元\n- 折旧：12480.50元（" in told
    assert "（直线折旧：每年 2.00 %，自 2026-12-20 至 2028-12-20 共 24 个整月）\n" in told
    assert "original price: 312480.50 yuan\n" in told
    assert f"depreciation: 12480.50 yuan ({after.STRAIGHT_LINE})\n" in told
    assert "合计：300000.00元" in told


def test_an_exit_before_the_keys_frees_the_home_and_one_after_them_leads_to_the_buy_back() -> None:
    before = since(*after.HOME_CHOSEN, after.EXIT_PROPOSED, after.EXIT_CONFIRMED).letter().body
    assert "The home that you chose is free for others" in before
    assert "The project unit buys the home back" in body("exit-confirmed")


def test_what_a_family_did_itself_and_what_another_notice_says_is_not_told_again() -> None:
    assert not NOTICES.keys() & {BuyBackAsked, BuyBackAccepted}
    assert since(*after.HOME_CHOSEN, after.SIGNED, after.SET_OFF).notice() is None


def test_each_of_two_projects_is_told_of_by_itself() -> None:
    first = since(after.DEPOSIT_ASKED).letter()
    history = (*after.IN_DRAW, after.NOT_DRAWN, after.DEPOSIT_SETTLED, after.again(after.DEPOSIT_ASKED))
    second = since(*history).letter()
    assert (first.cause, second.cause) == ("deposit-asked-1", "deposit-asked-2")
    assert first.notice_id != second.notice_id
