"""A dead or silent department on the real bus: its backlog waits on its own durable and slows nobody else."""

import asyncio
import itertools

import pytest
from nats.aio.client import Client

from chassis.log.journal import Journal
from chassis.timing import Timing
from inquiry.department_client import durables_for
from procedures.hainan_2025.departments.social_security import SOCIAL_SECURITY
from procedures.hainan_2025.departments.tax import TAX
from tests.support.departments import HOUSEHOLD, OnTheBus, Question, Said, accept, an_answer, settled, verifying
from tests.support.readers import info
from tests.support.real_bus import RealBus
from tests.support.waiting import until

TAX_DURABLE = durables_for(HOUSEHOLD, TAX)[0]


@pytest.fixture
def timing() -> Timing:
    """Probes follow quickly."""
    return Timing(probe_after=(0.3,), retry_after=(0.5, 0.5, 1.0))


def pairs(instants: list[float]) -> list[tuple[float, float]]:
    return list(itertools.pairwise(instants))


@pytest.mark.parametrize("nobody_is_there", [True, False], ids=["nobody is there", "it takes questions, says nothing"])
async def test_a_department_that_is_down_gets_one_probe_at_a_time_while_the_others_go_on(
    real_bus: RealBus, journal: Journal, nobody_is_there: bool
) -> None:
    tax = OnTheBus("tax", lambda question: None)
    if not nobody_is_there:
        await tax.start(real_bus)
    await OnTheBus("social-security", an_answer).start(real_bus)
    quick = "[tax]\ntimeout_seconds = 0.3\nconcurrency = 4\n"
    async with verifying(real_bus, journal, [TAX, SOCIAL_SECURITY], attached_by=quick) as service:
        down = service.readers[TAX_DURABLE.name].breaker
        numbers = [await accept(journal, "tax", "social-security") for _ in range(4)]
        await until(lambda: down.is_open)
        await until(lambda: not service.readers[TAX_DURABLE.name].running)
        asked_before, probes_before = len(tax.asked), down.probes
        numbers += [await accept(journal, "tax", "social-security") for _ in range(30)]

        await until(lambda: answered(journal, "social-security", numbers), within=3)
        await asyncio.sleep(0.9)
        seen = await info(service.nc, TAX_DURABLE)
        probes = tax.asked_at[asked_before:]
        assert down.is_open
        tried = down.probes - probes_before + 1
        assert seen["num_ack_pending"] <= 4 + tried
        assert seen["num_pending"] >= 30 - tried
        assert len(probes) <= tried
        assert all(later - earlier >= 0.3 for earlier, later in pairs(probes))

        tax.say = an_answer
        if nobody_is_there:
            await tax.start(real_bus)
        await until(lambda: answered(journal, "tax", numbers), within=10)
        assert not down.is_open
        await until(lambda: nothing_pending(service.nc))
    assert all([await settled(journal, number) for number in numbers])


async def answered(journal: Journal, department: str, numbers: list[str]) -> bool:
    cases = [await journal.load(number) for number in numbers]
    return all((department, 1) in case.answers for case in cases)


async def nothing_pending(nc: Client) -> bool:
    seen = await info(nc, TAX_DURABLE)
    return not (seen["num_pending"] or seen["num_ack_pending"])


async def test_a_request_that_is_open_when_a_department_dies_brings_no_more_questions(
    real_bus: RealBus, journal: Journal
) -> None:
    tax = await OnTheBus("tax", an_answer).start(real_bus)
    async with verifying(real_bus, journal, [TAX], attached_by="[tax]\ntimeout_seconds = 0.2\n") as service:
        down = service.readers[TAX_DURABLE.name].breaker
        await until(lambda: idle(service.nc))
        tax.say = lambda question: None
        for _ in range(3):
            await accept(journal, "tax")
        await until(lambda: down.is_open)
        asked_before, probes_before = len(tax.asked), down.probes
        numbers = [await accept(journal, "tax") for _ in range(20)]
        assert len(tax.asked) - asked_before <= 2 + down.probes - probes_before
        tax.say = an_answer
        await until(lambda: answered(journal, "tax", numbers))


async def idle(nc: Client) -> bool:
    """Whether a reader waits with a request open."""
    return bool((await info(nc, TAX_DURABLE))["num_waiting"])


async def test_a_flapping_department_answers_everything_in_the_end(real_bus: RealBus, journal: Journal) -> None:
    flaps = itertools.cycle([True] * 5 + [False] * 4)

    def say(question: Question) -> Said:
        return an_answer(question) if next(flaps) else None

    await OnTheBus("tax", say).start(real_bus)
    async with verifying(real_bus, journal, [TAX], attached_by="[tax]\ntimeout_seconds = 0.1\n"):
        numbers = [await accept(journal, "tax") for _ in range(15)]
        await until(lambda: answered(journal, "tax", numbers), within=15)
