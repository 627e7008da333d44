"""How long a question waits for a department that is back: until the next probe, not by how often it was asked."""

import time
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any, cast

import pytest
from prometheus_client import REGISTRY

from chassis.clock import WALL
from chassis.consume.breaker import FAILURES_TO_OPEN, Breaker
from chassis.timing import TIMING
from contracts.events.values import FamilyMember
from contracts.key_register import AskingPaused, AskingResumed, fold_register
from inquiry.department_client import DepartmentClient
from inquiry.questions import question_under, to_send
from inquiry.verifying_service import hold
from procedures.hainan_2025.departments import BY_NAME as DEPARTMENTS
from procedures.registry import PROCEDURES
from tests.support.families import an_id_number

NOW = datetime.now(UTC)


def an_asking() -> DepartmentClient:
    return DepartmentClient(DEPARTMENTS["tax"], cast(Any, SimpleNamespace(clock=WALL)), b"k" * 32, cast(Any, None))


def a_question(n: int = 0) -> Any:
    person = FamilyMember(id_number=an_id_number(), name="测试一", role="applicant")
    token = f"QUESTION-OF-A-TEST-{n}"
    return to_send(question_under(token, DEPARTMENTS["tax"], 1, (person,), NOW, NOW + timedelta(days=5)), None)


def test_a_question_without_answer_comes_back_for_the_next_probe_and_no_later() -> None:
    asking, sent = an_asking(), a_question()
    for _ in range(FAILURES_TO_OPEN - 1):
        assert asking._failed(sent, "silent", "nobody").delay is None, "closed: by how often it was delivered"
    for step in (*TIMING.probe_after, TIMING.probe_after[-1], TIMING.probe_after[-1]):
        asking.breaker.next_probe = asking.breaker.next_probe and time.monotonic()
        delay = asking._failed(sent, "silent", "nobody").delay
        assert delay == pytest.approx(step, abs=0.5)


def test_what_is_no_answer_waits_by_its_own_tries_so_that_another_question_can_be_the_probe() -> None:
    asking = an_asking()
    for n in range(FAILURES_TO_OPEN):
        assert asking._failed(a_question(n), "no answer", "rubbish").delay is None
    assert asking.breaker.is_open


def test_a_department_that_is_resumed_is_asked_at_once_whatever_it_failed_before() -> None:
    breaker = Breaker()
    for _ in range(20):
        breaker.failed(time.monotonic())
    asking = SimpleNamespace(department=DEPARTMENTS["tax"], breaker=breaker, attached_by="bus")
    entry = {"holder": "tax", "at": NOW, "by": "operations", "reason": "revoked"}
    paused, resumed = AskingPaused(n=1, **entry), AskingResumed(n=2, **entry)
    hold({"tax": cast(Any, asking)}, fold_register([paused]), PROCEDURES, NOW)
    assert breaker.allowance(256, time.monotonic()) == 0
    hold({"tax": cast(Any, asking)}, fold_register([paused, resumed]), PROCEDURES, NOW)
    assert breaker.allowance(256, time.monotonic()) == 256
    breaker.failed(time.monotonic())
    hold({"tax": cast(Any, asking)}, fold_register([paused, resumed]), PROCEDURES, NOW)
    assert breaker.failures == 1, "a reading that changes nothing forgets nothing"


def test_the_gauge_of_a_department_falls_with_whatever_closes_its_breaker_and_while_it_is_paused() -> None:
    """Else the alert LianshenDepartmentSilent would stay for a department that is resumed, or attached anew."""

    def shown() -> float | None:
        return REGISTRY.get_sample_value("lianshen_breaker_open", {"department": "tax"})

    asking = an_asking()
    assert shown() == 0
    for _ in range(FAILURES_TO_OPEN):
        asking._failed(a_question(), "silent", "nobody")
    assert shown() == 1
    entry = {"holder": "tax", "at": NOW, "by": "operations", "reason": "planned work"}
    paused, resumed = AskingPaused(n=1, **entry), AskingResumed(n=2, **entry)
    hold({"tax": asking}, fold_register([paused]), PROCEDURES, NOW)
    assert shown() == 0
    hold({"tax": asking}, fold_register([paused, resumed]), PROCEDURES, NOW)
    assert shown() == 0
