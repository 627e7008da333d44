"""No name, number, phone or address in a URL, a span, a metric or a log, whatever is typed and whatever fails."""

import logging
from unittest.mock import patch
from urllib.parse import unquote_plus

import pytest
from prometheus_client import generate_latest

from chassis.errors import Unavailable
from tests.kiosk.at_the_kiosk import Kiosk, on_monday, screens_of
from tests.support.kept_spans import keeping


async def test_what_is_typed_is_in_no_address_span_metric_or_log(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    kept = keeping(monkeypatch)
    caplog.set_level(logging.DEBUG)
    kiosk, form = Kiosk(), on_monday()
    async with kiosk.family() as family:
        page = await family.fill(form)
        await family.post("/applicant", screens_of(form)["/applicant"] | {"applicant-phone": "1"})
        await family.post("/applicant", screens_of(form)["/applicant"])
        with patch.object(kiosk.intake.memory, "open", side_effect=Unavailable("away")):
            await family.send(page)
        with patch.object(kiosk.intake.memory, "open", side_effect=RuntimeError("a fault of ours")):
            await family.send(page)
            assert family.status == 500
        receipt = await family.send(page)
        kiosk.restart()
        again = await family.send(page)
        assert again.ids["number"] == receipt.ids["number"]
        await family.post("/csp-reports")
    everywhere = "\n".join(
        [
            *map(unquote_plus, family.addresses),
            *(found.to_json() for found in kept.spans),
            *(f"{record.getMessage()} {record.exc_text or ''}" for record in caplog.records),
            generate_latest().decode(),
        ]
    )
    assert kept.spans, "the case's span was seen"
    secrets = (receipt.ids["secret"].replace("-", ""), page.fields["key"][0])
    people = [it for person in (form.applicant, *form.members) for it in (person.name, person.id_number)]
    for canary in (*people, form.applicant.phone, form.residence.address, *secrets):
        assert canary not in everywhere
    assert receipt.ids["number"] not in "\n".join(family.addresses)


async def test_every_page_of_a_person_is_kept_by_no_browser_and_shown_in_no_frame() -> None:
    async with Kiosk().family() as family:
        page = await family.fill(on_monday())
        for path in ("/applicant", "/check"):
            headers = (await family.browser.get(path)).headers
            assert headers["cache-control"] == "no-store"
            assert headers["x-frame-options"] == "DENY"
        await family.send(page)
        assert (await family.browser.get("/receipt")).headers["cache-control"] == "no-store"
        [cookie] = [it for it in family.browser.cookies.jar if it.name == "kiosk"]
        assert cookie.has_nonstandard_attr("HttpOnly")
        assert cookie.get_nonstandard_attr("SameSite") == "strict"
