"""On a real bus a household reads its case and every look at it at once, and old news while the bus is away."""

import asyncio
import os
import signal

import pytest
from intake.consent_texts import load_consent_texts
from intake.family.app import build_family_app
from intake.family.looks import LookLog
from intake.receipts import receipt_secret
from intake.reception import Reception

from chassis.log.journal import Journal
from chassis.log.write_once import write_once
from chassis.timing import Timing
from contracts.looks import STREAM, Look
from procedures.hainan_2025.letters import Desk
from tests.contracts.examples import ACCEPTED, NUMBER, SUBMITTED
from tests.family.household import NOW, Household, words
from tests.intake.in_memory import NUMBER_KEY, RECEIPT_KEY, Intake
from tests.support.real_bus import RealBus
from tests.support.waiting import until

LOOK = Look.model_validate(
    {"application": NUMBER, "at": NOW, "by": "王敏", "role": "officer", "reason": "decide", "what": "case"}
)


@pytest.fixture
def timing() -> Timing:
    return Timing(read_timeout=0.5, request_timeout=0.5)


@pytest.fixture
async def household(journal: Journal, real_bus: RealBus, timing: Timing) -> Household:
    """The page over the real log; the case was taken in as intake does it."""
    await journal.open((SUBMITTED, ACCEPTED), ())
    household = Household()
    desk = Intake(memory=journal).desk  # type: ignore[arg-type]
    reception = Reception(desk, NUMBER_KEY, RECEIPT_KEY, 2.0, household.clock)
    looks = LookLog(real_bus.connections[0].nc, timing)
    household.app = build_family_app(reception, Desk("窗口", "the counter"), load_consent_texts(), looks)
    household.browser = household.other_browser("192.0.2.1")
    assert (await household.sign_in(NUMBER, receipt_secret(RECEIPT_KEY, NUMBER))).status_code == 303
    return household


async def test_a_look_is_on_the_page_as_soon_as_its_record_is_on_the_disk(
    household: Household, real_bus: RealBus
) -> None:
    before = await household.get("/looks")
    assert 'id="unreadable"' not in before.text
    assert "王敏" not in before.text
    await write_once(await real_bus.connect(), STREAM, LOOK.subject, LOOK.model_dump_json().encode(), 5)
    async with asyncio.timeout(5):
        page = words(await household.get("/looks"))
    assert "王敏 (审核人员)" in page
    assert "办理您的申请" in page
    assert "向部门查询" in page


async def test_while_the_bus_does_not_answer_the_last_news_stands_there_and_afterwards_the_new_by_itself(
    household: Household, real_bus: RealBus
) -> None:
    assert (await household.get("/case")).status_code == 200
    assert real_bus.server.pid is not None
    os.kill(real_bus.server.pid, signal.SIGSTOP)
    try:
        page = await household.get("/case")
        reply = await household.post("/withdraw", {"sure": "yes"})
    finally:
        os.kill(real_bus.server.pid, signal.SIGCONT)
    assert (page.status_code, reply.status_code) == (503, 503)
    assert 'id="away"' in page.text
    assert "等部门答复：税务" in words(page)
    assert 'id="not-now"' in reply.text
    assert "Traceback" not in page.text + reply.text

    async def back() -> bool:
        return (await household.get("/case")).status_code == 200

    await until(back)


async def test_without_the_stream_the_case_is_shown_and_that_looks_cannot_be_read_is_said(
    household: Household, real_bus: RealBus
) -> None:
    owner = await real_bus.connect("provisioner")
    await owner.request(f"$JS.API.STREAM.DELETE.{STREAM}", b"", timeout=5)
    page = await household.get("/looks")
    assert page.status_code == 200
    assert 'id="unreadable"' in page.text
