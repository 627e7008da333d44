"""Intake by the text (§3 "At intake", Art. 21–23): a pure model of one project's desk, step after step.

The order is that of the text: invalid, refused, supplement, accepted; each with all its reasons or gaps at once.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Literal

from tests.law.facts import ADULT, MaritalStatus, Member, OwnRecord, PersonAnswer
from tests.law.idnumbers import age_on, fault
from tests.law.rules.bureau import bans, record_binds
from tests.law.rules.family import capacity, marriage_age

State = Literal["invalid", "refused", "supplement", "accepted", "withdrawn", "ineligible", "unchanged"]
DOCUMENTS = ("application_form", "identity_copies", "commitment", "consent")  # Art. 22
OWN_INCOME = "own_income"  # Art. 17: the proof that a counter needs for somebody of 16 or 17
OPEN: frozenset[State] = frozenset({"supplement", "accepted"})


@dataclass(frozen=True)
class Form:
    """A form as it is posted: `documents` by name, `consents` by the number of whom they are about."""

    members: tuple[Member, ...]
    marital_status: MaritalStatus
    documents: frozenset[str] = frozenset(DOCUMENTS)
    consents: frozenset[str] = frozenset()
    at_a_counter: bool = False

    @property
    def applicant(self) -> Member:
        return next(member for member in self.members if member.role == "applicant")

    def family_on(self, day: date) -> tuple[Member, ...]:
        """Applicant, spouse, minor children: as the day has it."""
        return tuple(m for m in self.members if m.role in ("applicant", "spouse") or _is_minor_child(m, day))

    def claims(self) -> frozenset[str]:
        """Whose one application this is: the applicant's and the spouse's, never a child's."""
        return frozenset(m.id_number.upper() for m in self.members if m.role in ("applicant", "spouse"))


@dataclass(frozen=True)
class Step:
    """What comes to the desk on a day. `case` is the step in which its form was posted.

    `bureau` is what the ban list says that day, by ID number in capitals; None is silent.
    """

    kind: Literal["post", "supplement", "withdraw", "confirm_ineligible"]
    day: date
    form: Form | None = None
    case: int | None = None
    documents: frozenset[str] = frozenset()
    consents: frozenset[str] = frozenset()
    bureau: dict[str, PersonAnswer] | None = field(default_factory=dict[str, PersonAnswer])
    own_records: dict[str, OwnRecord] = field(default_factory=dict[str, OwnRecord])
    """Bans that were imposed here, by ID number in capitals."""


@dataclass(frozen=True)
class Story:
    """One project: the first and last day of its registration, and what comes to its desk."""

    opens: date
    closes: date
    steps: tuple[Step, ...]


@dataclass(frozen=True)
class StepOutput:
    """What the desk makes of a step. `gaps` are names of documents, and numbers of whose consent is missing."""

    state: State
    grounds: frozenset[str] = frozenset()
    gaps: frozenset[str] = frozenset()
    notes: frozenset[str] = frozenset()
    because: tuple[str, ...] = field(default=(), compare=False)


@dataclass
class Case:
    """What the desk knows of a case: where it stands, its form with what was supplemented, what is still missing."""

    form: Form
    state: State
    gaps: frozenset[str] = frozenset()


def run(story: Story) -> list[StepOutput]:
    """What the desk says to every step."""
    cases: dict[int, Case] = {}
    return [_take(story, number, step, cases) for number, step in enumerate(story.steps)]


def _take(story: Story, number: int, step: Step, cases: dict[int, Case]) -> StepOutput:
    if step.kind == "post":
        assert step.form is not None
        return _post(story, number, step, step.form, cases)
    case = cases.get(-1 if step.case is None else step.case)
    if case is None:
        return StepOutput("unchanged", because=("intake.no_case",))
    if step.kind == "supplement":
        return _supplement(step, case, cases)
    if case.state not in OPEN or (step.kind == "confirm_ineligible" and case.state != "accepted"):
        return StepOutput("unchanged", because=("intake.not_open",))
    case.state = "withdrawn" if step.kind == "withdraw" else "ineligible"
    return StepOutput(case.state, because=(f"intake.{case.state}",))


def _post(story: Story, number: int, step: Step, form: Form, cases: dict[int, Case]) -> StepOutput:
    """A form. An invalid one makes no case; the window is looked at now and never again."""
    faults = _faults(form, step.day)
    if faults:
        return StepOutput("invalid", because=tuple(f"intake.invalid_{fault}" for fault in faults))
    late = () if story.opens <= step.day <= story.closes else ("registration-window",)
    output = _judge(form, step, list(cases.values()), late)
    cases[number] = Case(form, output.state, output.gaps)
    return output


def _supplement(step: Step, case: Case, cases: dict[int, Case]) -> StepOutput:
    """Only the listed gaps are open; one that brings none of them changes nothing. Else all is judged today."""
    if case.state != "supplement":
        return StepOutput("unchanged", because=("intake.not_open",))
    brought = (step.documents | {number.upper() for number in step.consents}) & case.gaps
    if not brought:
        return StepOutput("unchanged", because=("intake.brings_nothing",))
    case.form = replace(
        case.form, documents=case.form.documents | step.documents & brought, consents=case.form.consents | brought
    )
    earlier = [other for other in cases.values() if other is not case]
    earlier = earlier[: list(cases.values()).index(case)]  # posting order decides
    output = _judge(case.form, step, earlier, ())
    case.state, case.gaps = output.state, output.gaps
    return replace(output, because=(*output.because, f"intake.supplement_then_{output.state}"))


def _judge(form: Form, step: Step, earlier: Iterable[Case], late: tuple[str, ...]) -> StepOutput:
    """Refused, supplement or accepted, as the day has it."""
    said = (step.bureau or {}).get(form.applicant.id_number.upper(), PersonAnswer("none"))
    ban, ban_because = bans(said, step.day)
    if step.bureau is None:
        ban, ban_because = "unknown", ("R32.silent",)
    ours = record_binds(step.own_records.get(form.applicant.id_number.upper()), step.day)
    denied = ours and ban == "met"
    if ours:
        # Ours binds as the bureau's does; a bureau that clearly says no is not overruled by a machine.
        ban = "unknown" if denied else "not_met"
        ban_because = (*ban_because, "R32.ours_denied" if denied else "R32.ours")
    open_cases = [case for case in earlier if case.state in OPEN]
    grounds, because = _grounds_of_the_form(form, step.day)
    if ban == "not_met":
        grounds.append("R32")
    if any(form.claims() & case.form.claims() for case in open_cases):
        grounds.append("one-application")
    grounds += late
    because += [f"intake.{name.replace('.', '_')}" for name in ban_because]
    if grounds:
        because += [f"intake.refused_{ground}" for ground in grounds]
        return StepOutput("refused", frozenset(grounds), because=(*because, *_several("reasons", grounds)))
    gaps = _gaps(form, step.day)
    if gaps:
        kinds = {f"intake.missing_{gap if gap in DOCUMENTS else 'entry'}" for gap in gaps}
        return StepOutput("supplement", gaps=gaps, because=(*because, *sorted(kinds), *_several("gaps", gaps)))
    doubt = "ban-disputed" if denied else "bureau-silent" if step.bureau is None else "ban-unclear"
    notes = _notes(form, doubt if ban == "unknown" else None, open_cases)
    because += [f"intake.note_{note}" for note in notes]
    return StepOutput("accepted", notes=frozenset(notes), because=(*because, "intake.accepted"))


def _grounds_of_the_form(form: Form, day: date) -> tuple[list[str], list[str]]:
    """R17a, R17b and R17c as far as the form itself breaks them."""
    number = form.applicant.id_number
    family = form.family_on(day)
    truth, why = capacity(number, age_on(number, day), form.at_a_counter, OWN_INCOME in form.documents)
    grounds, because = (["R17a"] if truth == "not_met" else []), [f"intake.{why.replace('.', '_')}"]
    strangers = [member.role for member in form.members if member not in family]
    if strangers:
        grounds.append("R17b")
        because += [f"intake.{role}_is_no_member" for role in set(strangers)]
    if len(family) == 1 and age_on(number, day) < marriage_age(number):
        grounds.append("R17c")
    return grounds, because


def _gaps(form: Form, day: date) -> frozenset[str]:
    """Every missing document, and every member of the family without a consent entry."""
    entries = {number.upper() for number in form.consents}
    missing = {member.id_number.upper() for member in form.family_on(day)} - entries
    return frozenset(missing | (set(DOCUMENTS) - form.documents))


def _notes(form: Form, doubt: str | None, open_cases: list[Case]) -> list[str]:
    notes = [doubt] if doubt else []
    children = {member.id_number.upper() for member in form.members if member.role == "child"}
    elsewhere = {member.id_number.upper() for case in open_cases for member in case.form.members}
    return [*notes, "child-elsewhere"] if children & elsewhere else notes


def _faults(form: Form, day: date) -> list[str]:
    """What makes a form invalid: a number that is none, or one person twice."""
    faults = [fault(m.id_number, day, may_be_foreign=m.role == "spouse") for m in form.members]
    numbers = [member.id_number.upper() for member in form.members]
    twice = ["twice"] if len(set(numbers)) < len(numbers) else []
    return sorted({found for found in faults if found}) + twice


def _is_minor_child(member: Member, day: date) -> bool:
    return member.role == "child" and age_on(member.id_number, day) < ADULT


def _several(what: str, found: Iterable[str]) -> tuple[str, ...]:
    return (f"intake.several_{what}",) if len(list(found)) > 1 else ()
