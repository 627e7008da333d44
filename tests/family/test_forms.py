"""What a household does by itself: hand in what is missing, and withdraw; each happens once, however often sent."""

import pytest

from contracts.application import Supplement
from contracts.events import ApplicationSupplemented, ApplicationWithdrawn
from tests.contracts.examples import ACCEPTED, CHILD, NUMBER, SUBMITTED, SUPPLEMENT_WANTED
from tests.family.household import Household, words

VERSION = "2025-1"


@pytest.fixture
async def household() -> Household:
    household = Household()
    household.happened(SUBMITTED, SUPPLEMENT_WANTED)
    await household.sign_in(NUMBER)
    return household


def events(household: Household, kind: type) -> list[object]:
    return [item.event for item in household.log.cases[NUMBER] if isinstance(item.event, kind)]


async def test_the_form_asks_for_what_is_missing_with_the_exact_text_and_nothing_else(household: Household) -> None:
    page = await household.get("/supplement")
    assert page.status_code == 200
    assert 'name="document-consent"' in page.text
    assert 'name="document-identity_copies"' not in page.text
    assert 'name="consent-1"' in page.text
    assert 'name="consent-0"' not in page.text
    assert f'name="text_version" value="{VERSION}"' in page.text
    assert "核实本人的户籍、婚姻、社会保险、纳税、住房等必要信息" in words(page)
    assert CHILD not in page.text
    assert "信息查询授权书" in words(await household.get("/case"))


async def test_all_that_is_missing_handed_in_once_is_taken_up_and_twice_changes_nothing(household: Household) -> None:
    fields = {"document-consent": "yes", "consent-1": "yes", "text_version": VERSION}
    for _ in range(2):
        reply = await household.post("/supplement", fields)
    (supplemented,) = events(household, ApplicationSupplemented)
    assert isinstance(supplemented, ApplicationSupplemented)
    assert supplemented.documents == ("consent",)
    assert [(it.id_number, it.given, it.text_version) for it in supplemented.consents] == [(CHILD, True, VERSION)]
    assert reply.status_code == 409
    assert 'id="over"' in reply.text
    assert "联合审核中" in words(await household.get("/case"))


async def test_a_part_is_taken_and_the_rest_stays_asked_for(household: Household) -> None:
    reply = await household.post("/supplement", {"document-consent": "yes"})
    assert (reply.status_code, reply.headers["location"]) == (303, "/case")
    page = await household.get("/supplement")
    assert 'name="document-consent"' not in page.text
    assert 'name="consent-1"' in page.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"text_version": VERSION}, "请至少勾选一项"),
        ({"document-identity_copies": "yes", "consent-0": "yes"}, "请至少勾选一项"),
        ({"consent-1": "yes", "text_version": "2024-9"}, "授权书文本刚刚更新"),
        ({"consent-1": "yes"}, "授权书文本刚刚更新"),
    ],
)
async def test_what_was_not_asked_for_or_not_read_is_not_taken(
    household: Household, fields: dict[str, str], said: str
) -> None:
    reply = await household.post("/supplement", fields)
    assert reply.status_code == 422
    assert said in words(reply)
    assert 'href="#handed"' in reply.text
    assert events(household, ApplicationSupplemented) == []


async def test_withdrawing_needs_the_tick_keeps_what_was_typed_and_ends_the_case_once(household: Household) -> None:
    reply = await household.post("/withdraw", {"reason": "另有住处"})
    assert (reply.status_code, "请勾选确认" in reply.text, "另有住处" in reply.text) == (422, True, True)
    reply = await household.post("/withdraw", {"reason": "x" * 501, "sure": "yes"})
    assert (reply.status_code, 'href="#reason"' in reply.text) == (422, True)
    assert events(household, ApplicationWithdrawn) == []

    for _ in range(2):
        await household.post("/withdraw", {"reason": "另有住处", "sure": "yes"})
    (withdrawn,) = events(household, ApplicationWithdrawn)
    assert isinstance(withdrawn, ApplicationWithdrawn)
    assert (withdrawn.reason, withdrawn.by) == ("另有住处", "the family")
    assert "已撤回" in words(await household.get("/case"))
    assert 'id="over"' in (await household.get("/withdraw")).text


@pytest.mark.parametrize("reason", ["", "\u200b\u3000"])
async def test_a_household_need_not_say_why(household: Household, reason: str) -> None:
    await household.post("/withdraw", {"reason": reason, "sure": "yes"})
    (withdrawn,) = events(household, ApplicationWithdrawn)
    assert isinstance(withdrawn, ApplicationWithdrawn)
    assert withdrawn.reason == "at the family's wish"


async def test_what_is_not_confirmed_is_said_so_and_may_be_done_again(household: Household) -> None:
    assert (await household.get("/case")).status_code == 200
    household.log.away = True
    for path, fields in (("/withdraw", {"sure": "yes"}), ("/supplement", {"document-consent": "yes"})):
        reply = await household.post(path, fields)
        assert reply.status_code == 503
        assert 'id="not-now"' in reply.text
    household.log.away = False
    assert (await household.post("/withdraw", {"sure": "yes"})).status_code == 303


async def test_of_an_accepted_case_nothing_is_missing() -> None:
    household = Household()
    household.happened(SUBMITTED, ACCEPTED)
    await household.sign_in(NUMBER)
    page = await household.get("/supplement")
    assert (page.status_code, 'id="over"' in page.text) == (409, True)
    reply = await household.post("/supplement", {"document-consent": "yes"})
    assert reply.status_code == 409
    assert Supplement.__name__ not in reply.text


async def test_what_was_just_done_is_shown_although_a_replica_lags(household: Household) -> None:
    assert (await household.post("/withdraw", {"sure": "yes"})).status_code == 303
    household.log.lags = 2
    assert '<h1 id="state">已撤回</h1>' in (await household.get("/case")).text
    household.log.lags = 9
    assert '<h1 id="state">待补正材料</h1>' in (await household.get("/case")).text, "and it is not waited for for ever"
