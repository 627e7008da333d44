"""One case however often it is sent: a double click, the back button, a line or a bus that comes and goes."""

import asyncio
from unittest.mock import patch

import pytest

from chassis.errors import Unavailable
from tests.kiosk.at_the_kiosk import Kiosk, on_monday, screens_of


async def test_a_double_click_is_one_case_and_one_receipt() -> None:
    kiosk = Kiosk()
    async with kiosk.family() as family:
        page = await family.fill(on_monday())
        key = {"key": page.fields["key"][0]}
        replies = await asyncio.gather(*(family.browser.post("/check", data=key) for _ in range(5)))
    assert {(reply.status_code, reply.url.path) for reply in replies} == {(200, "/receipt")}
    assert len({reply.text for reply in replies}) == 1
    assert len(family.cases) == 1


async def test_the_back_button_after_the_receipt_leads_to_the_receipt() -> None:
    async with Kiosk().family() as family:
        page = await family.fill(on_monday())
        await family.send(page)
        first = family.text
        for path in ("/check", "/applicant", "/members"):
            await family.get(path)
            assert (family.path, family.text) == ("/receipt", first)
        await family.post("/applicant", screens_of(on_monday())["/applicant"])
        await family.send(page)
        assert (family.path, family.text) == ("/receipt", first)
        assert len(family.cases) == 1


async def test_a_page_that_outlived_a_restart_of_ours_still_opens_its_receipt() -> None:
    kiosk = Kiosk()
    async with kiosk.family() as family:
        page = await family.fill(on_monday())
        await family.send(page)
        first = family.text
        kiosk.restart()
        await family.send(page)
        assert (family.path, family.text) == ("/receipt", first)


async def test_whoever_finds_the_page_of_another_family_later_finds_nothing() -> None:
    kiosk = Kiosk()
    async with kiosk.family() as family:
        page = await family.fill(on_monday())
        await family.send(page)
        await family.post("/finish")
        assert family.path == "/"
        family.rest(181)
        await family.send(page)
        assert (family.path, len(family.cases)) == ("/cleared", 1)


@pytest.mark.parametrize("key", ["", "no key of ours", "张三", "x" * 300])
async def test_a_key_that_opened_nothing_opens_nothing(key: str) -> None:
    async with Kiosk().family() as family:
        await family.fill(on_monday())
        await family.post("/check", {"key": key})
        assert (family.path, family.cases) == ("/check", [])
        await family.post("/finish")
        await family.post("/check", {"key": key})
        assert (family.path, family.cases) == ("/cleared", [])


async def test_the_key_is_new_for_each_form() -> None:
    async with Kiosk().family() as family:
        first = await family.fill(on_monday())
        second = await family.fill(on_monday())
    assert first.fields["key"] != second.fields["key"]


async def test_while_the_bus_is_away_the_page_says_so_and_the_same_key_is_sent_again() -> None:
    kiosk = Kiosk()
    async with kiosk.family() as family:
        page = await family.fill(on_monday())
        with patch.object(kiosk.intake.memory, "open", side_effect=Unavailable("away")):
            away = await family.send(page)
            assert (family.status, family.cases) == (503, [])
            assert "还没有确认受理" in family.text
            assert away.fields["key"] == page.fields["key"]
        await family.get("/check")
        assert on_monday().applicant.name in family.text, "nothing that was typed is lost"
        await family.send(away)
        assert (family.path, len(family.cases)) == ("/receipt", 1)


async def test_what_was_taken_in_although_its_answer_was_lost_is_the_same_case_when_sent_again() -> None:
    """And what was changed in between is not in it: the receipt says so."""
    kiosk, form = Kiosk(), on_monday()
    memory, opened = kiosk.intake.memory, kiosk.intake.memory.open

    async def lost(*arguments: object) -> None:
        await opened(*arguments)  # type: ignore[arg-type]
        raise Unavailable("the answer was lost")

    async with kiosk.family() as family:
        page = await family.fill(form)
        with patch.object(memory, "open", side_effect=lost):
            await family.send(page)
        assert family.status == 503
        await family.post("/residence", screens_of(form)["/residence"] | {"residence-address": "别处"})
        receipt = await family.send(page)
        assert (family.path, len(family.cases)) == ("/receipt", 1)
        assert "没有计入" in receipt.ids["changed"]


async def test_a_form_from_another_site_is_not_taken() -> None:
    async with Kiosk().family() as family:
        page = await family.fill(on_monday())
        reply = await family.browser.post(
            "/check", data={"key": page.fields["key"][0]}, headers={"origin": "http://evil.example"}
        )
        assert (reply.status_code, family.cases) == (403, [])


async def test_a_key_that_a_program_chose_opens_no_receipt_at_the_kiosk() -> None:
    """Whoever guesses the Idempotency-Key of another way in must not get the secret of its receipt."""
    kiosk = Kiosk()
    body = on_monday().model_dump_json().encode()
    await kiosk.reception.take("kiosk-7-000123", body)
    async with kiosk.family() as stranger:
        await stranger.post("/check", {"key": "kiosk-7-000123"})
        assert (stranger.status, stranger.path) == (200, "/cleared")


async def test_the_next_family_at_a_kiosk_does_not_open_the_receipt_of_the_one_before() -> None:
    kiosk = Kiosk()
    async with kiosk.family() as browser:
        page = await browser.fill(on_monday())
        await browser.send(page)
        await browser.post("/")
        await browser.send(page)
        assert browser.path == "/check", "the answers of the one who has begun, not the receipt of another"


async def test_no_visit_keeps_more_than_a_form_may_be_long() -> None:
    kiosk = Kiosk()
    async with kiosk.family() as stranger:
        await stranger.post("/")
        await stranger.post("/project", {"project": "HN-2026-01"})
        await stranger.post("/applicant", {"applicant-name": "长" * 20_000})
        assert stranger.status == 413
        [visit] = [it.value for it in kiosk.visits._open.values()]
        assert visit.draft.applicant == type(visit.draft)().applicant
