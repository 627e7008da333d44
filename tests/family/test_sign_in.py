"""Number and secret open one case; everything else is told the same, and slowed by address alone."""

import pytest
from intake.family.app import ROUTES
from intake.receipts import receipt_secret
from prometheus_client import REGISTRY

from chassis.http.pages.breaches import PATH as BREACHES
from tests.contracts.examples import ACCEPTED, NUMBER, SUBMITTED
from tests.family.household import Household
from tests.intake.in_memory import RECEIPT_KEY
from tests.support.families import an_application_number

SECRET = receipt_secret(RECEIPT_KEY, NUMBER)


@pytest.fixture
def household() -> Household:
    household = Household()
    household.happened(SUBMITTED, ACCEPTED)
    return household


def refusals(slowed: str) -> float:
    labels = {"app": "family", "slowed": slowed}
    return REGISTRY.get_sample_value("lianshen_sign_in_failures_total", labels) or 0.0


async def test_number_and_secret_of_the_receipt_open_the_case(household: Household) -> None:
    reply = await household.sign_in(NUMBER.lower().replace("-", " "), SECRET.lower())
    assert (reply.status_code, reply.headers["location"]) == (303, "/case")
    cookie = reply.headers["set-cookie"]
    assert NUMBER not in cookie
    assert SECRET not in cookie
    assert "HttpOnly" in cookie
    assert "SameSite=strict" in cookie
    assert (await household.get("/case")).status_code == 200
    assert (await household.get("/")).headers["location"] == "/case"


async def test_a_wrong_secret_and_a_number_that_nobody_has_look_the_same_and_read_nothing(
    household: Household,
) -> None:
    """What differs is the number as it was typed, and nothing else: not a header, not a read of the log."""
    nobodys, typed = an_application_number(), []
    for number, secret in ((NUMBER, "A" * 20), (nobodys, SECRET), (nobodys, "A" * 20), (NUMBER, "")):
        reply = await household.sign_in(number, secret)
        typed.append((reply.status_code, sorted(reply.headers), reply.text.replace(number, "NUMBER")))
    assert typed[0][0] == 404
    assert typed[1:] == typed[:1] * 3
    assert household.log.reads == 0
    assert "set-cookie" not in typed[0][1]


async def test_a_secret_of_a_case_that_is_not_there_is_told_the_same(household: Household) -> None:
    number = an_application_number()
    right = await household.sign_in(number)
    wrong = await household.sign_in(number, "A" * 20)
    assert (right.status_code, right.text) == (wrong.status_code, wrong.text)


async def test_a_number_with_a_slip_is_told_so_and_counts_for_nothing(household: Household) -> None:
    for _ in range(10):
        reply = await household.sign_in(NUMBER[:-1] + ("2" if NUMBER[-1] != "2" else "3"))
        assert reply.status_code == 422
    assert "校验码" in reply.text
    assert (await household.sign_in(NUMBER, "A" * 20)).status_code == 404


async def test_five_wrong_secrets_a_minute_from_one_address_then_429_and_the_wait(household: Household) -> None:
    usual, slowed = refusals("no"), refusals("yes")
    for _ in range(5):
        assert (await household.sign_in(NUMBER, "A" * 20)).status_code == 404
    household.later(seconds=20)
    reply = await household.sign_in(an_application_number(), "A" * 20)
    assert (reply.status_code, reply.headers["retry-after"]) == (429, "40")
    assert "40" in reply.text
    household.later(seconds=40)
    assert (await household.sign_in(NUMBER, "A" * 20)).status_code == 404
    assert (refusals("no") - usual, refusals("yes") - slowed) == (6, 1)


async def test_whatever_others_try_the_right_secret_is_taken_from_their_address_too(household: Household) -> None:
    for _ in range(40):
        await household.sign_in(NUMBER, "A" * 20)
    assert (await household.sign_in(NUMBER, "A" * 20)).status_code == 429
    assert (await household.sign_in(NUMBER, "A" * 20, address="192.0.2.2")).status_code == 404
    assert (await household.sign_in(NUMBER)).status_code == 303


async def test_no_page_is_shown_to_whoever_is_not_signed_in(household: Household) -> None:
    """Made from the routes of the app itself: one that is new is in it."""
    open_to_all = {("GET", "/"), ("POST", "/sign-in"), ("POST", "/sign-out"), ("POST", BREACHES)}
    served = {(method, route.path) for route in household.app.routes for method in getattr(route, "methods", ())}
    assert served == open_to_all | {(route.method, route.path) for route in ROUTES}
    for method, path in served - open_to_all:
        reply = await household.browser.request(method, path)
        assert (reply.status_code, reply.headers["location"], reply.text) == (303, "/", ""), path
    assert household.log.reads == 0


async def test_after_a_rest_of_ten_minutes_and_after_the_word_the_case_is_gone(household: Household) -> None:
    await household.sign_in(NUMBER)
    household.later(minutes=11)
    reply = await household.get("/case")
    assert (reply.status_code, reply.headers["location"]) == (303, "/?ended=1")
    assert "自动退出" in (await household.get("/?ended=1")).text

    await household.sign_in(NUMBER)
    assert (await household.post("/sign-out", {})).status_code == 303
    assert (await household.get("/case")).status_code == 303


async def test_a_form_from_elsewhere_signs_nobody_in(household: Household) -> None:
    reply = await household.browser.post(
        "/sign-in", data={"number": NUMBER, "secret": SECRET}, headers={"origin": "http://evil.example"}
    )
    assert reply.status_code == 403


async def test_a_page_that_is_left_open_clears_itself_when_its_session_is_over(household: Household) -> None:
    await household.sign_in(NUMBER, SECRET)
    page = (await household.get("/case")).text
    assert '<noscript><meta http-equiv="refresh" content="601;url=/?ended=1"></noscript>' in page
    assert 'data-clears-after="601"' in page


async def test_a_page_that_asks_by_itself_keeps_nobody_signed_in_and_clears_the_screen_at_the_end(
    household: Household,
) -> None:
    await household.sign_in(NUMBER)
    by_itself = {"hx-request": "true"}
    for _ in range(10):
        household.later(seconds=59)
        assert (await household.browser.get("/looks", headers=by_itself)).status_code == 200
    household.later(seconds=59)
    reply = await household.browser.get("/looks", headers=by_itself)
    assert (reply.status_code, reply.headers["hx-redirect"], reply.text) == (204, "/?ended=1", "")
