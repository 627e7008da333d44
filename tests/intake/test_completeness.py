"""Refused, to be supplemented, accepted: one row a reason and a gap, each under its article."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from typing import Literal

import pytest

from contracts.application import Applicant, ApplicationForm, Consent, Member, Residence
from contracts.events.values import OwnBan
from contracts.people import check_digit
from procedures.hainan_2025.completeness import (
    BAN_DISPUTED,
    BAN_UNCLEAR,
    BUREAU_SILENT,
    CHILD_ELSEWHERE,
    Accepted,
    IntakeFacts,
    Refused,
    SupplementWanted,
    assess,
    family,
    without_outside_consents,
)
from procedures.hainan_2025.departments.housing import HousingRow
from procedures.hainan_2025.policy import POLICY
from procedures.hainan_2025.projects import Project

TODAY = date(2026, 11, 2)
PAPERS = ("application_form", "identity_copies", "commitment", "consent")
OPEN = Project("HN-2026-01", "示范", date(2026, 10, 1), date(2026, 12, 31), date(2026, 9, 20))
NO_CLAIMS: frozenset[Literal["applicant", "spouse"]] = frozenset()


def born(day: str, sex: Literal["man", "woman"] = "man", serial: int = 0) -> str:
    """The ID number of a person who does not exist, born on YYYY-MM-DD."""
    order = 10 * serial + (1 if sex == "man" else 2)
    first = f"150303{day.replace('-', '')}{order:03}"
    return first + check_digit(first)


MAN, WIFE, CHILD = born("1988-03-12"), born("1990-07-22", "woman"), born("2018-06-09", "woman")


def a_form(
    applicant: str = MAN,
    members: Sequence[tuple[str, str]] = (),
    documents: tuple[str, ...] = PAPERS,
    consents: Sequence[tuple[str, bool]] | None = None,
    channel: str = "kiosk-03",
) -> ApplicationForm:
    """A form of these people; unless told otherwise complete, with everybody's consent."""
    if consents is None:
        consents = [(number, True) for number in (applicant, *(number for number, _ in members))]
    return ApplicationForm(
        project="HN-2026-01",
        channel=channel,
        applicant=Applicant(name="王建国", id_number=applicant, phone="13800000000", marital_status="single"),
        members=tuple(Member(name="刘芳", id_number=number, relation=word) for number, word in members),
        residence=Residence(division="150303", address="公乌素镇"),
        documents=documents,
        consents=tuple(Consent(id_number=number, given=given, text_version="2025-1") for number, given in consents),
    )


def known(
    today: date = TODAY,
    project: Project = OPEN,
    bans: tuple[HousingRow, ...] | None = (),
    claimed_elsewhere: frozenset[Literal["applicant", "spouse"]] = NO_CLAIMS,
    own_ban: OwnBan | None = None,
) -> IntakeFacts:
    """A day on which nothing but the form matters, unless told otherwise."""
    return IntakeFacts(today, project, bans, claimed_elsewhere, POLICY.on(today), own_ban=own_ban)


def a_ban(since: str | None, until: str | None, article: str | None = "32") -> HousingRow:
    return HousingRow.model_validate({"register": "ban", "article": article, "since": since, "until": until})


def grounds(form: ApplicationForm, what: IntakeFacts) -> list[tuple[str, str]]:
    """Rule and article of every ground, or nothing where the form is not refused."""
    outcome = assess(form, what)
    return [(ground.rule, ground.article) for ground in outcome.grounds] if isinstance(outcome, Refused) else []


def test_a_complete_form_of_a_family_is_accepted_without_a_note() -> None:
    form = a_form(MAN, [(WIFE, "spouse"), (CHILD, "child")])

    assert assess(form, known()) == Accepted(notes=())


# --- one row a reason: the day or year before the limit, and on it -------------------------------------------


@pytest.mark.parametrize(
    ("form", "refused_by"),
    [
        pytest.param(
            a_form(born("2008-11-03"), [(WIFE, "spouse")]),
            [("R17a", "17")],
            id="Art.17 a day before the 18th birthday",
        ),
        pytest.param(a_form(born("2008-11-02"), [(WIFE, "spouse")]), [], id="Art.17 on the 18th birthday"),
        pytest.param(
            a_form(born("2009-05-05"), [(WIFE, "spouse")], documents=(*PAPERS, "own_income")),
            [("R17a", "17")],
            id="Art.17 own income shown at a kiosk is not enough",
        ),
        pytest.param(
            a_form(born("2009-05-05"), [(WIFE, "spouse")], channel="counter-1"),
            [("R17a", "17")],
            id="Art.17 17 at a counter without own income",
        ),
        pytest.param(
            a_form(born("2009-05-05"), [(WIFE, "spouse")], documents=(*PAPERS, "own_income"), channel="counter-1"),
            [],
            id="Art.17 17 at a counter with own income",
        ),
        pytest.param(
            a_form(born("2010-11-02"), [(WIFE, "spouse")], documents=(*PAPERS, "own_income"), channel="counter-1"),
            [],
            id="Art.17 on the 16th birthday at a counter with own income",
        ),
        pytest.param(
            a_form(born("2010-11-03"), [(WIFE, "spouse")], documents=(*PAPERS, "own_income"), channel="counter-1"),
            [("R17a", "17")],
            id="Art.17 a day before the 16th birthday at a counter",
        ),
        pytest.param(
            a_form(MAN, [(WIFE, "spouse"), (born("1960-01-01"), "parent")]), [("R17b", "17")], id="Art.17 a parent"
        ),
        pytest.param(
            a_form(MAN, [(WIFE, "spouse"), (born("2008-11-02"), "child")]),
            [("R17b", "17")],
            id="Art.17 a child on its 18th birthday",
        ),
        pytest.param(
            a_form(MAN, [(WIFE, "spouse"), (born("2008-11-03"), "child")]),
            [],
            id="Art.17 a child a day before its 18th birthday",
        ),
        pytest.param(a_form(born("2004-11-03")), [("R17c", "17")], id="Art.17 a man alone a day before 22"),
        pytest.param(a_form(born("2004-11-02")), [], id="Art.17 a man alone on his 22nd birthday"),
        pytest.param(a_form(born("2006-11-03", "woman")), [("R17c", "17")], id="Art.17 a woman alone a day before 20"),
        pytest.param(a_form(born("2006-11-02", "woman")), [], id="Art.17 a woman alone on her 20th birthday"),
        pytest.param(
            a_form(born("2006-11-02"), [(CHILD, "child")]), [], id="Art.17 a father of 20 is no family of one"
        ),
        pytest.param(
            a_form(born("2006-11-02"), [(born("1960-01-01"), "parent")]),
            [("R17b", "17"), ("R17c", "17")],
            id="Art.17 a parent does not make a family of two",
        ),
        pytest.param(
            a_form(born("2006-11-02"), [(born("2008-11-02"), "child")]),
            [("R17b", "17"), ("R17c", "17")],
            id="Art.17 a child on its 18th birthday does not make a family of two",
        ),
        pytest.param(
            a_form(born("2006-11-02"), [(born("2008-11-03"), "child")]), [], id="Art.17 a day before it does"
        ),
        pytest.param(a_form(born("2006-11-02"), [(WIFE, "spouse")]), [], id="Art.17 a husband of 20 is not alone"),
        pytest.param(
            a_form(born("2009-05-05")), [("R17a", "17"), ("R17c", "17")], id="Art.17 alone and below 18: both reasons"
        ),
    ],
)
def test_what_the_form_itself_shows_refuses(form: ApplicationForm, refused_by: list[tuple[str, str]]) -> None:
    assert grounds(form, known()) == refused_by


@pytest.mark.parametrize(
    ("applicant", "text"),
    [
        (born("2006-11-02"), "younger than 22, the age of marriage of a man"),
        (born("2006-11-03", "woman"), "younger than 20, the age of marriage of a woman"),
    ],
    ids=["a man", "a woman"],
)
def test_whoever_is_too_young_alone_is_told_the_age_of_marriage(applicant: str, text: str) -> None:
    outcome = assess(a_form(applicant), known())
    assert isinstance(outcome, Refused)
    assert [ground.text for ground in outcome.grounds] == [f"the applicant applies alone and is {text}"]


def test_a_child_in_an_earlier_open_application_goes_with_the_acceptance() -> None:
    accepted = assess(a_form(MAN, [(CHILD, "child")]), replace(known(), children_elsewhere=(CHILD,)))
    assert accepted == Accepted(notes=(CHILD_ELSEWHERE,), children_elsewhere=(CHILD,))


@pytest.mark.parametrize(
    ("rows", "refused"),
    [
        pytest.param([a_ban("2026-11-02", "2027-11-02")], True, id="Art.32 from its first day"),
        pytest.param([a_ban("2026-11-03", "2027-11-03")], False, id="Art.32 not the day before"),
        pytest.param([a_ban("2025-11-03", "2026-11-03")], True, id="Art.32 on its last day"),
        pytest.param([a_ban("2025-11-02", "2026-11-02")], False, id="Art.32 until is the first free day"),
        pytest.param([a_ban("2026-09-01", "")], True, id="Art.32 an empty end still runs"),
        pytest.param([a_ban("2026-09-01", "2027-09-01", "24")], False, id="Art.32 is the only ban"),
        pytest.param([], False, id="Art.32 no row"),
        pytest.param(
            [a_ban("2020-01-01", "2021-01-01"), a_ban("2026-09-01", "2027-09-01")], True, id="Art.32 one of two"
        ),
    ],
)
def test_a_ban_refuses_while_it_binds(rows: list[HousingRow], refused: bool) -> None:
    expected = [("R32", "32")] if refused else []

    assert grounds(a_form(), known(bans=tuple(rows))) == expected


def test_a_ban_is_told_with_its_end_the_latest_of_several() -> None:
    bans = (a_ban("2026-09-01", "2027-09-01"), a_ban("2026-03-01", "2027-03-01"))

    outcome = assess(a_form(), known(bans=bans))

    assert isinstance(outcome, Refused)
    assert [ground.text for ground in outcome.grounds] == [
        "the applicant is under a ban after a qualification was cancelled, until the day before 2027-09-01"
    ]


@pytest.mark.parametrize(
    "row", [a_ban("", "2027-09-01"), a_ban("2026-09-01", "2027-09-01", "")], ids=["Art.32 since", "Art.32 article"]
)
def test_a_ban_with_an_empty_cell_is_never_a_no_but_a_note_for_the_determination(row: HousingRow) -> None:
    assert assess(a_form(), known(bans=(row,))) == Accepted(notes=(BAN_UNCLEAR,))


OURS = OwnBan(article="32", since=TODAY, until=date(2027, 11, 9))


@pytest.mark.parametrize(
    ("bans", "said"),
    [
        pytest.param(None, ", by our own record", id="silent"),
        pytest.param((HousingRow(),), ", by our own record", id="cannot-say"),
        pytest.param((a_ban(None, None),), ", by our own record", id="unclear"),
        pytest.param((a_ban("2020-01-01", "2099-01-01"),), "2099-01-01", id="agrees"),
    ],
)
def test_a_ban_of_our_own_record_refuses_unless_the_bureau_denies_it(
    bans: tuple[HousingRow, ...] | None, said: str
) -> None:
    outcome = assess(a_form(), known(bans=bans, own_ban=OURS))
    assert isinstance(outcome, Refused)
    assert [ground.rule for ground in outcome.grounds] == ["R32"]
    assert outcome.grounds[0].text.endswith(said)


def test_a_ban_of_our_own_record_that_the_bureau_denies_is_for_the_determination() -> None:
    assert assess(a_form(), known(own_ban=OURS)) == Accepted(notes=(BAN_DISPUTED,))
    over = OURS.model_copy(update={"since": date(2020, 1, 1), "until": TODAY})
    assert assess(a_form(), known(own_ban=over)) == Accepted()


def test_a_silent_bureau_holds_nobody_up_and_leaves_a_note() -> None:
    assert assess(a_form(), known(bans=None)) == Accepted(notes=(BUREAU_SILENT,))


@pytest.mark.parametrize(
    ("who", "said"),
    [
        pytest.param({"applicant"}, "with the applicant as", id="Art.26(1) the applicant"),
        pytest.param({"spouse"}, "with the spouse as", id="Art.26(1) the spouse"),
        pytest.param({"spouse", "applicant"}, "with the applicant and the spouse as", id="Art.26(1) both"),
    ],
)
def test_nobody_stands_in_two_open_cases_of_a_project(who: set[Literal["applicant", "spouse"]], said: str) -> None:
    outcome = assess(a_form(MAN, [(WIFE, "spouse")]), known(claimed_elsewhere=frozenset(who)))

    assert isinstance(outcome, Refused)
    [ground] = outcome.grounds
    assert (ground.rule, ground.article) == ("one-application", "26(1)")
    assert said in ground.text


@pytest.mark.parametrize(
    ("today", "price", "refused_by"),
    [
        pytest.param(date(2026, 10, 1), date(2026, 9, 20), [], id="Art.26(1) the first day"),
        pytest.param(date(2026, 12, 31), date(2026, 9, 20), [], id="Art.26(1) the last day"),
        pytest.param(date(2026, 9, 30), date(2026, 9, 20), ["26(1)"], id="Art.26(1) the day before"),
        pytest.param(date(2027, 1, 1), date(2026, 9, 20), ["26(1)"], id="Art.26(1) the day after"),
        pytest.param(date(2026, 11, 2), None, ["25"], id="Art.25 no price"),
        pytest.param(date(2026, 11, 2), date(2026, 11, 3), ["25"], id="Art.25 the price comes tomorrow"),
        pytest.param(date(2026, 11, 2), date(2026, 11, 2), [], id="Art.25 the price came today"),
        pytest.param(date(2027, 1, 1), None, ["25", "26(1)"], id="Art.25 and 26(1)"),
    ],
)
def test_a_project_is_open_with_a_published_price_within_its_window(
    today: date, price: date | None, refused_by: list[str]
) -> None:
    project = Project("HN-2026-01", "示范", date(2026, 10, 1), date(2026, 12, 31), price)

    assert grounds(a_form(), known(today, project)) == [("registration-window", article) for article in refused_by]


# --- everything at once, and in order ------------------------------------------------------------------------


def test_a_refusal_names_every_reason_at_once() -> None:
    form = a_form(born("2009-05-05"), [(born("1960-01-01"), "parent")])
    closed = Project("HN-2026-01", "示范", date(2026, 1, 1), date(2026, 2, 1), None)
    bans = (a_ban("2026-09-01", ""),)

    outcome = grounds(form, known(project=closed, bans=bans, claimed_elsewhere=frozenset({"applicant"})))

    assert outcome == [
        ("R17a", "17"),
        ("R17b", "17"),
        ("R17c", "17"),
        ("R32", "32"),
        ("one-application", "26(1)"),
        ("registration-window", "25"),
        ("registration-window", "26(1)"),
    ]


def test_one_reason_tells_of_all_the_members_it_concerns() -> None:
    form = a_form(
        MAN, [(WIFE, "spouse"), (born("1960-01-01"), "parent"), (born("2000-01-01"), "child"), (CHILD, "child")]
    )

    outcome = assess(form, known())

    assert isinstance(outcome, Refused)
    [ground] = outcome.grounds
    assert ground.text == (
        "member 2 is neither spouse nor minor child; member 3 (child) is 18 or older: "
        "only a spouse and minor children can be on the application"
    )


def test_a_form_that_is_refused_is_not_asked_for_papers() -> None:
    form = a_form(born("2004-11-03"), documents=(), consents=[])

    assert isinstance(assess(form, known()), Refused)


# --- gaps ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("paper", [pytest.param(paper, id=f"Art.22 {paper}") for paper in PAPERS])
def test_each_missing_paper_is_a_gap(paper: str) -> None:
    form = a_form(documents=tuple(each for each in PAPERS if each != paper))

    outcome = assess(form, known())

    assert isinstance(outcome, SupplementWanted)
    [gap] = outcome.gaps
    assert (gap.pointer, gap.article, gap.document, gap.consent_of) == ("/documents", "22", paper, None)
    assert gap.text.startswith("hand in ")


@pytest.mark.parametrize(
    ("without", "text"),
    [
        pytest.param(MAN, "hand in the consent of the applicant", id="Art.22(2) the applicant's own"),
        pytest.param(WIFE, "hand in the consent of the spouse", id="Art.22(2) the spouse's"),
        pytest.param(CHILD, "hand in the consent of member 2 (child), given by a guardian", id="Art.22(2) a child's"),
    ],
)
def test_each_person_without_a_consent_is_a_gap(without: str, text: str) -> None:
    consents = [(number, True) for number in (MAN, WIFE, CHILD) if number != without]
    form = a_form(MAN, [(WIFE, "spouse"), (CHILD, "child")], consents=consents)

    outcome = assess(form, known())

    assert isinstance(outcome, SupplementWanted)
    [gap] = outcome.gaps
    assert (gap.pointer, gap.article, gap.document) == ("/consents", "22(2)", None)
    assert (gap.consent_of, gap.text) == (without, text)


@pytest.mark.parametrize(
    ("entries", "is_a_gap"),
    [
        pytest.param([False], True, id="Art.22(2) an entry that says no is no consent"),
        pytest.param([True, False], True, id="Art.22(2) taken back later"),
        pytest.param([False, True], False, id="Art.22(2) given later"),
    ],
)
def test_of_two_entries_for_a_person_the_later_counts(entries: list[bool], is_a_gap: bool) -> None:
    form = a_form(MAN, consents=[(MAN, given) for given in entries])

    assert isinstance(assess(form, known()), SupplementWanted if is_a_gap else Accepted)


def test_one_supplement_lists_every_gap_at_once() -> None:
    form = a_form(MAN, [(WIFE, "spouse"), (CHILD, "child")], documents=("commitment",), consents=[(WIFE, True)])

    outcome = assess(form, known(bans=None))

    assert isinstance(outcome, SupplementWanted)
    assert [(gap.document, gap.consent_of) for gap in outcome.gaps] == [
        ("application_form", None),
        ("identity_copies", None),
        ("consent", None),
        (None, MAN),
        (None, CHILD),
    ]


def test_a_paper_the_policy_asks_for_later_is_a_gap_without_a_change_here() -> None:
    later = POLICY
    asked = later.parameters["required_documents"]
    with_one_more = type(asked)(asked.name, asked.article, ((TODAY, [*PAPERS, "marriage_certificate"]),))
    policy = type(later)(
        later.name,
        later.title,
        later.document,
        later.in_force,
        later.parameters | {"required_documents": with_one_more},
    )

    outcome = assess(a_form(), IntakeFacts(TODAY, OPEN, (), NO_CLAIMS, policy.on(TODAY)))

    assert isinstance(outcome, SupplementWanted)
    assert [(gap.document, gap.text) for gap in outcome.gaps] == [
        ("marriage_certificate", "hand in the document marriage_certificate")
    ]


# --- what is said and kept about people ----------------------------------------------------------------------


def test_no_text_names_a_person_or_repeats_the_word_of_a_relation() -> None:
    people = [(WIFE, "spouse"), (born("1960-01-01"), "wang_jian_guo"), (born("2000-01-01"), "child")]
    refused = assess(a_form(born("2009-05-05"), people), known(claimed_elsewhere=frozenset({"spouse"})))
    wanted = assess(a_form(MAN, [(WIFE, "spouse"), (CHILD, "child")], documents=(), consents=[]), known())

    assert isinstance(refused, Refused)
    assert isinstance(wanted, SupplementWanted)
    texts = " ".join([*(ground.text for ground in refused.grounds), *(gap.text for gap in wanted.gaps)])
    for personal in ("王建国", "刘芳", "wang", "150303", "1988", "1990", "2018"):
        assert personal not in texts


def test_the_family_is_the_applicant_the_spouse_and_the_children() -> None:
    form = a_form(MAN, [(WIFE, "spouse"), (born("1960-01-01"), "parent"), (CHILD, "child")])

    assert [(person.id_number, person.role) for person in family(form)] == [
        (MAN, "applicant"),
        (WIFE, "spouse"),
        (CHILD, "child"),
    ]


def test_consents_of_people_outside_the_family_are_not_kept() -> None:
    stranger = born("1970-02-03")
    form = a_form(MAN, [(WIFE, "spouse")], consents=[(stranger, True), (MAN, True), (WIFE, False)])

    stored = without_outside_consents(form)

    assert [(entry.id_number, entry.given) for entry in stored.consents] == [(MAN, True), (WIFE, False)]
    assert stored.model_copy(update={"consents": form.consents}) == form
