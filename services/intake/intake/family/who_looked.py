"""Who learned what of a household: questions to departments, acts of officers, looks, the public list. Pure.

All of it follows from the log, so it is here as soon as it has happened. Other people's affairs are left out: who
objected, and what another family says of a child.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from contracts import events
from contracts.case.case import Recorded
from contracts.events import Event
from contracts.events.values import FAMILY, FamilyMember
from contracts.local_time import SHANGHAI
from contracts.looks import Look
from inquiry.questions import persons_asked
from procedures.department import Department
from procedures.hainan_2025.ban_question import BAN_LIST
from procedures.hainan_2025.completeness import BUREAU_SILENT, family
from procedures.procedure import Procedure

Kind = Literal["question", "act", "look", "public"]


@dataclass(frozen=True)
class Handed:
    """A person about whom something was handed over, and which fields of theirs."""

    role: str
    name: str
    fields: tuple[str, ...]


@dataclass(frozen=True)
class Looked:
    """One line: when, who, why, what was handed over, and what came of it."""

    at: datetime
    kind: Kind
    who: str
    """A department's name, or an officer as the bureau knows them."""
    why: str
    article: str = ""
    handed: tuple[Handed, ...] = ()
    result: str = ""
    result_at: datetime | None = None
    what: str = ""
    """Of an answer by hand the department, of a look what was shown."""
    look: Look | None = None


def who_looked(
    history: tuple[Recorded, ...], looks: Iterable[Look], procedure: Procedure, secret: Iterable[str] = ()
) -> tuple[Looked, ...]:
    """The newest first. `secret` are the reasons whose looks a law keeps from the household for now."""
    hidden = frozenset(secret)
    shown = [_look(look) for look in looks if look.reason not in hidden]
    found = [line for item in history for line in _of_event(item.event, history, procedure)]
    return tuple(sorted((*found, *shown), key=lambda line: line.at, reverse=True))


def _look(look: Look) -> Looked:
    return Looked(look.at, "look", look.by, look.reason, what=look.what, look=look)


def _of_event(event: Event, history: tuple[Recorded, ...], procedure: Procedure) -> Iterator[Looked]:
    match event:
        case events.ApplicationSubmitted():
            yield _ban_question(event.at, family(event.form), history)
        case events.ApplicationSupplemented():
            form = next(it.event.form for it in history if isinstance(it.event, events.ApplicationSubmitted))
            yield _ban_question(event.at, family(form), history)
            yield from _acts(event.at, "family.why.supplemented", event.by)
        case events.ApplicationAccepted() | events.ReverificationOpened():
            yield from _round(event, history, procedure)
            if isinstance(event, events.ReverificationOpened):
                yield from _acts(event.at, "family.why.reverified", event.by)
        case events.AnsweredByHand():
            by = (event.by, event.approved_by or "")
            yield from _acts(event.at, "family.why.by_hand", *by, what=event.department)
        case events.DeterminationConfirmed():
            yield from _acts(event.at, "family.why.confirmed", event.by)
        case events.ObjectionDecided():
            yield from _acts(event.at, "family.why.objection", event.by)
        case events.ApplicationWithdrawn():
            yield from _acts(event.at, "family.why.withdrawn", event.by)
        case events.PublicityOpened():
            yield from _acts(event.at, "family.why.corrected", event.by or "")
            yield _public(event, history)


def _acts(at: datetime, why: str, *by: str, what: str = "") -> Iterator[Looked]:
    """Whoever decided something looked at what it rests on."""
    for officer in by:
        if officer and officer != FAMILY:
            yield Looked(at, "act", officer, why, what=what)


def _round(
    event: events.ApplicationAccepted | events.ReverificationOpened,
    history: tuple[Recorded, ...],
    procedure: Procedure,
) -> Iterator[Looked]:
    known = {department.name: department for department in procedure.departments}
    for name in event.asked:
        department = known.get(name)
        handed = _handed(department, event.persons, event.at) if department else ()
        if department is not None and not handed:
            continue  # nobody of this family is anybody it is asked about
        result, at = _answer(history, name, event.round)
        why = "family.why.asked_again" if event.round > 1 else "family.why.asked"
        article = department.article if department else ""
        yield Looked(event.at, "question", name, why, article, handed, result, at)


def _handed(department: Department, persons: tuple[FamilyMember, ...], at: datetime) -> tuple[Handed, ...]:
    asked = {person.id_number: person for person in persons_asked(department, persons, at.astimezone(SHANGHAI).date())}
    return tuple(
        Handed(person.role, person.name, ("name", "id_number") if asked[person.id_number].name else ("id_number",))
        for person in persons
        if person.id_number in asked
    )


def _answer(history: tuple[Recorded, ...], department: str, round: int) -> tuple[str, datetime | None]:
    """The first answer of a round counts; a later one is kept beside it and handed nothing more over."""
    for item in history:
        match item.event:
            case events.DepartmentAnswered(department=name, round=n) if (name, n) == (department, round):
                return "family.result.answered", item.event.at
            case events.AnsweredByHand(department=name, round=n) if (name, n) == (department, round):
                return "family.result.by_hand", item.event.at
    return "family.result.open", None


def _ban_question(at: datetime, persons: tuple[FamilyMember, ...], history: tuple[Recorded, ...]) -> Looked:
    """At the counter already: what followed at the same instant says whether the bureau answered."""
    handed = _handed(BAN_LIST, persons, at)
    result = "family.result.unknown"
    for item in history:
        match item.event:
            case events.ApplicationAccepted(notes=notes) if item.event.at == at:
                result = "family.result.silent" if BUREAU_SILENT in notes else "family.result.answered"
            case events.ApplicationRefused(ban=ban) if item.event.at == at and ban is not None:
                result = "family.result.answered"
    answered = result == "family.result.answered"
    return Looked(
        at, "question", BAN_LIST.name, "family.why.ban", BAN_LIST.article, handed, result, at if answered else None
    )


def _public(event: events.PublicityOpened, history: tuple[Recorded, ...]) -> Looked:
    """What everybody may read of it, and until when that was."""
    closed = (it.event for it in history if isinstance(it.event, events.PublicityClosed) and it.event.n == event.n)
    until = next((it.shown_until for it in closed), None)
    fields = ("name_masked", "id_number_masked", "family_size", "outcome")
    result = "family.result.taken_down" if until else "family.result.shown"
    handed = (Handed("applicant", "", fields),)
    return Looked(event.at, "public", "", "family.why.public", "26(3), 26(4)", handed, result, until)
