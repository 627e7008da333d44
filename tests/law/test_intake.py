"""The second reading of intake, beside the sentences of the text."""

from dataclasses import replace
from datetime import date
from random import Random

from tests.law.facts import Member, PersonAnswer
from tests.law.intake import DOCUMENTS, Form, Step, StepOutput, Story, run
from tests.law.makers.people import a_foreign_number, a_number

OPENS, CLOSES = date(2026, 11, 1), date(2026, 11, 30)
TODAY, LATER = date(2026, 11, 23), date(2026, 12, 10)
APPLICANT = a_number(Random(1), date(1990, 5, 5))
SPOUSE = a_number(Random(2), date(1991, 5, 5))
CHILD = a_number(Random(3), date(2008, 12, 1))
OTHER = a_number(Random(4), date(1985, 1, 1))


def a_form(*members: tuple[str, str], **changes: object) -> Form:
    people = tuple(Member(role, number) for role, number in members)  # type: ignore[arg-type]
    married = any(role == "spouse" for role, _ in members)
    form = Form(people, "married" if married else "single", consents=frozenset(number for _, number in members))
    return replace(form, **changes)  # type: ignore[arg-type]


ALONE = a_form(("applicant", APPLICANT))
FAMILY = a_form(("applicant", APPLICANT), ("spouse", SPOUSE), ("child", CHILD))


def post(form: Form, day: date = TODAY, **bureau: object) -> Step:
    return Step("post", day, form, **bureau)  # type: ignore[arg-type]


def desk(*steps: Step) -> list[StepOutput]:
    return run(Story(OPENS, CLOSES, steps))


def test_a_complete_form_is_accepted() -> None:
    assert desk(post(FAMILY)) == [StepOutput("accepted")]


def test_one_notice_lists_all_gaps_and_a_supplement_of_them_is_accepted_after_the_window() -> None:
    form = replace(FAMILY, documents=frozenset(DOCUMENTS) - {"commitment"}, consents=frozenset({APPLICANT, SPOUSE}))
    wanted = StepOutput("supplement", gaps=frozenset({"commitment", CHILD}))
    half = Step("supplement", TODAY, case=0, documents=frozenset({"commitment"}))
    nothing = Step("supplement", TODAY, case=0, documents=frozenset({"own_income"}))
    rest = Step("supplement", date(2026, 11, 30), case=0, consents=frozenset({CHILD}))
    assert desk(post(form), nothing, half, rest) == [
        wanted,
        StepOutput("unchanged"),
        StepOutput("supplement", gaps=frozenset({CHILD})),
        StepOutput("accepted"),
    ]
    late = replace(rest, day=LATER, documents=frozenset({"commitment"}))
    assert desk(post(form), late)[1] == StepOutput("refused", grounds=frozenset({"R17b"})), "the child is 18 by then"


def test_a_refusal_names_all_its_reasons_and_comes_before_gaps() -> None:
    young = a_form(("applicant", a_number(Random(1), date(2009, 1, 1))), documents=frozenset())
    refused = desk(post(young, LATER))[0]
    assert refused == StepOutput("refused", grounds=frozenset({"R17a", "R17c", "registration-window"}))


def test_registration_is_open_on_its_first_and_its_last_day() -> None:
    for day, state in ((OPENS, "accepted"), (CLOSES, "accepted"), (date(2026, 10, 31), "refused")):
        assert desk(post(ALONE, day))[0].state == state


def test_an_applicant_has_one_open_case_and_a_spouse_too() -> None:
    as_spouse = a_form(("applicant", OTHER), ("spouse", APPLICANT))
    one = StepOutput("refused", grounds=frozenset({"one-application"}))
    assert desk(post(FAMILY), post(as_spouse))[1] == one
    assert desk(post(FAMILY), Step("withdraw", TODAY, case=0), post(as_spouse))[2].state == "accepted"
    assert desk(post(FAMILY), Step("confirm_ineligible", TODAY, case=0), post(as_spouse))[2].state == "accepted"
    wanting = replace(FAMILY, documents=frozenset())
    assert desk(post(wanting), post(as_spouse))[1] == one, "awaiting supplement is open"


def test_a_child_in_another_open_case_is_noted_and_no_reason() -> None:
    other_parent = a_form(("applicant", OTHER), ("child", CHILD))
    assert desk(post(FAMILY), post(other_parent))[1] == StepOutput("accepted", notes=frozenset({"child-elsewhere"}))
    wanting = replace(FAMILY, documents=frozenset())
    supplement = Step("supplement", TODAY, case=0, documents=frozenset(DOCUMENTS))
    assert desk(post(wanting), post(other_parent), supplement)[2] == StepOutput("accepted"), "the later case has it"


def test_only_a_certain_ban_refuses() -> None:
    def said(**row: object) -> dict[str, PersonAnswer]:
        return {APPLICANT.upper(): PersonAnswer("found", [{"register": "ban", **row}])}

    binds = said(article="32", since=TODAY, until=LATER)
    assert desk(post(ALONE, bureau=binds))[0] == StepOutput("refused", grounds=frozenset({"R32"}))
    unclear = StepOutput("accepted", notes=frozenset({"ban-unclear"}))
    assert desk(post(ALONE, bureau=said(since=TODAY)), post(ALONE)) == [unclear, desk(post(ALONE), post(ALONE))[1]]
    assert desk(post(ALONE, bureau=None))[0] == StepOutput("accepted", notes=frozenset({"bureau-silent"}))
    assert desk(post(ALONE, bureau=said(article="32", since=OPENS, until=TODAY)))[0] == StepOutput("accepted")


def test_a_number_that_is_none_makes_no_case() -> None:
    born_tomorrow = a_number(Random(1), date(2026, 11, 24))
    fifteen = APPLICANT[:6] + APPLICANT[8:17]
    foreign = a_foreign_number(Random(1), date(1990, 1, 1))
    for number in (born_tomorrow, fifteen, foreign, APPLICANT[:17]):
        assert desk(post(a_form(("applicant", number))), Step("withdraw", TODAY, case=0)) == [
            StepOutput("invalid"),
            StepOutput("unchanged"),
        ]
    assert desk(post(a_form(("applicant", APPLICANT), ("spouse", foreign))))[0].state == "accepted"


def test_small_and_capital_x_are_one_person() -> None:
    with_x = "11010519491231002X"
    assert desk(post(a_form(("applicant", with_x), ("spouse", with_x.lower()))))[0].state == "invalid"
    assert desk(post(a_form(("applicant", with_x))), post(a_form(("applicant", with_x.lower()))))[1].state == "refused"
