"""A notice's text, as it is sent and as its household reads it later: Chinese, then English. Pure but for files."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache, partial
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from contracts.case.case import Case
from contracts.events import ApplicationRefused, DepositAsked, Event, ObjectionRaised, PublicityOpened
from contracts.events.allocation import AfterPool
from contracts.events.values import DerivationDay
from contracts.text import lines, masked
from procedures.hainan_2025.notices import Notice
from procedures.hainan_2025.pages.after_pool import DEPOSIT_WHY
from procedures.hainan_2025.phrasing import SHANGHAI, Words
from procedures.hainan_2025.titles import Language
from procedures.policy import InForce, Policy
from procedures.procedure import Procedures
from procedures.registry import PROCEDURES
from procedures.working_days import Calendar

TEMPLATES = Path(str(files("procedures.hainan_2025") / "templates"))

AT_INTAKE = {"R17a": "17", "R17b": "17", "R17c": "17", "R32": "32"}
AFTER_ACCEPTANCE = {"R18a": "18(1), 21", "R18b": "18(1)", "R18c": "18(2), 19", "G20": "20"}
"""What a refused application was held against, and the rules it never came to (regulation §3)."""

HASH = re.compile(r"(?<![0-9A-Za-z])([0-9a-f]{64})(?![0-9A-Za-z])")
DRILL: dict[Language, tuple[str, str]] = {
    "zh": ("【演练】", "【演练】本通知仅供演练，数据均为虚构，不产生任何法律效力。"),
    "en": ("[DRILL] ", "[DRILL] This is a rehearsal with invented data; it has no legal effect."),
}


@dataclass(frozen=True)
class Desk:
    """Where a family asks, which years' holidays are known, and whether everything here is a rehearsal."""

    enquiries_zh: str
    enquiries_en: str
    calendar: Calendar = field(default_factory=Calendar)
    drill: bool = False
    procedures: Procedures = PROCEDURES


@dataclass(frozen=True)
class Rendered:
    """One language of a notice: subject and short are one line each, without personal data."""

    subject: str
    body: str
    short: str


@dataclass(frozen=True)
class Letter:
    """A notice in both languages, and as it is delivered: Chinese, then English."""

    zh: Rendered
    en: Rendered

    @property
    def subject(self) -> str:
        return f"{self.zh.subject} / {self.en.subject}"

    @property
    def body(self) -> str:
        return f"{self.zh.body}\n\n————————\n\n{self.en.body}\n"

    @property
    def short(self) -> str:
        return f"{self.zh.short}\n{self.en.short}"


@cache
def templates(language: Language) -> Environment:
    """The templates with one language's filters; an unknown name in one is an error, not a blank."""
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        autoescape=False,  # plain text: nothing here is ever shown as HTML
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        auto_reload=False,
    )
    environment.filters.update(Words(language).filters())
    return environment


def render(notice: Notice, case: Case, event: Event, before: PublicityOpened | None, desk: Desk) -> Letter:
    """The letter for one event, given the case right after it and the public entry it replaces."""
    world = context(notice, case, event, before, desk)
    zh, en = (_one(notice.template, language, world, desk) for language in get_args(Language))
    return Letter(zh, en)


def context(notice: Notice, case: Case, event: Event, before: PublicityOpened | None, desk: Desk) -> dict[str, Any]:
    """Everything a template may name."""
    procedure = desk.procedures.of(case)
    return {
        "articles": notice.articles,
        "number": event.application,
        "event": event,
        "case": case,
        "law": law_of(case, event, procedure.policy),
        "law_for": partial(procedure.law_for, case),
        "drill": desk.drill or (case.publicity is not None and case.publicity.drill),
        "by_hand": frozenset(counted.sequence for counted in case.answers.values() if counted.by_hand),
        "before": before,
        "changes": changes(before, event),
        "counted": days_counted(event),
        "at_intake": AT_INTAKE,
        "after_acceptance": AFTER_ACCEPTANCE,
        "undecided": [each for each in case.objections if each.in_time and not each.decided],
        "holds": holds(case, event),
        "deposit_outcomes": deposit_outcomes(procedure.policy, event),
        "is_provisional": lambda due: is_provisional(due, desk.calendar),
    }


def law_of(case: Case, event: Event, policy: Policy) -> InForce:
    """The policy that decided, on the day it decided for; after the pool on the day of the event."""
    if isinstance(event, AfterPool):
        return policy.on(event.at.astimezone(SHANGHAI).date())
    if case.determination is not None:
        return policy.on(case.determination.as_of)
    if case.accepted is not None:
        return policy.on(case.accepted.as_of)
    day = event.as_of if isinstance(event, ApplicationRefused) else event.at.astimezone(SHANGHAI).date()
    return policy.on(day)


def deposit_outcomes(policy: Policy, event: Event) -> list[tuple[str, str]]:
    """What becomes of a deposit in each case in which it is not set off: `not drawn`, `given_back`."""
    if not isinstance(event, DepositAsked):
        return []
    law = policy.on(event.at.astimezone(SHANGHAI).date())
    return [(why, law.deposit_if(why)) for why in DEPOSIT_WHY if why != "contract"]


def holds(case: Case, event: Event) -> bool:
    """Whether the objection just raised keeps the entry from closing: a late one does not."""
    return isinstance(event, ObjectionRaised) and any(
        objection.n == event.n and objection.in_time for objection in case.objections
    )


def changes(before: PublicityOpened | None, event: Event) -> list[tuple[str, object, object]]:
    """What the public list shows differently now: field, old and new."""
    if before is None or not isinstance(event, PublicityOpened):
        return []
    old, new = before.entry.model_dump(), event.entry.model_dump()
    return [(name, old[name], new[name]) for name in new if old[name] != new[name]]


def days_counted(event: Event) -> list[DerivationDay]:
    """The working days that make up the period of publicity."""
    return [day for day in event.derivation if day.number] if isinstance(event, PublicityOpened) else []


def is_provisional(due: date | datetime, calendar: Calendar) -> bool:
    """Whether something is due in a year whose holidays nobody has announced."""
    day = due.astimezone(SHANGHAI).date() if isinstance(due, datetime) else due
    return calendar.kind(day).provisional


def _one(template: str, language: Language, world: dict[str, Any], desk: Desk) -> Rendered:
    enquiries = desk.enquiries_zh if language == "zh" else desk.enquiries_en
    source = templates(language).get_template(f"{template}.{language}.txt.j2")
    rendered = _parts(lines(_masked(source.render(world, enquiries=enquiries))))
    return _marked(rendered, language) if world["drill"] else rendered


def _masked(text: str) -> str:
    """Without ID numbers, and with every SHA-256 whole: one hash in five hundred has digits that look like one."""
    return "".join(part if HASH.fullmatch(part) else masked(part) for part in HASH.split(text))


def _parts(text: str) -> Rendered:
    """First line the subject, second line the short message, then an empty line and the letter."""
    subject, short, empty, body = text.split("\n", 3)
    if not subject or not short or empty:
        raise ValueError("a template begins with a subject, a short message and an empty line")
    return Rendered(subject, re.sub(r"\n{3,}", "\n\n", body).strip(), short)


def _marked(rendered: Rendered, language: Language) -> Rendered:
    mark, line = DRILL[language]
    return Rendered(mark + rendered.subject, f"{line}\n\n{rendered.body}\n\n{line}", mark + rendered.short)
