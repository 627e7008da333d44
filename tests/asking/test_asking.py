"""A department is asked over the real bus, and what it says becomes events, whatever it says."""

import asyncio
import json
import re
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from nats.aio.client import Client
from opentelemetry import trace
from opentelemetry.sdk.trace import TracerProvider

from chassis.commands import call
from chassis.log.journal import Journal
from chassis.log.provision import provision
from chassis.telemetry.metrics import SURPLUS
from chassis.timing import Timing
from contracts.application import Applicant
from contracts.events import (
    AlsoAnswered,
    ApplicationWithdrawn,
    DepartmentAnswered,
    DepartmentDeferred,
    DeterminationMade,
    ReverificationOpened,
)
from contracts.inquiries import MAX_ANSWER_BYTES
from inquiry import deferral, department_client
from inquiry.department_client import durables_for
from inquiry.late_answers import MOST_BESIDE
from procedures.hainan_2025.departments.civil_affairs import CIVIL_AFFAIRS
from procedures.hainan_2025.departments.social_security import SOCIAL_SECURITY
from procedures.hainan_2025.departments.tax import TAX
from procedures.registry import PROCEDURES
from tests.support.departments import (
    A_THIRD,
    HOUSEHOLD,
    OnTheBus,
    Question,
    Said,
    accept,
    an_answer,
    deferred,
    events_of,
    settled,
    verifying,
)
from tests.support.families import a_form, an_id_number
from tests.support.readers import info
from tests.support.real_bus import RealBus
from tests.support.waiting import PATIENCE, seconds_until, until

TAX_DURABLE = durables_for(HOUSEHOLD, TAX)[0]


@pytest.fixture
def timing() -> Timing:
    return A_THIRD


async def nothing_left(bus: RealBus) -> bool:
    seen = await info(bus.connections[0].nc, TAX_DURABLE)
    return not (seen["num_pending"] or seen["num_ack_pending"])


def withdrawn(number: str) -> ApplicationWithdrawn:
    return ApplicationWithdrawn(application=number, at=datetime.now(UTC), reason="moved away", by="the family")


async def test_an_answer_of_any_kind_becomes_one_event(real_bus: RealBus, journal: Journal) -> None:
    kinds = ["found", "none", "not_matched", "cannot_determine", "refused"]
    tax = await OnTheBus("tax", lambda question: an_answer(question, kinds[len(tax.asked) - 1])).start(real_bus)
    async with verifying(real_bus, journal, [TAX]):
        for kind in kinds:
            number = await accept(journal, "tax")
            await until(lambda number=number: settled(journal, number))  # type: ignore[misc]
            await until(lambda: nothing_left(real_bus))
            [event] = await events_of(journal, number)
            assert isinstance(event, DepartmentAnswered)
            assert (event.department, event.round, event.answer.kind) == ("tax", 1, kind)
            assert event.question_id == tax.asked[-1]["question_id"]
    assert len(tax.asked) == len(kinds)


GARBAGE: dict[str, tuple[bytes, str]] = {
    "nothing": (b"", "not JSON"),
    "a page of HTML": (b"<html>504</html>", "not JSON"),
    "another schema": (b'{"status": "ok", "result": []}', "contract"),
    "deep nesting": (b"[" * 50_000 + b"]" * 50_000, "nested too deeply"),
    "bad UTF-8": (b'{"kind": "\xff"}', "not UTF-8"),
    "NaN": (b'{"kind": NaN}', "NaN is no number"),
    "as much as an answer may be": (b"9" * MAX_ANSWER_BYTES, "not JSON"),
    "more than any answer may be": (b"9" * (MAX_ANSWER_BYTES + 1), "larger than any answer may be"),
    "all that the bus takes": (b"9" * (1024 * 1024), "larger than any answer may be"),
}


async def test_what_is_no_answer_is_asked_again_is_shown_and_decides_nothing(
    real_bus: RealBus, journal: Journal
) -> None:
    bodies = [body for body, _ in GARBAGE.values()]
    first: dict[str, bytes] = {}

    def say(question: Question) -> Said:
        """Every question finds rubbish once, and is answered when it is asked again."""
        if question["question_id"] in first:
            return an_answer(question)
        return first.setdefault(question["question_id"], bodies[len(first)])

    tax = await OnTheBus("tax", say).start(real_bus)
    async with verifying(real_bus, journal, [TAX]):
        operator = await real_bus.connect("operator")
        for what, (_, reason) in GARBAGE.items():
            number = await accept(journal, "tax")
            await until(lambda reason=reason: is_shown(operator, reason))  # type: ignore[misc]
            [fault] = await shown(operator)
            assert (fault["kind"], fault["questions"]) == ("no answer", 1)
            assert await events_of(journal, number) == [], what
            await until(lambda number=number: settled(journal, number))  # type: ignore[misc]
            [event] = await events_of(journal, number)
            assert isinstance(event, DepartmentAnswered)
            assert event.answer.kind == "found"
            assert await shown(operator) == []
    assert len(tax.asked) == 2 * len(GARBAGE)


async def shown(operator: Client) -> list[dict[str, Any]]:
    """The faults of tax as `department list` shows them."""
    [state] = (await call(operator, HOUSEHOLD, "departments", {}))["departments"]
    return list(state["faults"])


async def is_shown(operator: Client, reason: str) -> bool:
    return any(reason in fault["why"] for fault in await shown(operator))


async def test_one_poisoned_case_holds_no_other(real_bus: RealBus, journal: Journal) -> None:
    poisoned: set[str] = set()

    def say(question: Question) -> Said:
        poisoned.update([question["question_id"]] if not poisoned else [])
        return b"<html>500</html>" if question["question_id"] in poisoned else an_answer(question)

    tax = await OnTheBus("tax", say).start(real_bus)
    async with verifying(real_bus, journal, [TAX]) as service:
        sick = await accept(journal, "tax")
        await until(lambda: len([it for it in tax.asked if it["question_id"] in poisoned]) >= 4, within=30)
        assert not service.readers[TAX_DURABLE.name].breaker.is_open
        began = time.monotonic()
        well = [await accept(journal, "tax") for _ in range(10)]
        for number in well:
            await until(lambda number=number: settled(journal, number))  # type: ignore[misc]
        assert time.monotonic() - began < 3 * PATIENCE
        assert await events_of(journal, sick) == []
        [fault] = await shown(await real_bus.connect("operator"))
        assert (fault["kind"], fault["questions"]) == ("no answer", 1)


async def test_several_poisoned_cases_hold_no_other(real_bus: RealBus, journal: Journal) -> None:
    rubbish = [b"<html>", b"\xb2\xbb", b'{"kind": "none", "kind": "none"}', b"[]", b'{"question_id": "Q"}']
    poisoned: dict[str, bytes] = {}

    def say(question: Question) -> Said:
        if len(poisoned) < len(rubbish):
            poisoned.setdefault(question["question_id"], rubbish[len(poisoned)])
        return poisoned.get(question["question_id"]) or an_answer(question)

    tax = await OnTheBus("tax", say).start(real_bus)
    async with verifying(real_bus, journal, [TAX]) as service:
        sick = [await accept(journal, "tax") for _ in rubbish]
        await until(lambda: len(tax.asked) >= 3 * len(rubbish), within=60)
        began = time.monotonic()
        well = [await accept(journal, "tax") for _ in range(40)]
        for number in well:
            await until(lambda number=number: settled(journal, number), within=20)  # type: ignore[misc]
        assert time.monotonic() - began < 20 * PATIENCE
        assert not service.readers[TAX_DURABLE.name].breaker.is_open
        assert [await events_of(journal, number) for number in sick] == [[]] * len(sick)
        [fault] = await shown(await real_bus.connect("operator"))
        assert (fault["kind"], fault["questions"]) == ("no answer", len(sick))


async def test_an_answer_of_ten_megabytes_never_leaves_its_department_and_the_question_waits(
    real_bus: RealBus, journal: Journal
) -> None:
    large = [True]

    async def say(question: Question) -> Said:
        return b"9" * 10_000_000 if large[0] else an_answer(question)

    await OnTheBus("tax", say).start(real_bus)
    async with verifying(real_bus, journal, [TAX], attached_by="[tax]\ntimeout_seconds = 0.3\n"):
        number = await accept(journal, "tax")
        await asyncio.sleep(0.6)
        assert await events_of(journal, number) == []
        large[0] = False
        await until(lambda: settled(journal, number))


async def test_what_is_beyond_the_contract_is_counted_and_never_reaches_the_log(
    real_bus: RealBus, journal: Journal
) -> None:
    canary = "蒙C·88888"

    def say(question: Question) -> Said:
        answer = an_answer(
            question, "found", {"income_recorded": True, "car": canary, "salary": "9000"}, sent_by=canary
        )
        outsider = {"id_number": an_id_number(1950), "kind": "found", "records": [{"division": "150303"}]}
        return answer | {"persons": [*answer["persons"], outsider]}

    before = SURPLUS.labels("tax")._value.get()
    await OnTheBus("tax", say).start(real_bus)
    async with verifying(real_bus, journal, [TAX]):
        number = await accept(journal, "tax")
        await until(lambda: settled(journal, number))
    [event] = await events_of(journal, number)
    assert isinstance(event, DepartmentAnswered)
    assert event.surplus == 4
    assert [dict(row) for person in event.answer.persons for row in person.records] == [{"income_recorded": True}]
    assert canary not in event.model_dump_json()
    assert SURPLUS.labels("tax")._value.get() - before == 4


async def test_a_question_on_the_wire_names_no_application_and_nothing_of_the_others(
    real_bus: RealBus, journal: Journal
) -> None:
    tax = await OnTheBus("tax", an_answer).start(real_bus)
    housing = await OnTheBus("housing", an_answer).start(real_bus)
    form = a_form()
    async with (
        verifying(real_bus, journal, [TAX]),
        verifying(real_bus, journal, PROCEDURES.asked_by("verify-property"), "verify-property"),
    ):
        number = await accept(journal, "tax", "housing", form=form)
        await until(lambda: settled(journal, number))
    for department, people in ((tax, [form.applicant.id_number]), (housing, list(form.everyone))):
        [question], [message] = department.asked, department.messages
        assert question.keys() == {"question_id", "department", "round", "asked_at", "answer_by", "persons"}
        assert [person["id_number"] for person in question["persons"]] == people
        everything = message.data.decode() + message.subject + message.reply + json.dumps(message.headers)
        assert number not in everything
        assert form.applicant.phone not in everything
        assert set(message.headers or {}) <= {"traceparent", "Nats-Request-Info", "Lianshen-Signature"}
    assert "王建国" not in json.dumps(housing.asked, ensure_ascii=False)
    assert tax.asked[0]["question_id"] != housing.asked[0]["question_id"]


async def test_a_reply_sent_twice_counts_once(real_bus: RealBus, journal: Journal) -> None:
    async def twice(question: Question) -> Said:
        message = tax.messages[-1]
        await tax.nc.publish(message.reply, json.dumps(an_answer(question)).encode())
        return an_answer(question)

    tax = await OnTheBus("tax", twice).start(real_bus)
    async with verifying(real_bus, journal, [TAX]):
        number = await accept(journal, "tax")
        await until(lambda: settled(journal, number))
        brought = await tax.bring(an_answer(tax.asked[0]))
        await asyncio.sleep(0.3)
    assert brought == {"ok": {"taken": True}}
    assert [type(event) for event in await events_of(journal, number)] == [DepartmentAnswered]


async def test_a_reply_that_comes_after_its_time_is_taken_and_the_question_not_asked_again(
    real_bus: RealBus, journal: Journal
) -> None:
    async def slowly(question: Question) -> Said:
        await asyncio.sleep(0.5)
        return an_answer(question)

    tax = await OnTheBus("tax", slowly).start(real_bus)
    async with verifying(real_bus, journal, [TAX], attached_by="[tax]\ntimeout_seconds = 0.3\n"):
        number = await accept(journal, "tax")
        assert await seconds_until(lambda: settled(journal, number)) >= 0.45
        await until(lambda: nothing_left(real_bus))
    assert len(tax.asked) == 1
    assert [type(event) for event in await events_of(journal, number)] == [DepartmentAnswered]


async def test_a_second_answer_that_says_otherwise_is_kept_and_makes_the_first_one_doubtful(
    real_bus: RealBus, journal: Journal
) -> None:
    tax = await OnTheBus("tax", lambda question: an_answer(question, "none")).start(real_bus)
    async with verifying(real_bus, journal, [TAX, SOCIAL_SECURITY]):
        number = await accept(journal, "tax", "social-security")
        await until(lambda: in_round(journal, number, 1))
        for _ in range(2):
            otherwise = an_answer(tax.asked[0], "found", {"income_recorded": True})
            assert await tax.bring(otherwise) == {"ok": {"taken": True}}
    [first, second] = await events_of(journal, number)
    case = await journal.load(number)
    assert isinstance(first, DepartmentAnswered)
    assert isinstance(second, AlsoAnswered)
    assert (second.why, second.answer.kind) == ("contradicting", "found")
    assert case.answers["tax", 1].answer.kind == "none"
    assert case.answers["tax", 1].contradicted


async def test_whoever_says_ever_something_else_does_not_fill_the_log(real_bus: RealBus, journal: Journal) -> None:
    tax = await OnTheBus("tax", lambda question: an_answer(question, "none")).start(real_bus)
    async with verifying(real_bus, journal, [TAX, SOCIAL_SECURITY]):
        number = await accept(journal, "tax", "social-security")
        await until(lambda: in_round(journal, number, 1))
        for n in range(MOST_BESIDE + 3):
            brought = await tax.bring(an_answer(tax.asked[0], "found", {"division": f"1503{n:02}"}))
            assert ("ok" in brought) == (n < MOST_BESIDE), brought
        assert brought["problem"]["status"] == 429
        again = await tax.bring(an_answer(tax.asked[0], "none"))
        assert again == {"ok": {"taken": True}}, "what counts already may come as often as it likes"
    assert len(await events_of(journal, number)) == 1 + MOST_BESIDE


async def test_an_answer_to_a_case_that_is_determined_is_kept_as_late(real_bus: RealBus, journal: Journal) -> None:
    tax = await OnTheBus("tax", lambda question: None).start(real_bus)
    async with verifying(real_bus, journal, [TAX], attached_by="[tax]\ntimeout_seconds = 0.3\n"):
        number = await accept(journal, "tax")
        await until(lambda: len(tax.asked) == 1)
        case = await journal.load(number)
        await journal.decide(case, determined(number))
        assert await tax.bring(an_answer(tax.asked[0])) == {"ok": {"taken": True}}
    [_, late] = await events_of(journal, number)
    assert isinstance(late, AlsoAnswered)
    assert late.why == "late"


async def test_an_answer_to_an_old_round_is_kept_as_late_and_the_new_round_asks_anew(
    real_bus: RealBus, journal: Journal
) -> None:
    tax = await OnTheBus("tax", lambda question: an_answer(question, "none")).start(real_bus)
    async with verifying(real_bus, journal, [TAX]):
        number = await accept(journal, "tax")
        await until(lambda: settled(journal, number))
        await journal.decide(await journal.load(number), determined(number))
        before = await journal.load(number)
        again = ReverificationOpened(
            application=number,
            at=now(),
            round=2,
            persons=before.persons,
            asked=before.asked,
            answer_by=now() + timedelta(days=1),
            reason="look again",
            by="officer",
        )
        await journal.decide(before, again)
        await until(lambda: in_round(journal, number, 2))
        replayed = an_answer(tax.asked[0], "found", {"income_recorded": True})
        assert await tax.bring(replayed) == {"ok": {"taken": True}}
    case = await journal.load(number)
    late = (await events_of(journal, number))[-1]
    assert isinstance(late, AlsoAnswered)
    assert (late.round, late.why) == (1, "late")
    assert [counted.answer.kind for counted in case.answers.values()] == ["none", "none"]
    assert not case.answers["tax", 2].contradicted
    assert tax.asked[0]["question_id"] != tax.asked[1]["question_id"]


async def in_round(journal: Journal, number: str, round: int) -> bool:
    return ("tax", round) in (await journal.load(number)).answers


def determined(number: str) -> DeterminationMade:
    today = datetime.now(UTC).date()
    return DeterminationMade(
        application=number,
        at=datetime.now(UTC),
        round=1,
        policy="hainan-2025",
        as_of=today,
        accepted_on=today,
        outcome="ineligible",
        findings=(),
        used=(),
    )


async def test_a_deferred_answer_is_not_asked_for_before_the_promised_instant(
    real_bus: RealBus, journal: Journal
) -> None:
    promises = iter([0.6, 0.6])

    def say(question: Question) -> Said:
        seconds = next(promises, None)
        return an_answer(question) if seconds is None else deferred(question, now() + timedelta(seconds=seconds))

    tax = await OnTheBus("tax", say).start(real_bus)
    async with verifying(real_bus, journal, [TAX]):
        number = await accept(journal, "tax")
        await until(lambda: settled(journal, number))
    [first, last] = await events_of(journal, number)
    assert isinstance(first, DepartmentDeferred)
    assert isinstance(last, DepartmentAnswered)
    assert len(tax.asked) == 3
    assert all(later - earlier >= 0.6 for earlier, later in zip(tax.asked_at, tax.asked_at[1:], strict=False))


def now() -> datetime:
    return datetime.now(UTC)


async def test_a_second_promise_holds_although_the_log_keeps_only_the_first(
    real_bus: RealBus, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(deferral, "LONGEST_DEFERRAL", 0.2)
    promises = iter([0.2, 0.9])

    def say(question: Question) -> Said:
        seconds = next(promises, None)
        return an_answer(question) if seconds is None else deferred(question, now() + timedelta(seconds=seconds))

    tax = await OnTheBus("tax", say).start(real_bus)
    async with verifying(real_bus, journal, [TAX]):
        number = await accept(journal, "tax")
        await until(lambda: settled(journal, number))
    assert len(tax.asked) == 3
    assert tax.asked_at[2] - tax.asked_at[1] >= 0.9


async def test_a_promise_that_lies_in_the_past_makes_no_hot_loop(real_bus: RealBus, journal: Journal) -> None:
    tax = await OnTheBus("tax", lambda question: deferred(question, now() - timedelta(days=1))).start(real_bus)
    async with verifying(real_bus, journal, [TAX]):
        await accept(journal, "tax")
        await asyncio.sleep(1.2)
    assert 2 <= len(tax.asked) <= 3


async def test_what_was_deferred_is_brought_by_its_questions_id_and_not_asked_for_again(
    real_bus: RealBus, journal: Journal
) -> None:
    tax = await OnTheBus("tax", lambda question: deferred(question, now() + timedelta(seconds=0.8))).start(real_bus)
    async with verifying(real_bus, journal, [TAX]):
        number = await accept(journal, "tax")
        await until(lambda: was_deferred(journal, number))
        answer = an_answer(tax.asked[0], "found", {"income_recorded": True, "salary": "9000"}, clerk="somebody")
        assert await tax.bring(answer) == {"ok": {"taken": True}}
        await until(lambda: nothing_left(real_bus))
    [_, event] = await events_of(journal, number)
    assert isinstance(event, DepartmentAnswered)
    assert (event.answer.kind, event.surplus) == ("found", 2)
    assert len(tax.asked) == 1


async def was_deferred(journal: Journal, number: str) -> bool:
    return bool((await journal.load(number)).deferred)


async def test_what_was_deferred_can_be_brought_after_a_restart_too(real_bus: RealBus, journal: Journal) -> None:
    tax = await OnTheBus("tax", lambda question: deferred(question, now() + timedelta(hours=1))).start(real_bus)
    async with verifying(real_bus, journal, [TAX]):
        number = await accept(journal, "tax")
        await until(lambda: was_deferred(journal, number))
    async with verifying(real_bus, journal, [TAX]) as again:
        await until(lambda: again.index.sequence > 0)
        assert await tax.bring(an_answer(tax.asked[0])) == {"ok": {"taken": True}}
    assert await settled(journal, number)
    assert len(tax.asked) == 1


async def test_what_is_brought_and_is_no_answer_is_refused_with_a_reason(real_bus: RealBus, journal: Journal) -> None:
    refused = {
        b"not JSON": 422,
        b"[]": 422,
        b"[" * 200_000: 422,
        b'{"question_id": "' + b"Q" * 26 + b'", "kind": "none"}': 404,
        b" " * (MAX_ANSWER_BYTES + 1): 413,
    }
    tax = await OnTheBus("tax", lambda question: None).start(real_bus)
    async with verifying(real_bus, journal, [TAX]):
        for body, status in refused.items():
            refusal = await tax.bring(body)
            assert refusal["problem"]["status"] == status
            assert refusal["problem"]["detail"]


async def test_garbage_and_new_promises_are_not_taken_for_an_open_question(
    real_bus: RealBus, journal: Journal
) -> None:
    tax = await OnTheBus("tax", lambda question: deferred(question, now() + timedelta(hours=1))).start(real_bus)
    async with verifying(real_bus, journal, [TAX]):
        number = await accept(journal, "tax")
        await until(lambda: was_deferred(journal, number))
        for said in (
            an_answer(tax.asked[0], "perhaps"),
            an_answer(tax.asked[0], "found", {"incomeRecorded": True}),
            deferred(tax.asked[0], now() + timedelta(hours=2)),
        ):
            assert (await tax.bring(said))["problem"]["status"] == 422
    assert [type(event) for event in await events_of(journal, number)] == [DepartmentDeferred]


async def test_a_department_cannot_bring_another_departments_answer(real_bus: RealBus, journal: Journal) -> None:
    hold = lambda question: deferred(question, now() + timedelta(hours=1))  # noqa: E731
    tax = await OnTheBus("tax", hold).start(real_bus)
    social = await OnTheBus("social-security", hold).start(real_bus)
    async with verifying(real_bus, journal, [TAX, SOCIAL_SECURITY]):
        number = await accept(journal, "tax", "social-security")
        await until(lambda: len(tax.asked) == len(social.asked) == 1)
        assert (await social.bring(an_answer(tax.asked[0])))["problem"]["status"] == 404
    assert not (await journal.load(number)).answers


async def test_a_family_that_withdrew_meanwhile_is_not_asked_about_again(real_bus: RealBus, journal: Journal) -> None:
    tax = await OnTheBus("tax", lambda question: None).start(real_bus)
    async with verifying(real_bus, journal, [TAX], attached_by="[tax]\ntimeout_seconds = 0.2\n"):
        number = await accept(journal, "tax")
        await until(lambda: len(tax.asked) == 1)
        await journal.decide(await journal.load(number), withdrawn(number))
        await until(lambda: nothing_left(real_bus))
    assert len(tax.asked) == 1


async def test_a_backlog_is_looked_at_before_anybody_is_asked(
    real_bus: RealBus, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(department_client, "FRESH", timedelta(seconds=0.2))
    gone, still_there = await accept(journal, "tax"), await accept(journal, "tax")
    await journal.decide(await journal.load(gone), withdrawn(gone))
    await asyncio.sleep(0.3)
    tax = await OnTheBus("tax", an_answer).start(real_bus)
    async with verifying(real_bus, journal, [TAX]):
        await until(lambda: settled(journal, still_there))
        await until(lambda: nothing_left(real_bus))
    assert len(tax.asked) == 1


async def test_a_durable_that_is_made_anew_asks_nobody_a_second_time(
    real_bus: RealBus, journal: Journal, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(department_client, "FRESH", timedelta(seconds=0.2))
    tax = await OnTheBus("tax", an_answer).start(real_bus)
    async with verifying(real_bus, journal, [TAX]):
        numbers = [await accept(journal, "tax") for _ in range(3)]
        for number in numbers:
            await until(lambda number=number: settled(journal, number))  # type: ignore[misc]
    owner = await real_bus.connect("provisioner")
    await owner.request(f"$JS.API.CONSUMER.DELETE.CASES.{TAX_DURABLE.name}", b"", timeout=5)
    await provision(owner, [TAX_DURABLE])
    await asyncio.sleep(0.3)
    async with verifying(real_bus, journal, [TAX]):
        await until(lambda: nothing_left(real_bus))
    assert len(tax.asked) == 3


async def test_a_department_that_is_not_named_is_neither_asked_nor_written_about(
    real_bus: RealBus, journal: Journal
) -> None:
    tax = await OnTheBus("tax", an_answer).start(real_bus)
    await OnTheBus("social-security", an_answer).start(real_bus)
    async with verifying(real_bus, journal, [TAX, SOCIAL_SECURITY]):
        number = await accept(journal, "social-security")
        await until(lambda: settled(journal, number))
        await until(lambda: nothing_left(real_bus))
    [event] = await events_of(journal, number)
    assert isinstance(event, DepartmentAnswered)
    assert event.department == "social-security"
    assert tax.asked == []


async def test_where_there_is_nobody_to_ask_about_the_answer_is_none_and_nobody_is_asked(
    real_bus: RealBus, journal: Journal
) -> None:
    young = Applicant(name="王小雨", id_number=an_id_number(2009), phone="13800000000", marital_status="single")
    civil_affairs = await OnTheBus("civil-affairs", an_answer).start(real_bus)
    async with verifying(real_bus, journal, [CIVIL_AFFAIRS]):
        number = await accept(journal, "civil-affairs", form=a_form(applicant=young, members=()))
        await until(lambda: settled(journal, number))
    [event] = await events_of(journal, number)
    assert isinstance(event, DepartmentAnswered)
    assert event.answer.kind == "none"
    assert civil_affairs.asked == []


async def test_a_question_asked_again_is_the_same_to_the_byte(real_bus: RealBus, journal: Journal) -> None:
    tax = await OnTheBus("tax", lambda question: None if len(tax.asked) < 2 else an_answer(question)).start(real_bus)
    async with verifying(real_bus, journal, [TAX], attached_by="[tax]\ntimeout_seconds = 0.2\n"):
        number = await accept(journal, "tax")
        await until(lambda: settled(journal, number))
    first, second = (message.data for message in tax.messages)
    assert first == second


async def test_a_responder_that_says_it_failed_is_asked_again(real_bus: RealBus, journal: Journal) -> None:
    tax = OnTheBus("tax", lambda question: None)

    async def fails_once(question: Question) -> Said:
        if len(tax.asked) > 1:
            return an_answer(question)
        headers = {"Nats-Service-Error": "database is away", "Nats-Service-Error-Code": "500"}
        await tax.nc.publish(tax.messages[0].reply, b"", headers=headers)
        return None

    tax.say = fails_once
    await tax.start(real_bus)
    async with verifying(real_bus, journal, [TAX]):
        number = await accept(journal, "tax")
        await until(lambda: settled(journal, number))
    [event] = await events_of(journal, number)
    assert isinstance(event, DepartmentAnswered)
    assert event.answer.kind == "found"


async def test_every_question_is_shown_under_a_trace_of_its_own(real_bus: RealBus, journal: Journal) -> None:
    if not isinstance(trace.get_tracer_provider(), TracerProvider):
        trace.set_tracer_provider(TracerProvider())
    tax = await OnTheBus("tax", an_answer).start(real_bus)
    social = await OnTheBus("social-security", an_answer).start(real_bus)
    async with verifying(real_bus, journal, [TAX, SOCIAL_SECURITY]):
        number = await accept(journal, "tax", "social-security")
        await until(lambda: settled(journal, number))
    history = await journal.history.of(number)
    ours = {it.traceparent.split("-")[1] for it in history if it.traceparent}
    theirs = [(department.messages[0].headers or {})["traceparent"] for department in (tax, social)]
    assert all(re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]", it) for it in theirs)
    assert len({it.split("-")[1] for it in theirs} - ours) == 2
