"""What the printed sheet says: what was decided and why, what happens next, by when, and how that day was counted."""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

import segno

from chassis.http.pages.language import Language
from contracts.case.case import Case
from intake.due_dates import answers_due, supplement_due
from intake.reception import Reception
from procedures.hainan_2025 import titles
from procedures.hainan_2025.phrasing import Words
from procedures.hainan_2025.view import CaseView, GapView, GroundView
from procedures.hainan_2025.what_to_do import what_to_do
from procedures.working_days import DueDate


@dataclass(frozen=True)
class Reason:
    """Why something is refused or still missing, under which article, and what to do about it."""

    article: str
    text: str
    to_do: str


@dataclass(frozen=True)
class Next:
    """What happens by itself, or is to be done, and by when; None where no day is set."""

    by: datetime | date | None
    due: DueDate | None = None
    """The derivation, where working days were counted."""


@dataclass(frozen=True)
class Receipt:
    number: str
    secret: str
    submitted_at: datetime
    decided: Literal["accepted", "supplement", "refused"] | None
    state: str
    reasons: tuple[Reason, ...]
    departments: str
    """Whom it waits for."""
    next: Next

    @property
    def secret_on_paper(self) -> str:
        """In groups, to be read off and typed: dashes and blanks do not count (receipts.py)."""
        return "-".join(self.secret[at : at + 5] for at in range(0, len(self.secret), 5))


def receipt(case: Case, reception: Reception, language: Language) -> Receipt:
    """Of a case that was just taken in, in the language of its reader."""
    assert case.submitted_at is not None
    assert case.state is not None
    view = reception.view(case)
    return Receipt(
        number=case.application,
        secret=reception.secret_of(case),
        submitted_at=case.submitted_at,
        decided=view.intake,
        state=getattr(titles.STATES[case.state], language),
        reasons=tuple(_reasons((*view.grounds, *view.gaps), language)),
        departments=Words(language).departments(case.waiting_for),
        next=_next(case, view, reception),
    )


def _reasons(listed: Iterable[GroundView | GapView], language: Language) -> Iterable[Reason]:
    for one in listed:
        text = one.text_zh if language == "zh" else one.text
        yield Reason(Words(language).articles(one.article), text, getattr(what_to_do(one.code), language))


def _next(case: Case, view: CaseView, reception: Reception) -> Next:
    calendar, policy = reception.desk.calendar, reception.desk.procedures.of(case).policy
    if view.intake == "supplement":
        return Next(case.supplements[-1].hand_in_by, supplement_due(case, calendar, policy))
    if case.waiting_for:
        return Next(case.answer_by, answers_due(case, calendar, policy))
    return Next(None)


def in_the_code(number: str, secret: str, family_page: str | None) -> str:
    """What the QR code holds: the family's page with both behind a `#`, which no browser sends to any server."""
    return f"{family_page}#number={number}&secret={secret}" if family_page else f"{number} {secret}"


def qr_code(text: str, title: str) -> str:
    """As SVG that needs no style: black on white whatever the colours of the page are."""
    drawn = io.BytesIO()
    segno.make(text, error="m", micro=False).save(
        drawn,
        kind="svg",
        scale=4,
        dark="#000",
        light="#fff",
        xmldecl=False,
        title=title,
        svgclass="qr",
        lineclass=None,
    )
    return drawn.getvalue().decode()
