"""Synthetic families and the first events of their cases, for tests that need one."""

import itertools
import secrets
from datetime import UTC, date, datetime, timedelta

from contracts.application import Applicant, ApplicationForm, Consent, Member, Residence
from contracts.events import ApplicationAccepted, ApplicationSubmitted, DepartmentAnswered
from contracts.events.values import FamilyMember
from contracts.inquiries import Answer, PersonAnswer
from contracts.numbers import application_number
from contracts.people import check_digit
from procedures.hainan_2025.policy import POLICY

DEPARTMENTS = POLICY.on(date(2026, 11, 23)).departments
_numbers = itertools.count(1)


def an_id_number(year: int = 1988, order: int | None = None) -> str:
    """A valid number of a synthetic person; a new one each time."""
    n = next(_numbers) if order is None else order
    body = f"150303{year}{n % 12 + 1:02d}{n // 12 % 28 + 1:02d}{n % 1000:03d}"
    return body + check_digit(body)


def an_application_number() -> str:
    return application_number(secrets.token_hex(8), b"k" * 32)


def a_form(**changes: object) -> ApplicationForm:
    """A couple with one child and everything handed in."""
    applicant = Applicant(name="王建国", id_number=an_id_number(), phone="13800000000", marital_status="married")
    members = (
        Member(name="刘芳", id_number=an_id_number(), relation="spouse"),
        Member(name="王小雨", id_number=an_id_number(2016), relation="child"),
    )
    form = ApplicationForm(
        project="HN-2026-01",
        channel="kiosk-03",
        applicant=applicant,
        members=members,
        residence=Residence(division="150303", township="150303103", address="公乌素镇矿区街坊 12 号"),
        documents=("application_form", "identity_copies", "commitment", "consent"),
        consents=tuple(
            Consent(id_number=person.id_number, given=True, text_version="2025-1") for person in (applicant, *members)
        ),
    )
    return form.model_copy(update=changes)


def submitted(application: str, form: ApplicationForm | None = None) -> ApplicationSubmitted:
    return ApplicationSubmitted(
        application=application, at=datetime.now(UTC), form=form or a_form(), body_sha256="0" * 64
    )


def accepted(
    application: str,
    form: ApplicationForm | None = None,
    asked: tuple[str, ...] = DEPARTMENTS,
    answer_by: datetime | None = None,
) -> ApplicationAccepted:
    form = form or a_form()
    roles = {"spouse": "spouse", "child": "child"}
    persons = [FamilyMember(id_number=form.applicant.id_number, name=form.applicant.name, role="applicant")]
    persons += [
        FamilyMember.model_validate({"id_number": m.id_number, "name": m.name, "role": roles[m.relation]})
        for m in form.members
    ]
    now = datetime.now(UTC)
    return ApplicationAccepted(
        application=application,
        at=now,
        policy=POLICY.name,
        as_of=date(2026, 11, 23),
        project=form.project,
        persons=tuple(persons),
        marital_status=form.applicant.marital_status,
        asked=asked,
        answer_by=answer_by or now + timedelta(days=7),
    )


def answered(application: str, department: str, kind: str = "none", round: int = 1) -> DepartmentAnswered:
    """An answer that says the same of nobody in particular."""
    now = datetime.now(UTC)
    answer = Answer.model_validate({"question_id": "Q" * 26, "kind": kind, "persons": ()})
    return DepartmentAnswered(
        application=application,
        at=now,
        department=department,
        round=round,
        question_id="Q" * 26,
        asked_at=now,
        answer=answer,
    )


def person_answer(id_number: str, kind: str, *records: dict[str, object]) -> PersonAnswer:
    return PersonAnswer.model_validate({"id_number": id_number, "kind": kind, "records": records})
