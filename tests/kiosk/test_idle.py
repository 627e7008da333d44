"""Nobody touches the screen: then it is cleared, and what was typed is gone, with or without JavaScript."""

import asyncio
import contextlib
from unittest.mock import patch

from intake.kiosk import visits
from intake.kiosk.visits import forget_when_idle
from intake.settings import IntakeSettings

from tests.kiosk.at_the_kiosk import Kiosk, on_monday, screens_of

PATHS = [
    "/project",
    "/applicant",
    "/members",
    "/residence",
    "/housing",
    "/documents",
    "/consents",
    "/check",
    "/receipt",
]


async def test_after_the_idle_time_every_page_is_the_cleared_one_and_the_draft_is_gone() -> None:
    kiosk, form = Kiosk(), on_monday()
    async with kiosk.family() as family:
        page = await family.fill(form)
        family.rest(179)
        await family.get("/check")
        family.rest(181)
        for path in PATHS:
            await family.get(path)
            assert family.path == "/cleared"
            assert form.applicant.name not in family.text
        await family.post("/applicant", screens_of(form)["/applicant"])
        assert family.path == "/cleared"
        await family.send(page)
        assert (family.path, family.cases) == ("/cleared", [])
    assert kiosk.visits._open == {}


async def test_whoever_types_is_not_idle_and_whoever_is_gone_is_told_so() -> None:
    async with Kiosk().family() as family:
        await family.post("/")
        for _ in range(4):
            family.rest(100)
            await family.post("/alive")
            assert family.status == 204
        family.rest(181)
        await family.post("/alive")
        assert family.status == 410


async def test_what_was_typed_goes_from_memory_even_if_no_browser_asks_again() -> None:
    kiosk = Kiosk()
    async with kiosk.family() as family:
        await family.fill(on_monday())
    assert kiosk.visits._open
    with patch.object(visits, "SWEPT_EVERY", 0.001):
        sweeping = asyncio.create_task(forget_when_idle(kiosk.visits, kiosk.clock))
        await asyncio.sleep(0.05)
        assert kiosk.visits._open, "it is not idle yet"
        family.rest(181)
        await asyncio.sleep(0.05)
        assert kiosk.visits._open == {}
        sweeping.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await sweeping


async def test_after_the_receipt_nothing_typed_is_kept() -> None:
    kiosk, form = Kiosk(), on_monday()
    async with kiosk.family() as family:
        await family.send(await family.fill(form))
    [visit] = [it.value for it in kiosk.visits._open.values()]
    assert form.applicant.name not in repr(visit.draft)


async def test_without_a_script_the_page_clears_itself_and_with_one_the_script_does() -> None:
    kiosk = Kiosk(settings=IntakeSettings(intake_kiosk_idle_seconds=45))
    async with kiosk.family() as family:
        page = await family.fill(on_monday())
        assert '<noscript><meta http-equiv="refresh" content="45;url=/cleared"></noscript>' in family.text
        assert 'data-seconds="45"' in family.text
        await family.send(page)
        assert 'content="45;url=/cleared"' in family.text
        await family.get("/cleared")
        assert "http-equiv" not in family.text
        await family.get("/receipt")
        assert family.path == "/cleared", "the cleared page ended the visit"


async def test_leaving_clears_everything() -> None:
    kiosk = Kiosk()
    async with kiosk.family() as family:
        await family.fill(on_monday())
        await family.post("/finish")
        assert family.path == "/"
    assert kiosk.visits._open == {}
