"""One event of every kind, about one synthetic family; a test that needs another value copies one and changes it."""

from datetime import UTC, date, datetime, timedelta

from contracts.application import Applicant, ApplicationForm, Consent, Member, Residence
from contracts.events import (
    AlsoAnswered,
    AnsweredByHand,
    ApplicationAccepted,
    ApplicationRefused,
    ApplicationSubmitted,
    ApplicationSupplemented,
    ApplicationWithdrawn,
    DeferredByClerk,
    DepartmentAnswered,
    DepartmentDeferred,
    DepartmentOverdue,
    DepartmentReminded,
    DeterminationConfirmed,
    DeterminationMade,
    HandedToOfficer,
    NoticeFailed,
    NoticeSent,
    ObjectionDecided,
    ObjectionRaised,
    ObjectorIdentified,
    PoolConfirmed,
    PublicityClosed,
    PublicityOpened,
    ReverificationOpened,
    SupplementRequested,
)
from contracts.events.values import Condition, DerivationDay, FamilyMember, Finding, Gap, Ground, PublicEntry, Source
from contracts.inquiries import Answer, PersonAnswer
from tests.contracts.examples_after_pool import CHECKED_AGAIN, HAS_CHOSEN, OPEN, POOL, ROWS, UNTIL_KEYS
from tests.contracts.one_case import AT, DAY, FACT, LATER, NUMBER, Row

MAN, CHILD = "15030319880312001X", "150303201605010025"
SIX = ("household-registry", "civil-affairs", "social-security", "tax", "real-estate", "housing")
QUESTION = "7Q2KD9M4TX0B8RVH3W5NZCEFG6"

FORM = ApplicationForm(
    project="HN-2026-01",
    channel="kiosk-03",
    applicant=Applicant(name="王建国", id_number=MAN, phone="13800000000", marital_status="widowed"),
    members=(Member(name="王小雨", id_number=CHILD, relation="child"),),
    residence=Residence(division="150303", township="150303103", address="公乌素镇矿区街坊 12 号"),
    documents=("application_form", "identity_copies", "commitment"),
    consents=(Consent(id_number=MAN, given=True, text_version="2025-1"),),
)
PERSONS = (
    FamilyMember(id_number=MAN, name="王建国", role="applicant"),
    FamilyMember(id_number=CHILD, name="王小雨", role="child"),
)
FOUND = Answer(
    question_id=QUESTION,
    kind="found",
    persons=(PersonAnswer(id_number=MAN, kind="found", records=({"income_recorded": True, "division": "150303"},)),),
)
NOTHING = Answer(question_id=QUESTION, kind="none", persons=(PersonAnswer(id_number=MAN, kind="none"),))

SUBMITTED = ApplicationSubmitted(application=NUMBER, at=AT, form=FORM, body_sha256="0" * 64)
SUPPLEMENT_WANTED = SupplementRequested(
    application=NUMBER,
    at=AT,
    n=1,
    gaps=(
        Gap(pointer="/documents", article="22", text="hand in the paper of consent", document="consent"),
        Gap(pointer="/consents", article="22", text="a guardian consents", consent_of=CHILD),
    ),
    hand_in_by=date(2026, 12, 7),
)
SUPPLEMENTED = ApplicationSupplemented(
    application=NUMBER,
    at=AT,
    n=1,
    documents=("consent",),
    consents=(Consent(id_number=CHILD, given=True, text_version="2025-1"),),
)
REFUSED = ApplicationRefused(
    application=NUMBER, at=AT, as_of=DAY, grounds=(Ground(rule="R17a", article="17", text="younger than 18"),)
)
ACCEPTED = ApplicationAccepted(
    application=NUMBER,
    at=AT,
    policy="hainan-2025",
    as_of=DAY,
    project="HN-2026-01",
    persons=PERSONS,
    marital_status="widowed",
    asked=SIX,
    answer_by=LATER,
)
WITHDRAWN = ApplicationWithdrawn(application=NUMBER, at=AT, reason="the family has found a home", by="the family")
ANSWERED = DepartmentAnswered(
    application=NUMBER,
    at=AT,
    department="tax",
    round=1,
    question_id=QUESTION,
    asked_at=AT,
    answer=FOUND,
)
DEFERRED = DepartmentDeferred(
    application=NUMBER, at=AT, department="housing", round=1, question_id=QUESTION, promised_at=LATER
)
BY_A_CLERK = DeferredByClerk(
    application=NUMBER, at=AT, department="housing", round=1, n=1, promised_at=LATER, by="clerk 3"
)
REMINDED = DepartmentReminded(application=NUMBER, at=LATER, department="housing", round=1, step=2, answer_by=LATER)
OVERDUE = DepartmentOverdue(application=NUMBER, at=LATER, department="housing", round=1, asked_at=AT, answer_by=LATER)
BY_HAND = AnsweredByHand(
    application=NUMBER,
    at=LATER,
    department="housing",
    round=1,
    answer=NOTHING,
    reason="the bureau's system is down; looked up in its paper register",
    by="officer 17",
)
ALSO_ANSWERED = AlsoAnswered(
    application=NUMBER,
    at=LATER,
    department="tax",
    round=1,
    hash8="0a1b2c3d",
    answer=NOTHING,
    why="contradicting",
)
DETERMINED = DeterminationMade(
    application=NUMBER,
    at=AT,
    round=1,
    policy="hainan-2025",
    as_of=DAY,
    accepted_on=DAY,
    outcome="eligible",
    findings=(
        Finding(
            rule="R18b",
            article="18(1)",
            truth="met",
            text="lives locally",
            values={"division": "150303"},
            sources=(Source(department="tax", said_at=AT, sequence=4),),
        ),
    ),
    conditions=(Condition(rule="G20", article="20", text="leave the rental first", to_be_checked=True),),
    used=(4,),
)
HANDED_OVER = HandedToOfficer(application=NUMBER, at=AT, round=1)
CONFIRMED = DeterminationConfirmed(
    application=NUMBER, at=LATER, round=1, outcome="ineligible", reason="the registry is right", by="officer 17"
)
REVERIFIED = ReverificationOpened(
    application=NUMBER,
    at=LATER,
    round=2,
    persons=PERSONS,
    asked=SIX,
    answer_by=LATER + timedelta(days=7),
    reason="the family brought a new marriage certificate",
    by="officer 17",
)
OPENED = PublicityOpened(
    application=NUMBER,
    at=AT,
    n=1,
    last_day=date(2026, 12, 2),
    closes_at=datetime(2026, 12, 2, 10, tzinfo=UTC),
    provisional=False,
    derivation=(DerivationDay(date=date(2026, 11, 24), number=1, reason="working day"),),
    entry=PublicEntry(
        application=NUMBER,
        name="王*国",
        id_number="1503**********001X",
        family_size=2,
        outcome="符合条件",
        how_to_object="书面提出异议",
    ),
)
OBJECTION = ObjectionRaised(
    application=NUMBER, at=LATER, n=1, received_at=LATER, in_time=True, text="they own a flat elsewhere"
)
OBJECTION_DECIDED = ObjectionDecided(
    application=NUMBER, at=LATER, n=1, upheld=False, reason="that flat was sold in 2019", by="officer 17"
)
OBJECTOR_IDENTIFIED = ObjectorIdentified(
    application=NUMBER, at=LATER, n=1, opening=1, reason="to hear them before it is decided", by="bureau head 2"
)
CLOSED = PublicityClosed(application=NUMBER, at=LATER, n=1, shown_from=AT, shown_until=LATER)
POOL_CONFIRMED = PoolConfirmed(application=NUMBER, at=LATER)
NOTICE_SENT = NoticeSent(
    application=NUMBER,
    at=LATER,
    cause="publicity-opened-1",
    channel="sms",
    notice_id="N0123456789",
    article="26(3), 26(4)",
)
NOTICE_FAILED = NoticeFailed(
    application=NUMBER,
    at=LATER,
    cause="publicity-opened-1",
    channel="sms",
    n=1,
    notice_id="N0123456789",
    reason="the gateway says 500",
)

TABLE = (
    Row(SUBMITTED, "submitted", "case.*.submitted", {"a case nobody has heard of"}),
    Row(SUPPLEMENT_WANTED, "supplement-requested.1", "case.*.supplement-requested.*", {"submitted"}),
    Row(SUPPLEMENTED, "supplemented.1", "case.*.supplemented.*", {"supplement wanted"}),
    Row(REFUSED, "refused", "case.*.refused", {"submitted"}),
    Row(ACCEPTED, "accepted", "case.*.accepted", {"submitted"}),
    Row(
        WITHDRAWN,
        "withdrawn",
        "case.*.withdrawn",
        {
            "submitted",
            "supplement wanted",
            "verifying",
            "found eligible",
            "review",
            "ineligible proposed",
            "overturned by an officer",
            "asked again",
            "in publicity",
            "taken down",
            "objected",
            *UNTIL_KEYS,
            *CHECKED_AGAIN,
        },
    ),
    Row(ANSWERED, "answered.tax.1", "case.*.answered.*.*", FACT),
    Row(DEFERRED, "deferred.housing.1", "case.*.deferred.*.*", FACT),
    Row(BY_A_CLERK, "deferred-by-clerk.housing.1.1", "case.*.deferred-by-clerk.*.*.*", FACT),
    Row(REMINDED, "reminded.housing.1.2", "case.*.reminded.*.*.*", FACT),
    Row(OVERDUE, "overdue.housing.1", "case.*.overdue.*.*", FACT),
    Row(BY_HAND, "answered-by-hand.housing.1", "case.*.answered-by-hand.*.*", FACT),
    Row(ALSO_ANSWERED, "also-answered.tax.1.0a1b2c3d", "case.*.also-answered.*.*.*", FACT),
    Row(DETERMINED, "determined.1", "case.*.determined.*", {"verifying", "asked again", *CHECKED_AGAIN}),
    Row(HANDED_OVER, "handed-to-officer.1", "case.*.handed-to-officer.*", {"review", "ineligible proposed"}),
    Row(CONFIRMED, "confirmed.1", "case.*.confirmed.*", {"review", "ineligible proposed"}),
    Row(
        REVERIFIED,
        "reverification.2",
        "case.*.reverification.*",
        {"review", "ineligible proposed", "ineligible", "found ineligible with a home", *POOL, *HAS_CHOSEN},
    ),
    Row(
        OPENED,
        "publicity-opened.1",
        "case.*.publicity-opened.*",
        {"found eligible", "overturned by an officer", "in publicity", "taken down", "objected"},
    ),
    Row(
        OBJECTION,
        "objection-raised.1",
        "case.*.objection-raised.*",
        {"in publicity", "taken down", "objected", *OPEN},
    ),
    Row(OBJECTION_DECIDED, "objection-decided.1", "case.*.objection-decided.*", {"objected"}),
    Row(OBJECTOR_IDENTIFIED, "objector-identified.1.1", "case.*.objector-identified.*.*", FACT),
    Row(CLOSED, "publicity-closed.1", "case.*.publicity-closed.*", {"in publicity"}),
    Row(POOL_CONFIRMED, "pool-confirmed", "case.*.pool-confirmed", {"taken down"}),
    *ROWS,
    Row(NOTICE_SENT, "notice-sent.publicity-opened-1.sms", "case.*.notice-sent.*.*", FACT),
    Row(NOTICE_FAILED, "notice-failed.publicity-opened-1.sms.1", "case.*.notice-failed.*.*.*", FACT),
)
"""Every event, in the order of the story. Written out by hand, from the regulation and the design, beside the tables
that the system goes by: a subject that changes orphans every event that is stored already."""

EXAMPLES = tuple(row.event for row in TABLE)
