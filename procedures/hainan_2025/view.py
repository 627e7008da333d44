"""What the household (with its receipt) and the officers see of one case; the same words everywhere. Pure."""

from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import Field, WithJsonSchema

from contracts.case.case import Case
from contracts.case.states import State
from contracts.events.values import DerivationDay, Finding, Gap, Ground, Outcome, Source, Truth
from contracts.model import Shown
from contracts.text import masked
from procedures.hainan_2025 import titles
from procedures.hainan_2025.policy import POLICY
from procedures.policy import InForce

Instant = Annotated[str, WithJsonSchema({"type": "string", "format": "date-time"})]
"""As it is shown, with its offset: made once, where a serializer would be called for each."""
Code = Annotated[str, Field(description="stable; contracts/kiosk-codes.json lists them all")]
Chinese = Annotated[str, Field(description="the same in Chinese")]
MemberIndex = Annotated[int, Field(ge=0, description="place in the form's `members`, from 0; null for the applicant")]


class GroundView(Shown):
    """One reason of a refusal: a rule that is not met."""

    rule: str
    article: str
    text: str
    code: Code
    text_zh: Chinese


class GapView(Shown):
    """One thing that is missing, and until when it may be handed in."""

    pointer: str = Field(description="the list of the form that is open again: /documents or /consents")
    article: str
    text: str
    document: str | None = Field(description="the document's name, where one is missing")
    hand_in_by: date
    code: Code
    text_zh: Chinese
    role: Literal["applicant", "spouse", "child"] | None = Field(description="whose consent, where one is missing")
    member: MemberIndex | None


class WaitingView(Shown):
    """A department that has not answered, since when it is asked, and whether its time is over."""

    department: str
    asked_at: Instant | None
    answer_by: Instant | None
    overdue: bool
    promised_at: Instant | None


class SourceView(Shown):
    """Who said it: a department, or `form`; when, and the sequence of the answer in the log."""

    department: str
    said_at: datetime
    sequence: int | None


class FindingView(Shown):
    """What one rule found, from which values, said by whom."""

    rule: str
    article: str
    truth: Truth
    text: str
    values: dict[str, Any]
    sources: tuple[SourceView, ...]
    code: Code
    text_zh: Chinese


class ConditionView(Shown):
    """Something to be done before moving in (Art. 20)."""

    rule: str
    article: str
    text: str
    to_be_checked: bool
    code: Code
    text_zh: Chinese


class DayView(Shown):
    """One day of the period: counted or not, and why."""

    date: date
    number: int | None
    reason: str
    provisional: bool


class PublicityView(Shown):
    """Since when and until when the family stands on the public list (Art. 26)."""

    opened_at: Instant | None
    last_day: date
    closes_at: Instant
    provisional: bool
    drill: bool
    derivation: tuple[DayView, ...]


class ObjectionView(Shown):
    """An objection; who raised it, and in which words, is not shown."""

    n: int
    in_time: bool
    decided: bool
    upheld: bool


class WithdrawalView(Shown):
    """When the application was taken back, and what for (Art. 24)."""

    at: Instant
    reason: str


class CaseView(Shown):
    """One case: where it stands, why, what it waits for and until when. No names, no ID numbers."""

    application_number: str
    state: State
    intake: Literal["accepted", "supplement", "refused"] | None
    outcome: Outcome | None
    submitted_at: Instant | None
    updated_at: Instant | None = Field(description="when the newest event of the case happened")
    grounds: tuple[GroundView, ...]
    gaps: tuple[GapView, ...]
    round: int | None
    waiting_for: tuple[WaitingView, ...]
    findings: tuple[FindingView, ...]
    conditions: tuple[ConditionView, ...]
    confirmed_by_officer: bool
    publicity: PublicityView | None
    objections: tuple[ObjectionView, ...]
    notes: tuple[str, ...]
    withdrawal: WithdrawalView | None


def intake_word(case: Case) -> Literal["accepted", "supplement", "refused"] | None:
    """What intake decided: accepted, supplement or refused."""
    if case.accepted is not None:
        return "accepted"
    if case.state is State.REFUSED:
        return "refused"
    if case.state is State.SUPPLEMENT_WANTED:
        return "supplement"
    return None


def failed_rules(case: Case) -> list[str]:
    """The rules not met: of the refusal, or of the determination in force."""
    if case.refused is not None:
        return [ground.rule for ground in case.refused.grounds]
    return [finding.rule for finding in _found(case) if finding.truth == "not_met"]


def unknown_rules(case: Case) -> list[str]:
    return [finding.rule for finding in _found(case) if finding.truth == "unknown"]


def conditions(case: Case) -> list[str]:
    return list(dict.fromkeys(item.rule for item in case.determination.conditions)) if case.determination else []


def case_view(case: Case) -> CaseView:
    """What is shown of one case that somebody has heard of."""
    assert case.state is not None
    return CaseView(
        application_number=case.application,
        state=case.state,
        intake=intake_word(case),
        outcome=case.outcome,
        submitted_at=_iso(case.submitted_at),
        updated_at=_iso(case.updated_at),
        grounds=tuple(_ground(case, ground) for ground in case.refused.grounds) if case.refused else (),
        gaps=_gaps(case),
        round=case.round or None,
        waiting_for=tuple(_waiting(case, name) for name in case.waiting_for),
        findings=tuple(_finding(case, finding) for finding in _found(case)),
        conditions=_conditions(case),
        confirmed_by_officer=case.confirmation is not None,
        publicity=_publicity(case),
        objections=tuple(
            ObjectionView(n=item.n, in_time=item.in_time, decided=item.decided, upheld=item.upheld)
            for item in case.objections
        ),
        notes=case.accepted.notes if case.accepted else (),
        withdrawal=_withdrawal(case),
    )


def law_for(case: Case, rule: str) -> InForce:
    """The policy on the day of law of one rule: Art. 17 looks at the day of acceptance (regulation §3)."""
    made, refused = case.determination, case.refused
    if made is not None:
        return POLICY.on(made.accepted_on if rule.startswith("R17") else made.as_of)
    assert refused is not None  # whatever names a rule is one of the two
    return POLICY.on(refused.as_of)


def _iso(instant: datetime | None) -> str | None:
    return instant.isoformat() if instant else None


def _found(case: Case) -> tuple[Finding, ...]:
    return case.determination.findings if case.determination else ()


def _ground(case: Case, ground: Ground) -> GroundView:
    return GroundView(
        **ground.model_dump(),
        code=f"{ground.rule}.not_met",
        text_zh=titles.ground(ground.rule, ground.text, law_for(case, ground.rule)),
    )


def _gaps(case: Case) -> tuple[GapView, ...]:
    if case.state is not State.SUPPLEMENT_WANTED or not case.supplements:
        return ()
    request = case.supplements[-1]
    return tuple(_gap(case, gap, request.hand_in_by) for gap in request.gaps)


def _gap(case: Case, gap: Gap, hand_in_by: date) -> GapView:
    """Whose consent is missing is said by the part in the family and the place on the form, never by a number."""
    assert case.form is not None
    role, member = "", None
    if gap.consent_of is not None:
        role = titles.role_of(case.form, gap.consent_of)
        numbers = [person.id_number for person in case.form.members]
        member = numbers.index(gap.consent_of) if gap.consent_of in numbers else None
    called = titles.title(titles.RELATIONS, role, "zh") + ("" if member is None else f"（第{member + 1}名成员）")
    return GapView.model_validate(
        {
            **gap.model_dump(include={"pointer", "article", "text", "document"}),
            "hand_in_by": hand_in_by,
            "code": titles.gap_code(gap, role),
            "text_zh": titles.gap(gap, role, called),
            "role": role or None,
            "member": member,
        }
    )


def _waiting(case: Case, name: str) -> WaitingView:
    return WaitingView(
        department=name,
        asked_at=_iso(case.asked_at),
        answer_by=_iso(case.answer_by),
        overdue=(name, case.round) in case.overdue,
        promised_at=_iso(case.deferred.get((name, case.round))),
    )


def _finding(case: Case, finding: Finding) -> FindingView:
    law = law_for(case, finding.rule)
    return FindingView(
        rule=finding.rule,
        article=finding.article,
        truth=finding.truth,
        text=finding.text,
        values=finding.values,
        sources=tuple(map(_source, finding.sources)),
        code=f"{finding.rule}.{finding.truth}",
        text_zh=titles.sentence(finding.rule, finding.truth, finding.text, law),
    )


def _source(source: Source) -> SourceView:
    return SourceView(department=source.department, said_at=source.said_at, sequence=source.sequence)


def _conditions(case: Case) -> tuple[ConditionView, ...]:
    return tuple(
        ConditionView(
            **item.model_dump(),
            code=f"{item.rule}.condition",
            text_zh=titles.condition(item.rule, item.text, item.to_be_checked),
        )
        for item in (case.determination.conditions if case.determination else ())
    )


def _publicity(case: Case) -> PublicityView | None:
    entry = case.publicity
    if entry is None:
        return None
    return PublicityView(
        opened_at=_iso(case.opened_at),
        last_day=entry.last_day,
        closes_at=entry.closes_at.isoformat(),
        provisional=entry.provisional,
        drill=entry.drill,
        derivation=tuple(map(_day, entry.derivation)),
    )


def _day(day: DerivationDay) -> DayView:
    return DayView(date=day.date, number=day.number, reason=day.reason, provisional=day.provisional)


def _withdrawal(case: Case) -> WithdrawalView | None:
    """The reason is a free text: an ID number in it is masked."""
    if case.withdrawn is None:
        return None
    return WithdrawalView(at=case.withdrawn.at.isoformat(), reason=masked(case.withdrawn.reason))
