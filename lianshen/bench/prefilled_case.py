"""The whole life of one eligible family, from `submitted` to its last notice, as bytes with gaps for who it is.

Every event is decided by the services' own pure functions on the day it is dated, and answered from the registers of
a crowd's family: a log filled with such cases is one the audit finds nothing in. Only what differs from family to
family is put in per case, so that hundreds of thousands can be written in minutes.
"""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from intake.body_hash import body_hash, canonical
from intake.claims import Claims
from publicity.decide import Period, close, open_entry

from chassis.log.history import History
from chassis.process.keys import read_key
from contracts.application import ApplicationForm
from contracts.case.case import Case, Recorded
from contracts.case.fold import evolve
from contracts.case.states import State
from contracts.events import EVENTS, ApplicationAccepted, ApplicationSubmitted, DepartmentAnswered, Event, NoticeSent
from contracts.events.base import cause_of
from contracts.local_time import SHANGHAI
from contracts.numbers import application_number
from contracts.people import check_digit
from inquiry.parse_answer import read_answer
from inquiry.questions import question_for, question_id
from lianshen.demo.synthetic_world import make_crowd
from lianshen.simulation.answers import DEPARTMENTS as ANSWERS
from lianshen.simulation.registers import load
from procedures.deadlines import answer_by
from procedures.department import Department
from procedures.hainan_2025.completeness import family, without_outside_consents
from procedures.hainan_2025.departments import DEPARTMENTS
from procedures.hainan_2025.determination import decide
from procedures.hainan_2025.notices import NOTICES, notice_id
from procedures.hainan_2025.policy import POLICY
from procedures.hainan_2025.public_entry import mask_id_number, mask_name
from procedures.working_days import Calendar

GRACE = timedelta(seconds=20)
STEP = timedelta(milliseconds=4)
"""From one event of a case to its next, on an idle system."""
CHANNEL = "folder"
DIVISIONS = ("150304", "150402", "150403", "150404")
"""The first six digits of the families' ID numbers; each serves as many families as days and serials tell apart."""
A_DIVISION = 12 * 28 * 10 * 100
MOST_FAMILIES = len(DIVISIONS) * A_DIVISION
SURNAMES, GIVEN = "王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗", "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超兰霞平"
STAND_INS = ("甲子丑", "乙寅卯", "丙辰巳")
"""Names of the family in the template: nobody else's, so that they can be found again."""
TEMPLATE = "template"
CAUSES = ("accepted", "publicity-opened-1", "pool-confirmed")
"""What the family of a finished case was told about."""
FIRST_SEQUENCE = 900_000_001
"""Of the template's answers: no other number in its bytes has these digits."""


@dataclass(frozen=True)
class Keys:
    """What the services of a deployment derive ids by, and where its claims stand."""

    number: bytes
    question: bytes
    notice: bytes
    claims: Claims

    @classmethod
    def of(cls, folder: Path, history: History) -> "Keys":
        return cls(
            read_key(folder, "application-number"),
            read_key(folder, "question"),
            read_key(folder, "notice"),
            Claims(read_key(folder, "claim"), history),
        )


Gaps = dict[bytes, bytes]
"""What one family puts into the gaps of the template, by name."""


@dataclass(frozen=True)
class Message:
    """One message of the log with gaps: `%(name)b` where a family's own value goes."""

    kind: str
    subject: bytes
    body: bytes
    at: str | None
    """The instant of the event; a claim has none."""
    fills: bytes | None = None
    """The gap, in later messages of the family, that the sequence of this one goes into."""


Stage = tuple[Message, ...]
"""What one handler stored before the next one saw it."""


@dataclass(frozen=True)
class Life:
    """The template of the cases of one instant: until the entry is on the public list, and after its last day."""

    opened_at: datetime
    closed_at: datetime
    early: tuple[Stage, ...]
    late: tuple[Stage, ...]


def idempotency_key(n: int) -> str:
    """Under which the n-th stored family handed in its form."""
    return f"lianshen-bench-stored-{n:06d}"


class Family:
    """The one family of the template: its form, and what its departments know about it."""

    def __init__(self, folder: Path) -> None:
        world = make_crowd(folder, 1)
        form = json.loads((world / "applications" / "000000.json").read_text(encoding="utf-8"))
        names = {form["applicant"]["name"]: STAND_INS[0]}
        names |= {member["name"]: STAND_INS[n] for n, member in enumerate(form["members"], start=1)}
        text = json.dumps(form, ensure_ascii=False)
        registry = world / "household-registry.csv"
        rows = registry.read_text(encoding="utf-8")
        for name, stand_in in names.items():
            text, rows = text.replace(name, stand_in), rows.replace(name, stand_in)
        registry.write_text(rows, encoding="utf-8")
        self.form = without_outside_consents(ApplicationForm.model_validate_json(text))
        self.persons = family(self.form)
        self._registers = {department.name: load(world, department.name) for department in DEPARTMENTS}
        self._form_bytes = _opened_up(canonical(self.form), _persons_gaps(self.named))

    @property
    def named(self) -> tuple[tuple[str, str], ...]:
        """ID number and name of everybody, applicant first."""
        return tuple((person.id_number, person.name) for person in self.persons)

    def answered(self, department: str, question: bytes) -> bytes:
        """What the department's registers say of this family."""
        return json.dumps(ANSWERS[department](self._registers[department], json.loads(question))).encode()

    def gaps(self, keys: Keys, key: str, persons: Sequence[tuple[str, str]]) -> Gaps:
        """What differs from family to family, but for the sequences: everything that is derived from who it is."""
        number = application_number(key, keys.number)
        gaps = _persons_gaps(persons)
        gaps[b"body_sha256"] = hashlib.sha256(self._form_bytes % gaps).hexdigest().encode()
        gaps[b"number"] = number.encode()
        gaps[b"masked_name"] = mask_name(persons[0][1]).encode()
        gaps[b"masked_id"] = mask_id_number(persons[0][0]).encode()
        for department in DEPARTMENTS:
            gaps[b"question-" + department.name.encode()] = question_id(
                keys.question, number, department.name, 1
            ).encode()
        for cause in CAUSES:
            gaps[b"notice-" + cause.encode()] = notice_id(number, cause, CHANNEL, keys.notice).encode()
        form = self._form_of(persons)
        subjects = (*keys.claims.adults(form).values(), *keys.claims.children(form).values())
        for n, subject in enumerate(subjects):
            gaps[b"claim-%d" % n] = subject.encode()
        return gaps

    def _form_of(self, persons: Sequence[tuple[str, str]]) -> ApplicationForm:
        applicant = self.form.applicant.model_copy(update={"id_number": persons[0][0]})
        members = tuple(
            member.model_copy(update={"id_number": id_number})
            for member, (id_number, _) in zip(self.form.members, persons[1:], strict=True)
        )
        return self.form.model_copy(update={"applicant": applicant, "members": members})


def _persons_gaps(persons: Sequence[tuple[str, str]]) -> Gaps:
    gaps = {}
    for n, (id_number, name) in enumerate(persons):
        gaps[b"id%d" % n], gaps[b"name%d" % n] = id_number.encode(), name.encode()
    return gaps


def _opened_up(text: bytes, gaps: Gaps) -> bytes:
    """The text with gaps where these values stood."""
    text = text.replace(b"%", b"%%")
    for name, value in gaps.items():
        text = text.replace(value, b"%(" + name + b")b")
    return text


def life(household: Family, keys: Keys, calendar: Calendar, at: datetime) -> Life:
    """The life of a case handed in at an instant. Raises ValueError where it does not end in the pool."""
    teller = _Teller(household, keys, calendar, at)
    early, late = teller.early(), teller.late()
    if teller.case.state is not State.POOL_CONFIRMED:
        raise ValueError(f"a form handed in on {at:%Y-%m-%d} ends as {teller.case.state}, not in the pool")
    gaps = household.gaps(keys, TEMPLATE, household.named)
    gaps |= {b"sequence%d" % n: b"%d" % (FIRST_SEQUENCE + n) for n in range(len(DEPARTMENTS))}
    stages = [[_with_gaps(stage, gaps) for stage in part] for part in (early, late)]
    stages[0][0] += tuple(
        Message("claim", b"%(" + name + b")b", b"%(number)b", None) for name in gaps if name.startswith(b"claim-")
    )
    return Life(at, teller.closed_at, tuple(stages[0]), tuple(stages[1]))


def late_gaps(keys: Keys, key: str) -> Gaps:
    """What differs from family to family in the last part of a case's life."""
    number = application_number(key, keys.number)
    notice = notice_id(number, "pool-confirmed", CHANNEL, keys.notice)
    return {b"number": number.encode(), b"notice-pool-confirmed": notice.encode()}


def persons_of(n: int, roles: Sequence[str]) -> tuple[tuple[str, str], ...]:
    """ID numbers and names of the n-th stored family; no crowd has them. Raises ValueError past MOST_FAMILIES."""
    if n >= MOST_FAMILIES:
        raise ValueError(f"at most {MOST_FAMILIES} cases can be stored")
    division, rest = divmod(n, A_DIVISION)
    rest, month = divmod(rest, 12)
    rest, day = divmod(rest, 28)
    persons = []
    for order, role in enumerate(roles, start=1):
        serial, year = divmod(rest, 10)
        born = (2014 if role == "child" else 1974) + year
        body = f"{DIVISIONS[division]}{born}{month + 1:02d}{day + 1:02d}{serial * 10 + order:03d}"
        given = GIVEN[n // 20 % 20] + GIVEN[(n // 400 + order) % 20]
        persons.append((body + check_digit(body), SURNAMES[(n + order) % 20] + given))
    return tuple(persons)


class _Teller:
    """Tells the story once, each event decided on the case as it then stands."""

    def __init__(self, household: Family, keys: Keys, calendar: Calendar, at: datetime) -> None:
        self._household = household
        self._keys = keys
        self._calendar = calendar
        self._now = at
        self._sequence = FIRST_SEQUENCE - 100
        self._period = Period(calendar)
        self.closed_at = at
        self.case = Case(application_number(TEMPLATE, keys.number))

    def early(self) -> list[list[Event]]:
        taken = [self._take(self._submitted()), self._take(self._accepted())]
        self._sequence = FIRST_SEQUENCE - 1
        answers = [self._take(self._answer(department)) for department in DEPARTMENTS]
        told = self._take(self._notice(taken[1]))
        determined = [self._take(event) for event in decide(self.case, self._tick())]
        opening = open_entry(self.case, self._period, lambda entry: False, self._tick())
        opened = [self._take(event) for event in opening]
        return [taken, [*answers, told], determined, opened, [self._take(self._notice(event)) for event in opened]]

    def late(self) -> list[list[Event]]:
        if self.case.publicity is None:
            return []
        self._now = self.closed_at = self.case.publicity.closes_at + GRACE
        closed = [self._take(event) for event in close(self.case, GRACE, self._tick())]
        return [closed, [self._take(self._notice(event)) for event in closed[1:]]]

    def _tick(self) -> datetime:
        self._now += STEP
        return self._now

    def _take(self, event: Event) -> Event:
        self._sequence += 1
        self.case = evolve(self.case, Recorded(self._sequence, event, "", event.at))
        return event

    def _submitted(self) -> Event:
        form = self._household.form
        return ApplicationSubmitted(
            application=self.case.application, at=self._now, form=form, body_sha256=body_hash(form)
        )

    def _accepted(self) -> Event:
        form, day = self._household.form, self._now.astimezone(SHANGHAI).date()
        policy = POLICY.on(day)
        return ApplicationAccepted(
            application=self.case.application,
            at=self._now,
            policy=POLICY.name,
            as_of=day,
            project=form.project,
            persons=self._household.persons,
            marital_status=form.applicant.marital_status,
            own_income_shown=False,
            at_a_counter=form.at_a_counter,
            asked=policy.departments,
            answer_by=answer_by(self._calendar, policy, self._now, None),
        )

    def _answer(self, department: Department) -> Event:
        case = self.case
        assert case.accepted is not None
        question = question_for(
            department,
            self._keys.question,
            case.application,
            1,
            case.persons,
            case.accepted.at,
            case.accepted.answer_by,
        )
        body = self._household.answered(department.name, question.model_dump_json().encode())
        read = read_answer(body, question, department, question.asked_at)
        return DepartmentAnswered(
            application=case.application,
            at=self._tick(),
            department=department.name,
            round=1,
            question_id=question.question_id,
            asked_at=question.asked_at,
            answer=read.answer,
            surplus=read.surplus,
        )

    def _notice(self, event: Event) -> Event:
        cause = cause_of(event)
        return NoticeSent(
            application=event.application,
            at=self._tick(),
            cause=cause,
            channel=CHANNEL,
            notice_id=notice_id(event.application, cause, CHANNEL, self._keys.notice),
            article=NOTICES[type(event)][0].article,
        )


def _with_gaps(events: Sequence[Event], gaps: Gaps) -> Stage:
    return tuple(
        Message(
            type(event).__name__,
            _opened_up(EVENTS.subject_of(event).encode(), gaps),
            _opened_up(EVENTS.write(event), gaps),
            event.at.isoformat(),
            _fills(event),
        )
        for event in events
    )


def _fills(event: Event) -> bytes | None:
    if not isinstance(event, DepartmentAnswered):
        return None
    return b"sequence%d" % [department.name for department in DEPARTMENTS].index(event.department)
