"""When a case is determined, from which answers, and what an officer may do with the outcome."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.case.case import Case, NotAllowed, Recorded
from contracts.case.fold import evolve
from contracts.case.states import State
from contracts.events import (
    AlsoAnswered,
    ApplicationAccepted,
    DepartmentAnswered,
    DepartmentOverdue,
    DeterminationMade,
    Event,
    HandedToOfficer,
)
from contracts.inquiries import Answer
from contracts.numbers import application_number
from contracts.readings import CURRENT_READING
from procedures.hainan_2025.determination import (
    awaited,
    confirm,
    decide,
    determine,
    facts_of,
    reverify,
    settled,
    would_change,
)
from procedures.hainan_2025.rules import READS
from tests.rules.rules_generated import SEVEN, names, worlds
from tests.rules.rules_world import (
    AT,
    CHILD,
    MAN,
    SIX,
    WIFE,
    answer,
    ban,
    family,
    hukou,
    income,
    insured,
    marriage,
    unit,
)

NUMBER = application_number("a test", b"a key of a test")
NOW = datetime(2026, 11, 20, 2, tzinfo=UTC)
LATER = NOW + timedelta(days=1)
COUPLE = family(MAN, WIFE)
NONE = {MAN: "none", WIFE: "none"}
GOOD = {
    "household-registry": answer({MAN: [hukou()], WIFE: [hukou()]}),
    "civil-affairs": answer({MAN: [marriage("20", WIFE)], WIFE: [marriage("20", MAN)]}),
    "social-security": answer({MAN: [insured()]}),
    "tax": answer({MAN: "none"}),
    "real-estate": answer(NONE),
    "housing": answer(NONE),
}
"""A couple that is eligible; its residence is shown twice."""


def accepted(*asked: str) -> Case:
    """The couple on the day it was accepted, with these departments asked."""
    event = ApplicationAccepted(
        application=NUMBER,
        at=AT,
        policy="hainan-2025",
        as_of=date(2026, 11, 10),
        project="HN-2026-01",
        persons=COUPLE,
        marital_status="married",
        asked=asked or SIX,
        answer_by=AT + timedelta(days=7),
    )
    return evolve(Case(NUMBER, state=State.SUBMITTED, sequence=1), Recorded(2, event, "id", AT))


def then(case: Case, *events: Event) -> Case:
    for event in events:
        case = evolve(case, Recorded(case.sequence + 1, event, "id", event.at))
    return case


def answered(department: str, what: Answer, round: int = 1) -> DepartmentAnswered:
    return DepartmentAnswered(
        application=NUMBER,
        at=AT,
        department=department,
        round=round,
        question_id=what.question_id,
        asked_at=AT,
        answer=what,
    )


def overdue(department: str, round: int = 1) -> DepartmentOverdue:
    return DepartmentOverdue(
        application=NUMBER, at=NOW, department=department, round=round, asked_at=AT, answer_by=NOW
    )


def without(*departments: str, **otherwise: Answer) -> list[DepartmentAnswered]:
    """The good answers of all but these departments."""
    said = GOOD | {name.replace("_", "-"): what for name, what in otherwise.items()}
    return [answered(name, what) for name, what in said.items() if name not in departments]


def test_a_case_is_determined_once_every_answer_is_in():
    waiting = then(accepted(), *without("tax"))
    assert decide(waiting, NOW) == ()

    complete = then(waiting, answered("tax", GOOD["tax"]))
    (made,) = decide(complete, NOW)
    assert isinstance(made, DeterminationMade)
    assert (made.application, made.round, made.at) == (NUMBER, 1, NOW)
    assert (made.outcome, made.policy, made.conditions) == ("eligible", "hainan-2025", ())
    assert (made.accepted_on, made.as_of) == (date(2026, 11, 10), date(2026, 11, 20))
    assert {finding.truth for finding in made.findings} == {"met"}
    assert made.used == (3, 4, 5, 6, 7, 8)
    assert made.reading == CURRENT_READING

    assert decide(then(complete, made), LATER) == ()


def test_the_day_of_law_is_the_day_in_shanghai():
    complete = then(accepted(), *without())
    assert determine(complete, datetime(2026, 11, 20, 15, 59, tzinfo=UTC)).as_of == date(2026, 11, 20)
    assert determine(complete, datetime(2026, 11, 20, 16, 0, tzinfo=UTC)).as_of == date(2026, 11, 21)


def test_a_ban_that_ends_between_acceptance_and_determination_is_no_reason_against():
    complete = then(accepted(), *without(housing=answer(NONE | {MAN: [ban("2025-11-20", "2026-11-20")]})))
    assert determine(complete, datetime(2026, 11, 19, 15, tzinfo=UTC)).outcome == "ineligible"
    assert determine(complete, datetime(2026, 11, 19, 17, tzinfo=UTC)).outcome == "eligible"


def test_an_application_that_was_withdrawn_or_never_accepted_is_not_determined():
    complete = then(accepted(), *without())
    assert decide(replace(complete, state=State.WITHDRAWN), NOW) == ()
    assert decide(Case(NUMBER, state=State.SUBMITTED), NOW) == ()
    assert decide(Case(NUMBER), NOW) == ()
    with pytest.raises(NotAllowed, match="not accepted"):
        determine(Case(NUMBER, state=State.SUBMITTED), NOW)


@pytest.mark.parametrize(
    ("silent", "otherwise", "holds"),
    [
        pytest.param(["tax"], {}, False, id="18(1)-R18b-residence-is-shown-already"),
        pytest.param(["tax", "social-security"], {}, False, id="18(1)-R18b-the-registry-alone-shows-it"),
        pytest.param(
            ["tax"],
            {
                "household_registry": answer({MAN: [hukou(residence="no")], WIFE: [hukou()]}),
                "social_security": answer({MAN: "none"}),
            },
            True,
            id="18(1)-R18b-tax-alone-could-show-it",
        ),
        pytest.param(
            ["tax"],
            {
                "household_registry": answer({MAN: [hukou(residence="unknown")], WIFE: [hukou()]}),
                "social_security": answer({MAN: "none"}),
            },
            True,
            id="18(1)-R18b-tax-alone-could-show-what-the-registry-does-not-know",
        ),
        pytest.param(
            ["tax"],
            {
                "household_registry": answer({MAN: [hukou(residence="no")], WIFE: [hukou(status="deceased")]}),
                "social_security": answer({MAN: "none"}),
            },
            True,
            id="18(1)-R18b-tax-could-make-ineligible-what-is-in-review",
        ),
        pytest.param(
            ["tax"],
            {
                "household_registry": answer({MAN: [hukou(residence="unknown")], WIFE: [hukou(status="deceased")]}),
                "social_security": answer({MAN: "none"}),
            },
            False,
            id="18(1)-R18b-tax-cannot-make-ineligible-what-is-in-review",
        ),
        *(
            pytest.param(
                [silent],
                {"household_registry": answer({MAN: [hukou(residence="no")], WIFE: [hukou(status="deceased")]})}
                | {answering: answer({MAN: [paid]})},
                holds,
                id=f"18(1)-R18b-{silent}-in-a-review-while-{answering}-is-{'sure' if holds else 'not'}",
            )
            for silent, answering, paid, holds in (
                ("tax", "social_security", insured("no"), True),
                ("tax", "social_security", insured("yes", None), False),
                ("social-security", "tax", income("no"), True),
                ("social-security", "tax", income("yes", None), False),
            )
        ),
        pytest.param(
            ["household-registry", "civil-affairs"],
            {"social_security": answer({MAN: "none"}), "real_estate": answer({MAN: "refused", WIFE: "none"})},
            True,
            id="18(1)-R18a-the-registry-could-make-ineligible-what-is-in-review",
        ),
        pytest.param(
            ["civil-affairs"],
            {"real_estate": answer({MAN: "refused", WIFE: "none"})},
            False,
            id="17-R17b-civil-affairs-cannot-make-ineligible-what-is-in-review",
        ),
        pytest.param(["household-registry"], {}, True, id="18(1)-R18a-nobody-else-knows-the-hukou"),
        pytest.param(["civil-affairs"], {}, True, id="17-R17b-nobody-else-knows-the-marriage"),
        pytest.param(
            ["civil-affairs"],
            {"household_registry": answer({MAN: [hukou()], WIFE: [hukou(status="deceased")]})},
            False,
            id="17-R17b-no-register-talks-a-death-away",
        ),
        pytest.param(["real-estate"], {}, True, id="18(2)-R18c-nobody-else-knows-the-homes"),
        pytest.param(["housing"], {}, True, id="32-R32-nobody-else-knows-the-bans"),
        pytest.param(
            ["housing"],
            {"real_estate": answer(NONE | {MAN: [unit(MAN, "30")]})},
            False,
            id="18(2)-R18c-too-much-already",
        ),
        pytest.param(
            [name for name in SIX if name != "household-registry"],
            {"household_registry": answer({MAN: [hukou("150302")], WIFE: [hukou()]})},
            False,
            id="18(1)-R18a-not-met-already",
        ),
    ],
)
def test_an_overdue_answer_holds_the_case_only_if_it_could_change_the_outcome(silent, otherwise, holds):
    waiting = then(accepted(), *without(*silent, **otherwise))
    assert decide(waiting, NOW) == ()

    all_overdue = then(waiting, *(overdue(name) for name in silent))
    assert (decide(all_overdue, NOW) == ()) == holds


def test_what_is_ineligible_for_certain_waits_for_nobody():
    away = answer({MAN: [hukou("150302")], WIFE: [hukou()]})
    early = then(accepted(), answered("household-registry", away))
    assert awaited(facts_of(early, date(2026, 11, 20))) == frozenset()
    assert awaited(facts_of(accepted(), date(2026, 11, 20))) == set(SIX)


def test_one_department_that_is_not_overdue_yet_holds_the_case_whatever_it_may_say():
    waiting = then(accepted(), *without("tax", "social-security"), overdue("tax"))
    assert not settled(waiting, NOW)
    assert settled(then(waiting, overdue("social-security")), NOW)


def test_a_department_that_no_rule_reads_holds_the_case_until_it_is_overdue_and_no_longer():
    assert "archive" not in {name for read in READS.values() for name in read}
    waiting = then(accepted(*SIX, "archive"), *without())
    assert decide(waiting, NOW) == ()
    (made,) = decide(then(waiting, overdue("archive")), NOW)
    assert made.outcome == "eligible"


def test_a_department_that_no_rule_reads_counts_as_used_once_it_answered():
    complete = then(accepted(*SIX, "archive"), *without(), answered("archive", answer({MAN: "none"})))
    assert determine(complete, NOW).used == (3, 4, 5, 6, 7, 8, 9)


def test_an_outcome_that_was_settled_early_lists_only_the_answers_it_used():
    early = then(accepted(), *without("tax", "housing", real_estate=answer({MAN: [unit(MAN, "30")], WIFE: "none"})))
    early = then(early, overdue("tax"), overdue("housing"))
    made, _ = decide(early, NOW)
    assert (made.outcome, len(made.used)) == ("ineligible", 4)
    assert [(each.rule, each.to_be_checked) for each in made.conditions] == [("G20", True)]


def test_contradicting_answers_before_the_determination_lead_to_review():
    second = AlsoAnswered(
        application=NUMBER,
        at=AT,
        department="household-registry",
        round=1,
        hash8="0a1b2c3d",
        answer=answer({MAN: [hukou("150302")], WIFE: [hukou()]}),
        why="contradicting",
    )
    made, handed = decide(then(accepted(), *without("tax"), second, answered("tax", GOOD["tax"])), NOW)
    assert made.outcome == "review"
    assert handed == HandedToOfficer(application=NUMBER, at=NOW, round=1)
    assert [finding.rule for finding in made.findings if finding.truth == "unknown"] == ["R17b", "R18a"]


def test_answers_of_an_earlier_round_or_of_somebody_never_asked_are_no_evidence():
    first = then(accepted(*SIX[:-1]), *without("housing", "tax"), overdue("tax"), answered("housing", GOOD["housing"]))
    assert set(facts_of(first, date(2026, 11, 20)).answers) == set(SIX) - {"housing", "tax"}
    second = replace(first, round=2)
    assert facts_of(second, date(2026, 11, 20)).answers == {}
    assert not settled(second, NOW)


# --- the officer ------------------------------------------------------------------------------------------------


def in_review() -> Case:
    unclear = then(accepted(), *without(tax=answer({MAN: "none"}), civil_affairs=answer({MAN: "refused"})))
    return then(unclear, *decide(unclear, NOW))


def test_an_officer_confirms_or_overturns_what_was_proposed():
    case = in_review()
    assert case.state is State.REVIEW
    word = confirm(case, "eligible", "The marriage book was shown.", "Officer 3", LATER)
    assert (word.application, word.round, word.outcome, word.by) == (NUMBER, 1, "eligible", "Officer 3")
    assert then(case, word).outcome == "eligible"
    assert then(case, confirm(case, "ineligible", "Two families.", "Officer 3", LATER)).state is State.INELIGIBLE


def test_an_officer_asks_everybody_again_as_a_new_round():
    case = in_review()
    again = reverify(case, "Civil affairs was closed.", "Officer 3", LATER, LATER + timedelta(days=7))
    assert (again.round, again.persons, again.asked) == (2, COUPLE, SIX)
    fresh = then(case, again)
    assert (fresh.state, fresh.waiting_for) == (State.VERIFYING, SIX)
    assert decide(fresh, LATER) == ()
    complete = then(fresh, *(answered(name, what, 2) for name, what in GOOD.items()))
    assert [(made.round, made.outcome) for made in decide(complete, LATER)] == [(2, "eligible")]


def test_a_case_that_is_opened_again_is_a_persons_matter_if_another_family_names_its_child_meanwhile():
    case = in_review()
    family_now = family(MAN, WIFE, CHILD)
    again = reverify(case, "the register was wrong", "Officer 3", LATER, LATER + timedelta(days=7), (CHILD,))
    fresh = then(case, again.model_copy(update={"persons": family_now}))
    complete = then(fresh, *(answered(name, what, 2) for name, what in GOOD.items()))
    made, handed = decide(complete, LATER)
    assert (type(handed), handed.round) == (HandedToOfficer, 2)
    [doubt] = [finding.text for finding in made.findings if finding.rule == "R17b"]
    assert made.outcome == "review"
    assert "child 1 stood in another open application of the project" in doubt.lower()


@pytest.mark.parametrize(
    ("case", "sentence"),
    [
        pytest.param(Case(NUMBER), "no such application; check the number", id="nobody-heard-of-it"),
        pytest.param(then(accepted(), *without("tax")), "still waits for tax", id="an-answer-is-missing"),
        pytest.param(replace(in_review(), state=State.WITHDRAWN), "in state withdrawn", id="withdrawn"),
        pytest.param(replace(accepted(), state=State.WITHDRAWN), "in state withdrawn", id="withdrawn-before-it"),
        pytest.param(replace(in_review(), state=State.IN_PUBLICITY), "in state in_publicity", id="in-publicity"),
    ],
)
def test_an_officers_word_in_the_wrong_state_says_what_to_do(case, sentence):
    with pytest.raises(NotAllowed, match=f"{sentence}.*; confirm once"):
        confirm(case, "eligible", "because", "Officer 3", LATER)
    with pytest.raises(NotAllowed, match=f"{sentence}.*; ask again while"):
        reverify(case, "because", "Officer 3", LATER, LATER)


def test_an_officer_cannot_confirm_a_review_as_a_review():
    with pytest.raises(NotAllowed, match="eligible or as ineligible"):
        confirm(in_review(), "review", "because", "Officer 3", LATER)


# --- late answers -----------------------------------------------------------------------------------------------


def test_a_late_answer_says_whether_it_would_have_changed_the_outcome():
    case = then(accepted(), *without("tax"), overdue("tax"))
    case = then(case, *decide(case, NOW))
    assert case.determination is not None
    assert would_change(case, "tax", answer({MAN: [income()]})) is False
    assert would_change(case, "real-estate", answer({MAN: [unit(MAN, "30")], WIFE: "none"})) is True
    assert would_change(case, "household-registry", answer({MAN: "not_matched", WIFE: [hukou()]})) is True


def test_a_late_answer_is_compared_with_what_the_determination_used_and_nothing_that_came_after_it():
    too_much = without(
        "tax",
        household_registry=answer({MAN: [hukou(residence="no")], WIFE: [hukou()]}),
        social_security=answer({MAN: "none"}),
        real_estate=answer({MAN: [unit(MAN, "30")], WIFE: "none"}),
    )
    case = then(accepted(), *too_much, overdue("tax"))
    made, _ = decide(case, NOW)
    case = then(case, made, answered("tax", answer({MAN: "none"})))
    assert made.outcome == "ineligible"
    assert ("tax", 1) in case.answers
    # Without the home it would have been in review for want of tax; with tax's late word, ineligible all the same.
    assert would_change(case, "real-estate", answer(NONE)) is True


def test_nothing_would_change_before_a_determination_or_by_somebody_never_asked():
    case = then(accepted(), *without("tax"))
    assert would_change(case, "tax", GOOD["tax"]) is None
    done = then(case, answered("tax", GOOD["tax"]))
    done = then(done, *decide(done, NOW))
    assert would_change(done, "archive", answer({MAN: "none"})) is None


# --- what holds always ------------------------------------------------------------------------------------------


@settings(max_examples=400, deadline=None)
@given(worlds(), names, st.sets(st.sampled_from(SEVEN)))
def test_once_settled_no_missing_answer_changes_the_outcome(world, early, late):
    silent = [name for name in SEVEN if name not in early]
    case = Case(
        NUMBER,
        state=State.VERIFYING,
        accepted=ApplicationAccepted(
            application=NUMBER,
            at=AT,
            policy="hainan-2025",
            as_of=date(2026, 11, 10),
            project="HN-2026-01",
            persons=world.persons,
            marital_status=world.marital_status,
            own_income_shown=True,
            at_a_counter=world.at_a_counter,
            asked=SEVEN,
            answer_by=AT,
        ),
        round=1,
        persons=world.persons,
        asked=SEVEN,
        answers={(name, 1): world.said[name] for name in early},
        overdue=frozenset((name, 1) for name in silent),
    )
    after = replace(case, answers=case.answers | {(name, 1): world.said[name] for name in late - early})
    if settled(case, NOW):
        assert determine(after, NOW).outcome == determine(case, NOW).outcome
        assert settled(after, NOW)


def test_the_answers_may_come_in_any_order():
    events = without(tax=answer({MAN: [income("yes", "460105")]}))
    forward = determine(then(accepted(), *events), NOW)
    backward = determine(then(accepted(), *reversed(events)), NOW)
    truths = [[(each.rule, each.truth) for each in made.findings] for made in (forward, backward)]
    assert truths[0] == truths[1]
