"""A department that answers several questions in one message wrongly is BAD in that scenario alone."""

import asyncio
from collections.abc import Callable, Sequence

import pytest
from nats.micro.request import Request

from contracts.jws import Signer
from inquiry.attachments.config import AttachmentConfig
from lianshen.conformance.connect import holding_with
from lianshen.simulation.batch import reply_to
from lianshen.simulation.faults import Profile
from lianshen.simulation.registers import OF_THE_KIT, load
from lianshen.simulation.responder import Responder
from lianshen.simulation.signing import Sign
from tests.conformance.kits import a_kit, bad, checked
from tests.support.real_bus import RealBus
from tests.support.waiting import until

pytestmark = pytest.mark.slow
SIGNER = Signer.from_seed(b"s" * 32)
Replies = Callable[[Sequence[str | None], Sign], bytes | None]


class Faulty(Responder):
    """A simulated tax office whose replies to a batch are made by `replies`; None is an error."""

    replies: Replies

    async def _reply_to_batch(self, request: Request, asked: list[bytes]) -> None:
        assert self._sign is not None
        reply = self.replies(await asyncio.gather(*map(self._in_batch, asked)), self._sign)
        await self._send(request.respond_error("500", "no batch") if reply is None else request.respond(reply))


def in_another_order(answers: Sequence[str | None], sign: Sign) -> bytes:
    return reply_to([*answers[1:], answers[0]], "tax", sign)


def with_one_left_out(answers: Sequence[str | None], sign: Sign) -> bytes:
    return reply_to(answers[:-1], "tax", sign)


def under_the_root_of_others(answers: Sequence[str | None], sign: Sign) -> bytes:
    others = reply_to([*answers[1:], answers[0]], "tax", sign)
    return reply_to(answers, "tax", None)[:-1] + b', "root"' + others.partition(b', "root"')[2]


def for_another_department(answers: Sequence[str | None], sign: Sign) -> bytes:
    return reply_to(answers, "housing", sign)


def with_an_error_for_all(answers: Sequence[str | None], sign: Sign) -> None:
    return None


FAULTS = (
    in_another_order,
    with_one_left_out,
    under_the_root_of_others,
    for_another_department,
    with_an_error_for_all,
)


@pytest.mark.parametrize("replies", FAULTS, ids=[fault.__name__ for fault in FAULTS])
async def test_a_fault_of_a_batch_is_found(real_bus: RealBus, replies: Replies) -> None:
    seed = real_bus.data_dir.department_seed("tax")
    office = Faulty("tax", load(OF_THE_KIT, "tax"), Profile(), 0, real_bus.url, seed, Sign(SIGNER))
    office.replies = replies  # type: ignore[method-assign]
    playing = asyncio.create_task(office.run())
    await until(lambda: office._said_ready)
    try:
        how = AttachmentConfig(timeout_seconds=5, signature="required")
        results = await checked(
            await a_kit(real_bus, "tax", how, holding_with(SIGNER.x)), ["found", "signed", "batch"]
        )
    finally:
        office.leave()
        await playing
    assert list(bad(results)) == ["batch"], bad(results)
