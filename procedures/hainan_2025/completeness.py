"""Refused, to be supplemented, or accepted: what the form, bans, claims and the window decide (Art. 21–23).

The fourth outcome, invalid, comes first and opens no case: `read_bodies.read_form`. Pure.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Literal

from contracts.application import ApplicationForm
from contracts.events.values import FamilyMember, Gap, Ground, OwnBan
from contracts.people import age_on, sex
from procedures.hainan_2025.bans import binds, first_free_day, own_binds
from procedures.hainan_2025.departments.housing import HousingRow
from procedures.hainan_2025.projects import Project
from procedures.policy import InForce

BUREAU_SILENT = "the housing bureau did not answer the ban question at intake; R32 is decided in the determination"
BANNED = "R32"
BAN_UNCLEAR = "the housing bureau's ban list leaves open whether a ban binds; R32 is decided in the determination"
BAN_DISPUTED = (
    "our own record says that a ban binds the applicant, the housing bureau says that none does; "
    "R32 is decided in the determination"
)
HAND_IN = {
    "application_form": "hand in the application form, filled in and signed",
    "identity_copies": "hand in copies of the identity papers of every family member",
    "commitment": "hand in the signed commitment",
    "consent": "hand in the signed consent paper",
}
CHILD_ELSEWHERE = (
    "a child on this form stands in another open application of the project, too; "
    "the bureau decides to which family it belongs (R17b)"
)
ROLES: dict[str, Literal["spouse", "child"]] = {"spouse": "spouse", "child": "child"}


@dataclass(frozen=True)
class IntakeFacts:
    """What is known besides the form on the day it is assessed."""

    today: date
    """The day of law, in Asia/Shanghai."""
    project: Project | None
    """Where its registration window is to be judged: on the day of posting. After a supplement it is not."""
    bans: tuple[HousingRow, ...] | None
    """The housing bureau's `ban` rows about the main applicant; None: the bureau did not answer."""
    claimed_elsewhere: frozenset[Literal["applicant", "spouse"]]
    """Who of them is applicant or spouse in another open case of the project."""
    policy: InForce
    children_elsewhere: tuple[str, ...] = ()
    """ID numbers of the children whom an earlier open case of the project names."""
    own_ban: OwnBan | None = None
    """A ban of the main applicant in our own record."""


@dataclass(frozen=True)
class Refused:
    """The application is not taken up; every reason at once (Art. 23)."""

    grounds: tuple[Ground, ...]


@dataclass(frozen=True)
class SupplementWanted:
    """Something is missing; every gap at once (Art. 23)."""

    gaps: tuple[Gap, ...]


@dataclass(frozen=True)
class Accepted:
    """The application is complete; what is here goes with the acceptance."""

    notes: tuple[str, ...] = ()
    children_elsewhere: tuple[str, ...] = ()


def assess(form: ApplicationForm, known: IntakeFacts) -> Refused | SupplementWanted | Accepted:
    """The outcome at intake: any ground refuses, else any gap asks for a supplement, else it is accepted."""
    grounds = tuple(ground for rule in GROUNDS for ground in rule(form, known))
    if grounds:
        return Refused(grounds)
    gaps = tuple(gap for rule in GAPS for gap in rule(form, known))
    if gaps:
        return SupplementWanted(gaps)
    return Accepted(tuple(_notes(known)), known.children_elsewhere)


def family(form: ApplicationForm) -> tuple[FamilyMember, ...]:
    """The applicant, the declared spouse and the declared children: whoever else is declared is no family."""
    applicant = form.applicant
    return (
        FamilyMember(id_number=applicant.id_number, name=applicant.name, role="applicant"),
        *(
            FamilyMember(id_number=member.id_number, name=member.name, role=ROLES[member.relation])
            for member in form.members
            if member.relation in ROLES
        ),
    )


def without_outside_consents(form: ApplicationForm) -> ApplicationForm:
    """The form as it is stored: consents of people outside the family are dropped."""
    numbers = {person.id_number for person in family(form)}
    consents = tuple(consent for consent in form.consents if consent.id_number in numbers)
    return form.model_copy(update={"consents": consents})


# --- grounds of a refusal -----------------------------------------------------------------------------------


def full_legal_capacity(form: ApplicationForm, known: IntakeFacts) -> Iterator[Ground]:
    """R17a: an adult, or at a counter 16 or 17 with proof of own income."""
    policy = known.policy
    age = age_on(form.applicant.id_number, known.today)
    own_income = form.at_a_counter and age >= policy.own_income_age and "own_income" in form.documents
    if age < policy.adult_age and not own_income:
        text = (
            f"the applicant is younger than {policy.adult_age}; from {policy.own_income_age} on a counter of "
            "the service centre can enter the application with proof of own income (document own_income)"
        )
        yield Ground(rule="R17a", article=policy.article("adult_age"), text=text)


def spouse_and_minor_children_only(form: ApplicationForm, known: IntakeFacts) -> Iterator[Ground]:
    """R17b, as far as the form shows it."""
    adult_age, called = known.policy.adult_age, _called(form)
    found = []
    for member in form.members:
        # The relation is a word the family chose: it may be anything, so it is not repeated.
        if member.relation not in ROLES:
            found.append(f"{called[member.id_number]} is neither spouse nor minor child")
        elif member.relation == "child" and age_on(member.id_number, known.today) >= adult_age:
            found.append(f"{called[member.id_number]} is {adult_age} or older")
    if found:
        text = f"{'; '.join(found)}: only a spouse and minor children can be on the application"
        yield Ground(rule="R17b", article=known.policy.article("adult_age"), text=text)


def old_enough_alone(form: ApplicationForm, known: IntakeFacts) -> Iterator[Ground]:
    """R17c: a family of one has reached the age of marriage."""
    number = form.applicant.id_number
    adult = "man" if sex(number) == "male" else "woman"
    least = known.policy.marriage_age(sex(number))
    if _is_alone(form, known) and age_on(number, known.today) < least:
        text = f"the applicant applies alone and is younger than {least}, the age of marriage of a {adult}"
        yield Ground(rule="R17c", article=known.policy.article(f"marriage_age_{adult}"), text=text)


def _is_alone(form: ApplicationForm, known: IntakeFacts) -> bool:
    """Whether whoever else is declared is no family: a grown child is none."""
    adult_age = known.policy.adult_age
    return not any(
        person.role == "spouse" or (person.role == "child" and age_on(person.id_number, known.today) < adult_age)
        for person in family(form)
    )


def under_a_ban(form: ApplicationForm, known: IntakeFacts) -> Iterator[Ground]:
    """R32: the main applicant is banned today; only what is certain refuses."""
    binding = [row for row in known.bans or () if _binds(row, known)]
    text = "the applicant is under a ban after a qualification was cancelled, until the day before"
    article = known.policy.article("ban_article")
    if binding:
        end = max(day for row in binding if (day := first_free_day(row)) is not None)
        yield Ground(rule=BANNED, article=article, text=f"{text} {end}")
    elif known.own_ban is not None and _own_binds(known) and not _bureau_denies(known):
        yield Ground(rule=BANNED, article=article, text=f"{text} {known.own_ban.until}, by our own record")


def one_application(form: ApplicationForm, known: IntakeFacts) -> Iterator[Ground]:
    """One project, one registration, one supply: nobody stands in two open cases of it."""
    who = [f"the {role}" for role in ("applicant", "spouse") if role in known.claimed_elsewhere]
    if who:
        text = (
            f"in this project another application with {' and '.join(who)} as applicant or spouse is open; "
            "it goes on, or can be withdrawn first"
        )
        yield Ground(rule="one-application", article="26(1)", text=text)


def within_the_registration_window(form: ApplicationForm, known: IntakeFacts) -> Iterator[Ground]:
    """The project is open for registration: its price is published, and the day of posting is one of its days."""
    project, today = known.project, known.today
    if project is None:
        return
    rule = "registration-window"
    if project.price_published is None or project.price_published > today:
        text = "the project is not open: its price has not been published yet"
        yield Ground(rule=rule, article="25", text=text)
    if not project.registration_opens <= today <= project.registration_closes:
        text = f"registration is open from {project.registration_opens} to {project.registration_closes}"
        yield Ground(rule=rule, article="26(1)", text=f"{text}, both days included")


GROUNDS: tuple[Callable[[ApplicationForm, IntakeFacts], Iterator[Ground]], ...] = (
    full_legal_capacity,
    spouse_and_minor_children_only,
    old_enough_alone,
    under_a_ban,
    one_application,
    within_the_registration_window,
)
"""Everything that refuses an application at intake."""


# --- gaps of a supplement -----------------------------------------------------------------------------------


def missing_documents(form: ApplicationForm, known: IntakeFacts) -> Iterator[Gap]:
    """The papers of Art. 22 that are not there."""
    article = known.policy.article("required_documents")
    for name in known.policy.required_documents:
        if name not in form.documents:
            text = HAND_IN.get(name, f"hand in the document {name}")
            yield Gap(pointer="/documents", article=article, text=text, document=name)


def missing_consents(form: ApplicationForm, known: IntakeFacts) -> Iterator[Gap]:
    """Everybody in the family who has not consented; of two entries for one person the later counts."""
    given = {consent.id_number: consent.given for consent in form.consents}
    called = _called(form)
    for person in family(form):
        if not given.get(person.id_number):
            guardian = ", given by a guardian" if person.role == "child" else ""
            text = f"hand in the consent of {called[person.id_number]}{guardian}"
            yield Gap(pointer="/consents", article="22(2)", text=text, consent_of=person.id_number)


GAPS: tuple[Callable[[ApplicationForm, IntakeFacts], Iterator[Gap]], ...] = (missing_documents, missing_consents)
"""Everything that can be missing from an application."""


def _binds(row: HousingRow, known: IntakeFacts) -> bool | None:
    return binds(row, known.policy.ban_article, known.today)


def _own_binds(known: IntakeFacts) -> bool:
    return own_binds(known.own_ban, known.policy.ban_article, known.today)


def _bureau_denies(known: IntakeFacts) -> bool:
    """Whether the bureau clearly says that no ban binds."""
    return known.bans is not None and all(_binds(row, known) is False for row in known.bans)


def _notes(known: IntakeFacts) -> Iterator[str]:
    if known.bans is None:
        yield BUREAU_SILENT
    elif _own_binds(known):
        yield BAN_DISPUTED
    elif any(_binds(row, known) is None for row in known.bans):
        yield BAN_UNCLEAR
    if known.children_elsewhere:
        yield CHILD_ELSEWHERE


def _called(form: ApplicationForm) -> dict[str, str]:
    """How a text names each person without a name or number, by ID number."""
    called = {form.applicant.id_number: "the applicant"}
    for n, member in enumerate(form.members, start=1):
        words = {"spouse": "the spouse", "child": f"member {n} (child)"}
        called[member.id_number] = words.get(member.relation, f"member {n}")
    return called
