"""The ban question at intake: what of the bureau's answer counts, what proves it, and when nobody is asked."""

import json
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

import pytest
from intake.bans import BanList, Bans

from chassis.log.journal import Journal
from chassis.log.key_register import FollowedRegister
from contracts.jws import ANSWER, Signer
from contracts.key_register import AskingPaused, Holding, Key, Register
from inquiry.attachments.bus import BusAttachment
from tests.support.departments import OnTheBus, an_answer
from tests.support.families import a_form, an_application_number
from tests.support.real_bus import RealBus

BUREAU, OURS = Signer.from_seed(b"b" * 32), Signer.from_seed(b"o" * 32)
BAN = {"register": "ban", "article": "32", "since": "2026-09-01", "until": "2027-09-01"}
TENANCY = {"register": "tenancy", "kind": "public_rental", "since": "2020-01-01"}


def known(paused: bool = False) -> Register:
    now = datetime.now(UTC)
    key = Key(BUREAU.kid, BUREAU.x, "answer", datetime(2026, 1, 1, tzinfo=UTC), datetime(2099, 1, 1, tzinfo=UTC))
    pause = AskingPaused(holder="housing", n=2, at=now, by="operations", reason="moving") if paused else None
    return Register({"housing": Holding(2, {BUREAU.kid: key}, pause)})


async def asked(bus: RealBus, journal: Journal, register: Register) -> Bans | None:
    async def nobody_waits(body: bytes) -> None: ...

    followed = FollowedRegister(journal, _register=register)
    attachment = BusAttachment(await bus.connect(), "housing", nobody_waits)
    bans = BanList(attachment, b"k" * 32, 2.0, followed, OURS, "required")
    bans.hold(register)
    return await bans.about(an_application_number(), a_form(), datetime.now(UTC))


def signed(bureau: list[OnTheBus], question: dict[str, Any], *rows: dict[str, Any]) -> bytes:
    claims = {"department": "housing", "round": 1}
    claims["question_sha256"] = sha256(bureau[0].messages[-1].data).hexdigest()
    return BUREAU.sign(json.dumps(an_answer(question, "found", *rows) | claims).encode(), ANSWER).encode()


async def test_a_ban_is_read_from_all_that_the_bureau_signed_and_kept_as_it_came(
    real_bus: RealBus, journal: Journal
) -> None:
    """One bureau, one contract: that it tells of a tenancy, too, makes its signed word no less a ban."""
    bureau: list[OnTheBus] = []
    bureau.append(OnTheBus("housing", lambda question: signed(bureau, question, TENANCY, BAN)))
    await bureau[0].start(real_bus)
    said = await asked(real_bus, journal, known())
    assert said is not None
    assert [(row.register_, row.article) for row in said.rows] == [("ban", "32")]
    assert said.answer.evidence is not None
    assert (said.answer.evidence.answer_jws or "").startswith("ey")
    assert said.answer.evidence.question_sha256 == sha256(bureau[0].messages[0].data).hexdigest()
    [question] = bureau[0].asked
    assert [set(person) for person in question["persons"]] == [{"id_number"}], "the applicant's number, and no more"


async def test_a_bureau_that_is_paused_is_not_asked_at_the_kiosk_either(real_bus: RealBus, journal: Journal) -> None:
    bureau = await OnTheBus("housing", lambda question: an_answer(question, "none")).start(real_bus)
    assert await asked(real_bus, journal, known(paused=True)) is None
    assert bureau.asked == []


async def test_what_is_not_signed_refuses_nobody_where_answers_must_be(
    real_bus: RealBus, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    bureau = await OnTheBus("housing", lambda question: an_answer(question, "found", BAN)).start(real_bus)
    assert await asked(real_bus, journal, known()) is None
    assert len(bureau.asked) == 1
