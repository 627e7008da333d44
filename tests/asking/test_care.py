"""A department that is looked after: paused, certified, reminded, told to stop, answered for by its clerk."""

import asyncio
import json
import os
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any

import pytest
from nats.aio.client import Client
from nats.aio.msg import Msg

from chassis.bus import flushed
from chassis.commands import call
from chassis.errors import CommandRefused
from chassis.log.history import History
from chassis.log.journal import Journal
from chassis.log.key_register import read_register, register_own_key
from contracts.events import (
    ApplicationWithdrawn,
    DepartmentAnswered,
    DepartmentDeferred,
    DepartmentReminded,
)
from contracts.inquiries import DepartmentNotice
from contracts.jws import ANSWER, CERTIFICATE, Signer
from contracts.key_register import (
    ENTRIES,
    LIANSHEN,
    AskingPaused,
    CertificateEnded,
    DepartmentCertified,
    Holding,
    fold_register,
)
from inquiry import deadlines, deferral, department_commands
from inquiry.admission import reason_not_asked
from procedures.department import contract_sha256
from procedures.hainan_2025.departments.social_security import SOCIAL_SECURITY
from procedures.hainan_2025.departments.tax import TAX
from tests.support.departments import HOUSEHOLD, OnTheBus, accept, an_answer, events_of, settled, verifying
from tests.support.real_bus import RealBus
from tests.support.waiting import until

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
BY = {"by": "operations", "reason": "their cooling failed"}


async def state_of(nc: Client, department: str = "tax") -> dict[str, Any]:
    states = (await call(nc, HOUSEHOLD, "departments", {}))["departments"]
    [state] = [state for state in states if state["department"] == department]
    return dict(state)


async def notices_to(bus: RealBus, department: str) -> list[DepartmentNotice]:
    """What the department is told from now on."""
    told: list[DepartmentNotice] = []

    async def take(message: Msg) -> None:
        told.append(DepartmentNotice.model_validate_json(message.data))

    nc = await bus.department(department)
    await nc.subscribe(f"department.{department}.notice.v1", cb=take)
    await flushed(nc)
    return told


# --- pause and resume -----------------------------------------------------------------------------------------


async def test_a_paused_department_is_asked_nothing_and_gets_everything_when_it_is_resumed(
    real_bus: RealBus, journal: Journal
) -> None:
    tax = await OnTheBus("tax", an_answer).start(real_bus)
    await OnTheBus("social-security", an_answer).start(real_bus)
    async with verifying(real_bus, journal, [TAX, SOCIAL_SECURITY]):
        nc = await real_bus.connect("operator")
        assert await call(nc, HOUSEHOLD, "pause", {"department": "tax", **BY}) == {
            "department": "tax",
            "changed": True,
        }
        assert not (await call(nc, HOUSEHOLD, "pause", {"department": "tax", **BY}))["changed"]
        assert (await state_of(nc))["paused"] == BY["reason"]
        numbers = [await accept(journal, "tax", "social-security") for _ in range(3)]
        for number in numbers:
            await until(lambda number=number: waits_for(journal, number, "tax"))  # type: ignore[misc]
        await asyncio.sleep(0.5)
        assert tax.asked == []
        await call(nc, HOUSEHOLD, "resume", {"department": "tax", **BY})
        for number in numbers:
            await until(lambda number=number: settled(journal, number), within=10)  # type: ignore[misc]
    assert len(tax.asked) == 3
    entries = [type(entry).__name__ for entry in await entries_of(journal, "tax")]
    assert entries == ["AskingPaused", "AskingResumed"]


async def waits_for(journal: Journal, number: str, department: str) -> bool:
    return (await journal.load(number)).waiting_for == (department,)


async def entries_of(journal: Journal, holder: str) -> list[Any]:
    found = await journal.history.under(f"register.{holder}.>")
    return [ENTRIES.read(it.headers["ce-type"], it.body) for it in found]


async def test_a_pause_outlives_the_service(real_bus: RealBus, journal: Journal) -> None:
    tax = await OnTheBus("tax", an_answer).start(real_bus)
    async with verifying(real_bus, journal, [TAX]):
        await call(await real_bus.connect("operator"), HOUSEHOLD, "pause", {"department": "tax", **BY})
    number = await accept(journal, "tax")
    async with verifying(real_bus, journal, [TAX]):
        await asyncio.sleep(1.5)
        assert tax.asked == []
        await call(await real_bus.connect("operator"), HOUSEHOLD, "resume", {"department": "tax", **BY})
        await until(lambda: settled(journal, number), within=10)


@pytest.mark.parametrize(
    ("change", "status"),
    [({"department": "police"}, 404), ({"reason": ""}, 422), ({"by": ""}, 422), ({"department": "Tax!"}, 422)],
)
async def test_a_pause_needs_a_department_a_name_and_a_reason(
    real_bus: RealBus, journal: Journal, change: dict[str, str], status: int
) -> None:
    async with verifying(real_bus, journal, [TAX]):
        with pytest.raises(CommandRefused) as refusal:
            await call(await real_bus.connect("operator"), HOUSEHOLD, "pause", {"department": "tax", **BY, **change})
    assert refusal.value.status == status
    assert await entries_of(journal, "tax") == []


# --- keys ------------------------------------------------------------------------------------------------------


async def test_a_key_signs_from_its_registration_to_its_revocation_and_never_again(
    real_bus: RealBus, journal: Journal
) -> None:
    signer = Signer.from_seed(os.urandom(32))
    key = {"department": "tax", "x": signer.x, "by": "operations"}
    async with verifying(real_bus, journal, [TAX]):
        nc = await real_bus.connect("operator")
        assert (await call(nc, HOUSEHOLD, "register-key", key))["changed"]
        assert not (await call(nc, HOUSEHOLD, "register-key", key))["changed"]
        [known] = (await state_of(nc))["keys"]
        assert (known["kid"], known["counts"]) == (signer.kid, True)

        revocation = {"department": "tax", "kid": signer.kid, "by": "operations", "reason": "the laptop is gone"}
        assert (await call(nc, HOUSEHOLD, "revoke-key", revocation))["changed"]
        assert not (await call(nc, HOUSEHOLD, "revoke-key", revocation))["changed"]
        assert (await state_of(nc))["keys"][0]["counts"] is False
        with pytest.raises(CommandRefused, match="never counts again") as refusal:
            await call(nc, HOUSEHOLD, "register-key", key)
        assert refusal.value.status == 409
        with pytest.raises(CommandRefused, match="no key of this id"):
            await call(nc, HOUSEHOLD, "revoke-key", revocation | {"kid": "A" * 43})
    assert [type(it).__name__ for it in await entries_of(journal, "tax")] == ["KeyRegistered", "KeyRevoked"]


async def test_an_answer_under_a_registered_key_stands_in_the_log_as_it_came_and_a_forged_one_does_not(
    real_bus: RealBus, journal: Journal
) -> None:
    signer, forger = (Signer.from_seed(os.urandom(32)) for _ in range(2))
    signers = [forger, forger, signer]
    sent: list[bytes] = []

    def say(question: dict[str, Any]) -> bytes:
        who = signers.pop(0)
        claims = {"department": "tax", "round": 1, "question_sha256": sha256_of(tax.messages[-1].data)}
        sent.append(who.sign(json.dumps(an_answer(question) | claims).encode(), ANSWER).encode())
        return sent[-1]

    tax = await OnTheBus("tax", say).start(real_bus)
    async with verifying(real_bus, journal, [TAX], attached_by='[tax]\nsignature = "required"\n'):
        nc = await real_bus.connect("operator")
        await call(nc, HOUSEHOLD, "register-key", {"department": "tax", "x": signer.x, "by": "operations"})
        number = await accept(journal, "tax")
        await until(lambda: bool(sent))
        await until(lambda: refused_for(nc, "not registered"))
        await until(lambda: settled(journal, number), within=15)
    [event] = await events_of(journal, number)
    assert isinstance(event, DepartmentAnswered)
    assert event.evidence is not None
    assert event.evidence.answer_jws == sent[-1].decode()
    assert len(sent) == 3


def sha256_of(body: bytes) -> str:
    from hashlib import sha256

    return sha256(body).hexdigest()


async def refused_for(nc: Client, why: str) -> bool:
    return any(why in fault["why"] for fault in (await state_of(nc))["faults"])


async def test_a_key_that_is_revoked_while_the_answer_is_on_its_way_does_not_count(
    real_bus: RealBus, journal: Journal
) -> None:
    signer = Signer.from_seed(os.urandom(32))

    async def say(question: dict[str, Any]) -> bytes:
        claims = {"department": "tax", "round": 1, "question_sha256": sha256_of(tax.messages[-1].data)}
        revocation = {"department": "tax", "kid": signer.kid, "by": "operations", "reason": "the laptop is gone"}
        await call(nc, HOUSEHOLD, "revoke-key", revocation)
        return signer.sign(json.dumps(an_answer(question) | claims).encode(), ANSWER).encode()

    tax = await OnTheBus("tax", say).start(real_bus)
    async with verifying(real_bus, journal, [TAX]):
        nc = await real_bus.connect("operator")
        await call(nc, HOUSEHOLD, "register-key", {"department": "tax", "x": signer.x, "by": "operations"})
        number = await accept(journal, "tax")
        await until(lambda: refused_for(nc, "is revoked"))
    assert await events_of(journal, number) == []


async def test_what_is_too_large_to_be_read_counts_for_nothing_where_answers_must_be_signed(
    real_bus: RealBus, journal: Journal
) -> None:
    tax = await OnTheBus("tax", lambda question: b"x" * 300_000).start(real_bus)
    async with verifying(real_bus, journal, [TAX], attached_by='[tax]\nsignature = "required"\n'):
        nc = await real_bus.connect("operator")
        number = await accept(journal, "tax")
        await until(lambda: refused_for(nc, "larger than any answer may be"))
        assert tax.asked
    assert await events_of(journal, number) == []


async def test_a_revocation_that_would_only_count_some_day_is_refused(real_bus: RealBus, journal: Journal) -> None:
    signer = Signer.from_seed(os.urandom(32))
    async with verifying(real_bus, journal, [TAX]):
        nc = await real_bus.connect("operator")
        await call(nc, HOUSEHOLD, "register-key", {"department": "tax", "x": signer.x, "by": "operations"})
        since = (datetime.now(UTC) + timedelta(hours=1)).isoformat()
        revocation = {"department": "tax", "kid": signer.kid, "by": "operations", "reason": "lost", "since": since}
        with pytest.raises(CommandRefused, match="from now on, or from earlier"):
            await call(nc, HOUSEHOLD, "revoke-key", revocation)


# --- certificates -----------------------------------------------------------------------------------------------


def test_only_certified_departments_are_asked_where_the_policy_says_so() -> None:
    paused = AskingPaused(holder="tax", n=1, at=NOW, by="x", reason="moving")
    until = NOW + timedelta(days=1)
    certified = DepartmentCertified(
        holder="tax", n=1, at=NOW, by="x", certificate="a.b.c", expires_at=until, contract_sha256="a" * 64
    )
    assert reason_not_asked(Holding(), False, NOW) is None
    assert (
        reason_not_asked(Holding(), True, NOW)
        == "it has no certificate that counts, and only certified departments are asked"
    )
    assert reason_not_asked(Holding(certified=certified), True, NOW) is None
    assert reason_not_asked(Holding(certified=certified), True, NOW, contracts=["a" * 64]) is None
    assert reason_not_asked(Holding(certified=certified), True, NOW, contracts=["b" * 64]) is not None, (
        "another contract"
    )
    assert reason_not_asked(Holding(certified=certified), True, until) is not None
    assert reason_not_asked(Holding(certified=certified), True, NOW, way="bus") is None, (
        "it does not say how it was asked"
    )
    seal = Signer.from_seed(os.urandom(32))
    over_http = certified.model_copy(update={"certificate": seal.sign(b'{"attached_by": "http"}', CERTIFICATE)})
    assert reason_not_asked(Holding(certified=over_http), True, NOW, way="http") is None
    assert reason_not_asked(Holding(certified=over_http), True, NOW, way="bus") is not None, "another way"
    ended = CertificateEnded(holder="tax", n=2, at=NOW, by="x", reason="a check of it failed")
    assert fold_register([over_http, ended]).of("tax").certified is None
    again = over_http.model_copy(update={"n": 3})
    assert fold_register([over_http, ended, again]).of("tax").certified == again
    assert reason_not_asked(Holding(certified=certified, paused=paused), False, NOW) == "paused: moving"


async def test_a_certificate_counts_only_under_our_seal_and_for_its_department(
    real_bus: RealBus, journal: Journal
) -> None:
    seal, forger = (Signer.from_seed(os.urandom(32)) for _ in range(2))

    def certificate(signer: Signer, department: str = "tax") -> dict[str, str]:
        body = {"department": department, "expires_at": (NOW + timedelta(days=180)).isoformat()}
        body |= {"contract_sha256": contract_sha256(TAX)}
        token = signer.sign(json.dumps(body).encode(), CERTIFICATE)
        return {"department": "tax", "certificate": token, "by": "operations"}

    async with verifying(real_bus, journal, [TAX]) as service:
        nc = await real_bus.connect("operator")
        await register_own_key(journal, service.nc, seal, "seal", datetime.now(UTC))
        for wrong, words in (
            (certificate(forger), "registered as our seal"),
            (certificate(seal, "housing"), "not tax's"),
            (certificate(Signer(forger.private, seal.x, seal.kid)), "does not fit the key"),
        ):
            with pytest.raises(CommandRefused, match=words):
                await call(nc, HOUSEHOLD, "certify", wrong)
        assert (await call(nc, HOUSEHOLD, "certify", certificate(seal)))["changed"]
        assert (await state_of(nc))["certified_until"] == (NOW + timedelta(days=180)).isoformat()
        end = {"department": "tax", "reason": "a check of it failed", "by": "operations"}
        assert (await call(nc, HOUSEHOLD, "end-certificate", end))["changed"]
        assert (await state_of(nc))["certified_until"] is None
        assert not (await call(nc, HOUSEHOLD, "end-certificate", end))["changed"]


# --- reminders, stop -------------------------------------------------------------------------------------------


async def test_a_silent_department_is_reminded_step_by_step_and_listed_as_overdue(
    real_bus: RealBus, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The drill keeps the proportions of the ladder 3, 4, 6, 8 of 5 working days.
    monkeypatch.setenv("LIANSHEN_DRILL_REPLY_SECONDS", "2")
    await OnTheBus("tax", lambda question: None).start(real_bus)
    told = await notices_to(real_bus, "tax")
    async with verifying(real_bus, journal, [TAX], attached_by="[tax]\ntimeout_seconds = 30\n"):
        nc = await real_bus.connect("operator")
        number = await accept(journal, "tax", answer_by=datetime.now(UTC) + timedelta(seconds=2))
        await until(lambda: len(told) == 4, within=10)
        [listed] = (await call(nc, HOUSEHOLD, "overdue", {}))["overdue"]
        state = await state_of(nc)
    assert [(notice.what, notice.reminder, notice.department) for notice in told] == [
        ("reminder", step, "tax") for step in (1, 2, 3, 4)
    ]
    assert len({notice.question_id for notice in told}) == 1
    assert number not in told[0].model_dump_json()
    assert [it.step for it in await events_of(journal, number) if isinstance(it, DepartmentReminded)] == [1, 2, 3, 4]
    assert (listed["application"], listed["department"], listed["reminded"]) == (number, "tax", 4)
    assert (state["open_questions"], state["overdue"]) == (1, 1)


async def test_a_withdrawal_tells_those_who_are_still_asked_to_stop_and_nobody_else(
    real_bus: RealBus, journal: Journal
) -> None:
    await OnTheBus("tax", lambda question: None).start(real_bus)
    await OnTheBus("social-security", an_answer).start(real_bus)
    tax, social_security = await notices_to(real_bus, "tax"), await notices_to(real_bus, "social-security")
    async with verifying(real_bus, journal, [TAX, SOCIAL_SECURITY], attached_by="[tax]\ntimeout_seconds = 30\n"):
        number = await accept(journal, "tax", "social-security")
        await until(lambda: waits_for(journal, number, "tax"))
        case = await journal.load(number)
        await journal.decide(
            case, ApplicationWithdrawn(application=number, at=datetime.now(UTC), reason="moved", by="the family")
        )
        await until(lambda: bool(tax))
        await asyncio.sleep(0.5)
    assert [(notice.what, notice.round) for notice in tax] == [("stop", 1)]
    assert social_security == []


# --- a clerk ---------------------------------------------------------------------------------------------------


async def questions_for(bus: RealBus, department: str = "tax") -> dict[str, Any]:
    nc = await bus.department(department)
    reply = await nc.request(f"questions.{department}.v1", b"{}", timeout=5)
    return dict(json.loads(reply.data))


async def test_a_department_without_a_system_is_answered_by_its_clerk_from_a_list(
    real_bus: RealBus, journal: Journal
) -> None:
    async with verifying(real_bus, journal, [TAX], attached_by='[tax]\nby = "clerk"\n'):
        numbers = [await accept(journal, "tax") for _ in range(2)]
        await until(lambda: both_listed(real_bus))
        listed = (await questions_for(real_bus))["ok"]["questions"]
        assert not any(number in json.dumps(listed) for number in numbers)
        question = listed[0]
        answer = {
            "question_id": question["question_id"],
            "kind": "none",
            "persons": [{"id_number": it["id_number"], "kind": "none"} for it in question["persons"]],
            "answered_by": "clerk Wu",
        }
        nc = await real_bus.department("tax")
        reply = await nc.request("answer.tax.v1", json.dumps(answer).encode(), timeout=5)
        assert json.loads(reply.data) == {"ok": {"taken": True}}
        left = (await questions_for(real_bus))["ok"]["questions"]
        assert [it["question_id"] for it in left] == [listed[1]["question_id"]]
        assert (await state_of(await real_bus.connect("operator")))["attached_by"] == "clerk"
    [answered] = [number for number in numbers if await settled(journal, number)]
    deferred, event = await events_of(journal, answered)
    assert isinstance(deferred, DepartmentDeferred)
    assert isinstance(event, DepartmentAnswered)
    assert (event.answer.kind, event.answer.answered_by) == ("none", "clerk Wu")


async def test_what_waited_for_a_clerk_is_asked_once_the_department_is_asked_by_machine(
    real_bus: RealBus, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deferral, "LONGEST_DEFERRAL", 0.5)
    async with verifying(real_bus, journal, [TAX], attached_by='[tax]\nby = "clerk"\n'):
        number = await accept(journal, "tax")
        await until(lambda: is_deferred(journal, number))
    tax = await OnTheBus("tax", an_answer).start(real_bus)
    async with verifying(real_bus, journal, [TAX]):
        await until(lambda: settled(journal, number))
    assert len(tax.asked) == 1
    assert [type(event) for event in await events_of(journal, number)] == [DepartmentDeferred, DepartmentAnswered]


async def is_deferred(journal: Journal, number: str) -> bool:
    return bool((await journal.load(number)).deferred)


async def test_a_clerks_list_shows_the_newest_question_behind_many_that_are_answered(
    real_bus: RealBus, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Older cases that wait for another department take no place in it."""
    monkeypatch.setattr(department_commands, "MOST_LISTED", 2)
    monkeypatch.setattr(deadlines, "READ_AT_ONCE", 2)
    await OnTheBus("social-security", lambda question: None).start(real_bus)
    async with verifying(real_bus, journal, [TAX, SOCIAL_SECURITY], attached_by='[tax]\nby = "clerk"\n'):
        for left in (1, 1, 1, 1, 2):
            number = await accept(journal, "tax", "social-security")
            await until(partial(is_deferred, journal, number))
            question = (await questions_for(real_bus))["ok"]["questions"][0]
            if left == 1:
                nc = await real_bus.department("tax")
                await nc.request("answer.tax.v1", json.dumps(an_answer(question)).encode(), timeout=5)
        assert [it["question_id"] for it in (await questions_for(real_bus))["ok"]["questions"]] == [
            question["question_id"]
        ]
        state = await state_of(await real_bus.connect("operator"), "social-security")
        assert (state["open_questions"], state["at_least"]) == (2, True), "and it is said that there are more"


async def both_listed(bus: RealBus) -> bool:
    return len((await questions_for(bus)).get("ok", {}).get("questions", ())) == 2


async def test_a_department_that_is_asked_by_machine_has_no_clerks_list(real_bus: RealBus, journal: Journal) -> None:
    await OnTheBus("tax", lambda question: None).start(real_bus)
    async with verifying(real_bus, journal, [TAX]):
        refused = await questions_for(real_bus)
    assert refused["problem"]["status"] == 409


# --- the register itself ---------------------------------------------------------------------------------------


async def test_entries_written_at_the_same_time_all_stand_and_each_key_once(
    real_bus: RealBus, journal: Journal
) -> None:
    signers = [Signer.from_seed(os.urandom(32)) for _ in range(5)]
    nc = await real_bus.connect()
    now = datetime.now(UTC)
    await asyncio.gather(*(register_own_key(journal, nc, it, "seal", now) for it in (*signers, *signers)))
    history = History(nc, "CASES")
    await history.start()
    ours = (await read_register(history)).of(LIANSHEN)
    assert (ours.n, set(ours.keys)) == (5, {it.kid for it in signers})
