"""The kiosk as intake serves it: the bus asleep and awake again, and nobody named in what the processes write."""

import asyncio
import os
import signal
from pathlib import Path

import httpx
import pytest

from contracts.application import ApplicationForm
from tests.kiosk.at_the_kiosk import FORM, Page, screens_of, urlencode
from tests.support.running_system import Running, Start
from tests.support.worlds import one_family

pytestmark = pytest.mark.slow


async def fill(browser: httpx.AsyncClient, form: ApplicationForm) -> Page:
    """Up to the answers to be checked."""
    reply = await browser.post("/", content="", headers=FORM)
    for path, fields in screens_of(form).items():
        assert reply.url.path == path
        reply = await browser.post(path, content=urlencode(fields, doseq=True), headers=FORM)
    return Page(reply.text)


def browser_at(running: Running) -> httpx.AsyncClient:
    address = running.address("kiosk")
    return httpx.AsyncClient(
        base_url=address, headers={"origin": address}, follow_redirects=True, trust_env=False, timeout=20
    )


async def test_while_the_bus_sleeps_nothing_is_lost_and_the_same_key_opens_one_case(
    start: Start, tmp_path: Path
) -> None:
    world, body = one_family(tmp_path / "world")
    running = await start(world, LIANSHEN_INTAKE_ANSWER_WITHIN="2")
    form, pid = ApplicationForm.model_validate(body), running.system.bus.pid
    assert pid is not None
    async with browser_at(running) as browser:
        sent = {"key": (await fill(browser, form)).fields["key"][0]}
        os.kill(pid, signal.SIGSTOP)
        try:
            away = await browser.post("/check", data=sent)
            kept = await browser.get("/check")
        finally:
            os.kill(pid, signal.SIGCONT)
        assert (away.status_code, int(away.headers["retry-after"]) > 0) == (503, True)
        assert Page(away.text).fields["key"] == [sent["key"]]
        assert form.applicant.name in kept.text
        for _ in range(20):
            receipt = await browser.post("/check", data=sent)
            if receipt.status_code == 200:
                break
            await asyncio.sleep(0.5)
    assert receipt.url.path == "/receipt"
    await running.tail.read()
    assert list(running.tail.cases) == [Page(receipt.text).ids["number"]]
    written = "".join(child.program.log.read_text("utf-8", "replace") for child in running.system.children.values())
    canaries = (form.applicant.name, form.applicant.id_number, form.applicant.phone, form.residence.address)
    assert [it for it in (*canaries, sent["key"]) if it in written] == []
