"""A department that takes 30 s is asked once by a pair of services, though messages come again after 4 (ADR 0030).

By day scaled down; QUESTION_SECONDS=30 takes the waits as they are provisioned (`make test-nightly`).
"""

import asyncio
import os
import time
from dataclasses import replace

import pytest

from chassis.log.journal import Journal
from chassis.log.provision import provision
from chassis.timing import TIMING, Timing
from inquiry.department_client import durables_for
from procedures.hainan_2025.departments.tax import TAX
from tests.support.departments import HOUSEHOLD, OnTheBus, Question, Said, accept, an_answer, settled, verifying
from tests.support.readers import info
from tests.support.real_bus import RealBus
from tests.support.waiting import until

AS_IT_IS = "QUESTION_SECONDS" in os.environ
SECONDS = float(os.environ.get("QUESTION_SECONDS", "5"))
TAKES = SECONDS - 1
"""What the department takes; no question may take longer than 30."""
ACK_WAIT = None if AS_IT_IS else 0.6
"""Seconds until what nobody said a word of comes again; None: as it is provisioned, four."""
CASES = 3
DURABLE = durables_for(HOUSEHOLD, TAX)[0]


@pytest.fixture
def timing() -> Timing:
    return TIMING if AS_IT_IS else replace(TIMING, working_every=0.2)


@pytest.mark.timeout(150 + 9 * SECONDS)
async def test_a_question_that_takes_many_waits_is_asked_once(real_bus: RealBus, journal: Journal) -> None:
    await provision(await real_bus.connect("provisioner"), [DURABLE], ack_wait=ACK_WAIT)

    async def takes_long(question: Question) -> Said:
        await asyncio.sleep(TAKES)
        return an_answer(question)

    tax = await OnTheBus("tax", takes_long).start(real_bus)
    patient = f"[tax]\ntimeout_seconds = {SECONDS:g}\n"
    async with (
        verifying(real_bus, journal, [TAX], attached_by=patient),
        verifying(real_bus, journal, [TAX], attached_by=patient),
    ):
        numbers = [await accept(journal, "tax") for _ in range(CASES)]
        began = time.monotonic()
        for number in numbers:
            await until(lambda number=number: settled(journal, number), 2 * SECONDS + 30)  # type: ignore[misc]
        assert time.monotonic() - began >= TAKES - 1
        seen = await info(await real_bus.connect("operator"), DURABLE)
    assert len(tax.asked) == CASES, "each was asked once"
    assert len({question["question_id"] for question in tax.asked}) == CASES
    assert seen["delivered"]["consumer_seq"] == CASES, "none was brought again"
