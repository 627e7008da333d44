"""What a household reads: whom it waits for and why a date is that date, what comes, each rule, every notice."""

from datetime import UTC, date, datetime, timedelta

import pytest
from intake.family.app import no_homes
from intake.family.looks import NoLooks
from intake.family.next_steps import next_steps
from intake.family.reading import Reader
from intake.family.standing import standing
from intake.reception import NotNow

from contracts.case.states import State
from contracts.describe import instant
from contracts.events import ApplicationAccepted, DepartmentDeferred, DepartmentOverdue, NoticeFailed, NoticeSent
from procedures.hainan_2025.policy import POLICY
from procedures.working_days import Calendar
from tests.contracts.examples import ACCEPTED, ANSWERED, NUMBER, SUBMITTED
from tests.family.household import Household, words
from tests.family.recorded import in_state, moments

ASKED = datetime(2026, 9, 25, 2, tzinfo=UTC)
"""A Friday before the National Day of 2026: the five working days are not five days."""
DUE = Calendar().due(date(2026, 9, 25), 5)


def asked(**changes: object) -> ApplicationAccepted:
    return ACCEPTED.model_copy(update={"at": ASKED, "answer_by": DUE.due_instant, **changes})


@pytest.fixture
async def household() -> Household:
    household = Household()
    household.clock.at = ASKED + timedelta(hours=1)
    household.happened(SUBMITTED.model_copy(update={"at": ASKED}), asked())
    await household.sign_in(NUMBER)
    return household


async def test_the_promised_date_comes_with_every_day_that_was_counted_and_why(household: Household) -> None:
    page = words(await household.get("/case"))
    assert instant(DUE.due_instant)[11:16] == "18:00"
    assert f"{DUE.last_day.year}年{DUE.last_day.month}月{DUE.last_day.day}日 18:00" in page
    assert "内部期限" in page
    assert "共5个工作日，今天之后还有5个" in page
    household.clock.at = DUE.due_instant - timedelta(hours=2)
    await household.sign_in(NUMBER)
    assert "共5个工作日，今天之后还有0个" in words(await household.get("/case"))
    assert "法定节假日：国庆节" in page
    for day in DUE.derivation:
        assert f"{day.date.year}年{day.date.month}月{day.date.day}日 {day.number or '–'}" in page


async def test_each_department_stands_there_since_when_it_is_asked_and_is_gone_once_it_answered(
    household: Household,
) -> None:
    before = words(await household.get("/case"))
    assert "等部门答复：税务 · 从 2026年9月25日 10:00 起" in before
    tax = ANSWERED.model_copy(update={"department": "tax", "at": ASKED})
    household.happened(SUBMITTED.model_copy(update={"at": ASKED}), asked(), tax)
    after = words(await household.get("/case"))
    assert "等部门答复：税务" not in after
    assert "等部门答复：住建局" in after


async def test_what_comes_by_itself_is_in_order_and_says_when(household: Household) -> None:
    overdue = DepartmentOverdue(
        application=NUMBER, at=DUE.due_instant, department="tax", round=1, asked_at=ASKED, answer_by=DUE.due_instant
    )
    promised = DepartmentDeferred(
        application=NUMBER,
        at=ASKED,
        department="housing",
        round=1,
        question_id=ANSWERED.question_id,
        promised_at=ASKED + timedelta(hours=3),
    )
    household.happened(SUBMITTED.model_copy(update={"at": ASKED}), asked(), promised, overdue)
    case = await household.reception.desk.journal.load(NUMBER)
    steps = next_steps(case, Calendar(), POLICY, ASKED, None)
    assert [step.text for step in steps] == [
        "family.next.deferred",
        "family.next.reminded",
        "family.next.overdue",
        "family.next.determined",
    ]
    assert steps[0].departments == ("housing",)
    assert "housing" not in steps[1].departments
    late = next_steps(case, Calendar(), POLICY, DUE.due_instant + timedelta(days=90), None)
    assert [step.text for step in late] == [
        "family.next.by_hand",
        "family.next.determined",
    ]
    assert "housing" in late[0].departments, "a promise that was not kept is none any more"
    page = words(await household.get("/case"))
    assert "等部门答复：税务 · 从 2026年9月25日 10:00 起 已逾期" in page


def test_a_state_without_a_date_in_the_measures_promises_none() -> None:
    dated = {State.SUPPLEMENT_WANTED, State.VERIFYING, State.IN_PUBLICITY, State.OBJECTED}
    dated |= {State.DEPOSIT_ASKED, State.CALLED_TO_CHOOSE, State.CHOICE_MISSED, State.HOME_CHOSEN}
    for state in set(State) - dated - {State.CONTRACT_SIGNED, State.EXIT_PROPOSED}:
        moment = in_state(state)
        assert standing(moment.case, moment.history, Calendar(), POLICY).promise is None


async def test_what_a_machine_proposes_is_told_to_nobody_before_a_person_decided() -> None:
    """A review and a proposal read the same: only values and sources are there, and they are what was answered."""
    told = []
    for state in (State.REVIEW, State.INELIGIBLE_PROPOSED):
        household, moment = Household(), in_state(state)
        await household.sign_in(household.stands(moment.number, moment.history))
        case, rules = await household.get("/case"), await household.get("/rules")
        assert "不符合" not in words(rules)
        assert "尚不能认定" not in words(rules)
        assert "由工作人员认定" in words(rules)
        since = moment.history[-1].event.at
        told.append(words(case).replace(moment.number, "").partition(str(since.year))[0])
    assert told[0] == told[1]


async def test_after_the_officers_word_every_rule_says_what_was_found() -> None:
    household, moment = Household(), in_state(State.INELIGIBLE)
    await household.sign_in(household.stands(moment.number, moment.history))
    page = words(await household.get("/rules"))
    assert "由工作人员认定" not in page
    assert "不符合" in page


async def test_a_notice_is_in_the_words_in_which_it_was_sent_and_says_over_which_channel() -> None:
    moment = next(it for it in moments() if any(isinstance(i.event, NoticeFailed) for i in it.history))
    household = Household(drill=True)
    await household.sign_in(household.stands(moment.number, moment.history))
    page = await household.get("/notices")
    sent = [item.event for item in moment.history if isinstance(item.event, NoticeSent)]
    for event in sent:
        assert f'id="notice-{event.cause}"' in page.text
    assert "已通过服务中心存档发出" in words(page)
    assert "通过邮件未能送达" in words(page)
    assert "【演练】" in words(page)
    assert "演练：数据均为虚构" in words(await household.get("/case"))


async def test_whoever_is_refused_reads_whom_to_ask_for_another_look_and_that_it_cannot_be_asked_for_here() -> None:
    for state in (State.REFUSED, State.INELIGIBLE, State.DISQUALIFIED):
        household, moment = Household(), in_state(state)
        await household.sign_in(household.stands(moment.number, moment.history))
        page = words(await household.get("/case"))
        assert "请求复核" in page
        assert "海南区物业与住房服务中心" in page
        assert "这里不能直接提交复核" in page


async def test_while_the_bus_is_away_the_last_news_is_shown_as_old_and_comes_back_by_itself(
    household: Household,
) -> None:
    assert (await household.get("/case")).status_code == 200
    household.log.away = True
    household.later(minutes=5)
    page = await household.get("/case")
    assert page.status_code == 503
    assert 'id="away"' in page.text
    assert "以下是 2026年9月25日 11:00:00 的情况" in words(page)
    assert "等部门答复：税务" in words(page)
    household.log.away = False
    page = await household.get("/case")
    assert (page.status_code, 'id="away"' in page.text) == (200, False)


async def test_while_the_bus_is_away_a_new_visitor_is_told_so_and_a_wrong_secret_still_says_the_same() -> None:
    household = Household()
    household.happened(SUBMITTED, ACCEPTED)
    wrong = await household.sign_in(NUMBER, "A" * 20)
    household.log.away = True
    assert (await household.sign_in(NUMBER, "A" * 20)).text == wrong.text
    page = await household.sign_in(NUMBER)
    assert page.status_code == 503
    assert "系统暂时连不上" in words(page)
    assert "Traceback" not in page.text


async def test_of_many_cases_that_were_read_the_one_read_longest_ago_is_forgotten() -> None:
    household = Household()
    reader = Reader(household.reception, NoLooks(), no_homes, most=2)
    first, *others = (household.stands(it.number, it.history) for it in map(in_state, list(State)[:3]))
    for number in (first, *others):
        assert not (await reader.read(number)).is_stale
    household.log.away = True
    assert [(await reader.read(number)).is_stale for number in others] == [True, True]
    with pytest.raises(NotNow):
        await reader.read(first)
