"""The fold of a case: its story step by step, and which event may follow where."""

import itertools
from collections.abc import Iterable
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.application import Consent
from contracts.case.answers import same_answer
from contracts.case.case import Case, NotAllowed, Recorded
from contracts.case.fold import ALLOWED, allows, evolve, fold
from contracts.case.states import CLOSED, WITHDRAWABLE, State
from contracts.events import (
    STORY,
    DepartmentAnswered,
    Event,
)
from contracts.events.base import CaseEvent
from contracts.inquiries import Answer, PersonAnswer
from tests.contracts.examples import (
    ACCEPTED,
    ALSO_ANSWERED,
    ANSWERED,
    AT,
    BY_HAND,
    CHILD,
    CONFIRMED,
    DEFERRED,
    DETERMINED,
    EXAMPLES,
    FACT,
    FORM,
    FOUND,
    LATER,
    MAN,
    NOTHING,
    NOTICE_FAILED,
    NOTICE_SENT,
    NUMBER,
    OBJECTION,
    OBJECTION_DECIDED,
    OPENED,
    OVERDUE,
    POOL_CONFIRMED,
    QUESTION,
    REFUSED,
    REVERIFIED,
    SIX,
    SUBMITTED,
    SUPPLEMENT_WANTED,
    SUPPLEMENTED,
    TABLE,
    WITHDRAWN,
)
from tests.contracts.examples import (
    CLOSED as PUBLICITY_CLOSED,
)
from tests.contracts.examples_after_pool import HOME_CHOSEN, SINCE_POOL

S = State


def recorded(*events: Event, after: int = 0) -> list[Recorded]:
    """Events as they stand in the log, one sequence after the other."""
    return [
        Recorded(after + n, event, f"id-{after + n}", event.at, f"00-trace-of-{after + n}-01")
        for n, event in enumerate(events, start=1)
    ]


def case_of(*events: Event) -> Case:
    return fold(recorded(*events), NUMBER)


def then(case: Case, *events: Event) -> Case:
    for item in recorded(*events, after=case.sequence):
        case = evolve(case, item)
    return case


def answers_of(departments: Iterable[str], round: int = 1) -> list[DepartmentAnswered]:
    return [ANSWERED.model_copy(update={"department": name, "round": round}) for name in departments]


REVIEW = DETERMINED.model_copy(update={"outcome": "review"})
PROPOSED = DETERMINED.model_copy(update={"outcome": "ineligible"})
OVERTURNED = CONFIRMED.model_copy(update={"outcome": "eligible"})
UPHELD = OBJECTION_DECIDED.model_copy(update={"upheld": True})
SECOND = OBJECTION.model_copy(update={"n": 2})
SECOND_DISMISSED = OBJECTION_DECIDED.model_copy(update={"n": 2})
LATE = OBJECTION.model_copy(update={"in_time": False})


def test_a_case_says_when_its_newest_event_happened_however_late_an_older_one_is_read() -> None:
    older, newer = recorded(SUBMITTED, OVERDUE.model_copy(update={"at": LATER}))
    case = evolve(evolve(Case(NUMBER), older), newer)
    assert (case.sequence, case.updated_at) == (2, LATER)
    again = evolve(case, Recorded(1, OVERDUE.model_copy(update={"at": AT}), "late", AT))
    assert (again.sequence, again.updated_at) == (2, LATER)


# --- the story -------------------------------------------------------------------------------------------------


def test_the_whole_story_of_an_eligible_application_step_by_step() -> None:
    case = Case(NUMBER)
    assert (case.state, case.is_open, case.outcome, case.waiting_for) == (None, False, None, ())

    case = then(case, SUBMITTED)
    assert (case.state, case.form, case.submitted_at, case.body_sha256) == (S.SUBMITTED, FORM, AT, "0" * 64)

    case = then(case, SUPPLEMENT_WANTED)
    assert (case.state, case.supplements) == (S.SUPPLEMENT_WANTED, (SUPPLEMENT_WANTED,))

    case = then(case, SUPPLEMENTED)
    assert case.state is S.SUBMITTED

    case = then(case, ACCEPTED)
    assert (case.state, case.round, case.persons) == (S.VERIFYING, 1, ACCEPTED.persons)
    assert (case.asked_at, case.answer_by, case.waiting_for) == (AT, LATER, SIX)

    for n, answer in enumerate(answers_of(SIX), start=1):
        case = then(case, answer)
        assert (case.state, case.waiting_for) == (S.VERIFYING, SIX[n:])
    assert case.answers["tax", 1].sequence == 5 + SIX.index("tax")
    assert case.answers["tax", 1].answer == FOUND

    case = then(case, DETERMINED)
    assert (case.state, case.outcome, case.waiting_for) == (S.VERIFYING, "eligible", ())

    case = then(case, OPENED)
    assert (case.state, case.publicity, case.opened_at, case.first_shown_at) == (S.IN_PUBLICITY, OPENED, AT, AT)

    case = then(case, NOTICE_SENT)
    assert case.notices == {("publicity-opened-1", "sms")}

    case = then(case, PUBLICITY_CLOSED)
    assert (case.state, case.closed) == (S.IN_PUBLICITY, PUBLICITY_CLOSED)

    case = then(case, POOL_CONFIRMED)
    assert (case.state, case.is_open, case.sequence) == (S.POOL_CONFIRMED, True, 15)


def test_the_order_of_the_log_counts_not_the_order_of_reading() -> None:
    history = recorded(SUBMITTED, ACCEPTED, *answers_of(SIX), DETERMINED, OPENED)
    assert fold(reversed(history), NUMBER) == fold(history, NUMBER)


# --- which event may follow ------------------------------------------------------------------------------------

FACTS = {type(row.event) for row in TABLE if row.follows is FACT}
"""What is allowed in every case that exists, and moves none."""

VERIFYING = (SUBMITTED, ACCEPTED)
IN_PUBLICITY = (*VERIFYING, DETERMINED, OPENED)
IN_POOL = (*IN_PUBLICITY, PUBLICITY_CLOSED, POOL_CONFIRMED)

SITUATIONS: dict[str, tuple[State | None, tuple[Event, ...]]] = {
    "a case nobody has heard of": (None, ()),
    "submitted": (S.SUBMITTED, (SUBMITTED,)),
    "supplement wanted": (S.SUPPLEMENT_WANTED, (SUBMITTED, SUPPLEMENT_WANTED)),
    "refused": (S.REFUSED, (SUBMITTED, REFUSED)),
    "verifying": (S.VERIFYING, VERIFYING),
    "found eligible": (S.VERIFYING, (*VERIFYING, DETERMINED)),
    "review": (S.REVIEW, (*VERIFYING, REVIEW)),
    "ineligible proposed": (S.INELIGIBLE_PROPOSED, (*VERIFYING, PROPOSED)),
    "overturned by an officer": (S.VERIFYING, (*VERIFYING, PROPOSED, OVERTURNED)),
    "asked again": (S.VERIFYING, (*VERIFYING, REVIEW, REVERIFIED)),
    "ineligible": (S.INELIGIBLE, (*VERIFYING, PROPOSED, CONFIRMED)),
    "in publicity": (S.IN_PUBLICITY, IN_PUBLICITY),
    "taken down": (S.IN_PUBLICITY, (*IN_PUBLICITY, PUBLICITY_CLOSED)),
    "objected": (S.OBJECTED, (*IN_PUBLICITY, OBJECTION)),
    "pool confirmed": (S.POOL_CONFIRMED, IN_POOL),
    "disqualified": (S.DISQUALIFIED, (*IN_PUBLICITY, OBJECTION, UPHELD)),
    "withdrawn": (S.WITHDRAWN, (*VERIFYING, WITHDRAWN)),
    **{name: (state, (*IN_POOL, *since)) for name, (state, since) in SINCE_POOL.items()},
    "asked again in the pool": (S.VERIFYING, (*IN_POOL, REVERIFIED)),
    "asked again with a home": (S.VERIFYING, (*IN_POOL, *HOME_CHOSEN, REVERIFIED)),
    "found ineligible with a home": (S.INELIGIBLE, (*IN_POOL, *HOME_CHOSEN, REVERIFIED, PROPOSED, CONFIRMED)),
}
"""Every situation: its state, and how a case comes to it."""

MAY_FOLLOW: dict[str, tuple[State | None, tuple[Event, ...], set[type[Event]]]] = {
    name: (state, history, {type(row.event) for row in TABLE if name in row.follows})
    for name, (state, history) in SITUATIONS.items()
}
"""Which events may follow in a situation besides facts, by the table of the examples."""

EXISTING = [situation for situation in MAY_FOLLOW if MAY_FOLLOW[situation][0] is not None]
every_situation = pytest.mark.parametrize("situation", MAY_FOLLOW)


@every_situation
def test_a_case_comes_to_the_state_that_is_named(situation: str) -> None:
    state, history, _ = MAY_FOLLOW[situation]
    assert case_of(*history).state is state


def test_every_state_and_every_event_that_moves_a_case_is_in_the_table() -> None:
    assert {state for state, _, _ in MAY_FOLLOW.values()} == {None, *State}
    assert set(ALLOWED) == set(STORY)
    assert {name for row in TABLE if row.follows is not FACT for name in row.follows} <= SITUATIONS.keys()
    assert set().union(*(may for _, _, may in MAY_FOLLOW.values())) == set(STORY) - FACTS


@every_situation
def test_an_event_follows_where_the_table_says_so_and_nowhere_else(situation: str) -> None:
    _, history, may = MAY_FOLLOW[situation]
    case = case_of(*history)
    allowed = may | (FACTS if history else set())
    assert {type(event) for event in EXAMPLES if allows(case, type(event))} == {*map(type, EXAMPLES)} & allowed
    for event in EXAMPLES:
        if type(event) in allowed:
            assert then(case, event).sequence == case.sequence + 1
        else:
            with pytest.raises(NotAllowed, match=type(event).__name__):
                then(case, event)


def test_an_event_that_is_not_of_the_story_is_refused() -> None:
    class SomethingElse(CaseEvent):
        tail = "something-else"

    with pytest.raises(NotAllowed):
        then(case_of(*VERIFYING), SomethingElse(application=NUMBER, at=AT))


@pytest.mark.parametrize("situation", EXISTING)
def test_a_fact_never_moves_a_case(situation: str) -> None:
    case = case_of(*MAY_FOLLOW[situation][1])
    for fact in (event for event in EXAMPLES if type(event) in FACTS):
        after = then(case, fact)
        assert (after.state, after.outcome, after.is_open) == (case.state, case.outcome, case.is_open), fact
        assert (after.determination, after.publicity, after.round) == (case.determination, case.publicity, case.round)


OVER = {S.REFUSED, S.INELIGIBLE, S.DISQUALIFIED, S.WITHDRAWN, S.CANCELLED, S.EXITED, S.BOUGHT_BACK}


@pytest.mark.parametrize("situation", EXISTING)
def test_a_family_may_withdraw_until_its_case_has_ended_art_24(situation: str) -> None:
    state, history, _ = MAY_FOLLOW[situation]
    case = case_of(*history)
    if state in OVER or case.allocation.keys is not None:
        with pytest.raises(NotAllowed):
            then(case, WITHDRAWN)
    else:
        after = then(case, WITHDRAWN)
        assert (after.state, after.is_open, after.waiting_for) == (S.WITHDRAWN, False, ())


def test_a_closed_case_holds_no_claim_and_the_pool_does() -> None:
    assert OVER == CLOSED
    assert S.POOL_CONFIRMED in WITHDRAWABLE
    for situation in EXISTING:
        case = case_of(*MAY_FOLLOW[situation][1])
        assert case.is_open == (case.state not in CLOSED)


moves = st.lists(st.sampled_from([*EXAMPLES, REVIEW, PROPOSED, OVERTURNED, UPHELD, SECOND, LATE]), max_size=25)


@given(moves)
def test_however_a_case_goes_it_never_leaves_an_end(events: list[Event]) -> None:
    case = then(Case(NUMBER), SUBMITTED)
    for event in events:
        before = case
        try:
            case = then(case, event)
        except NotAllowed:
            assert not allows(before, type(event))
            continue
        if before.state in CLOSED:
            assert case.state is before.state
        if case.state is S.POOL_CONFIRMED:
            assert case.closed is not None
            assert case.outcome == "eligible"


# --- supplements -----------------------------------------------------------------------------------------------


def test_a_supplement_adds_documents_and_consents_to_the_form() -> None:
    case = case_of(SUBMITTED, SUPPLEMENT_WANTED, SUPPLEMENTED)
    assert case.form is not None
    assert case.form.documents == ("application_form", "identity_copies", "commitment", "consent")
    assert [(consent.id_number, consent.given) for consent in case.form.consents] == [(MAN, True), (CHILD, True)]
    assert case.form.model_copy(update={"documents": FORM.documents, "consents": FORM.consents}) == FORM


def test_what_is_handed_in_twice_is_there_once_and_a_later_consent_replaces_an_earlier_one() -> None:
    no = Consent(id_number=MAN, given=False, text_version="2025-1")
    yes = Consent(id_number=MAN, given=True, text_version="2025-2")
    submitted = SUBMITTED.model_copy(update={"form": FORM.model_copy(update={"consents": (no,)})})
    supplemented = SUPPLEMENTED.model_copy(update={"documents": ("commitment", "consent"), "consents": (yes,)})
    case = case_of(submitted, SUPPLEMENT_WANTED, supplemented)
    assert case.form is not None
    assert case.form.documents == ("application_form", "identity_copies", "commitment", "consent")
    assert case.form.consents == (yes,)


def test_a_second_supplement_may_be_wanted_and_adds_to_the_first() -> None:
    again = SUPPLEMENT_WANTED.model_copy(update={"n": 2})
    second = SUPPLEMENTED.model_copy(update={"n": 2, "documents": ("own_income",), "consents": ()})
    case = case_of(SUBMITTED, SUPPLEMENT_WANTED, SUPPLEMENTED, again, second, ACCEPTED)
    assert case.form is not None
    assert case.form.documents[-2:] == ("consent", "own_income")
    assert len(case.form.consents) == 2
    assert case.supplements == (SUPPLEMENT_WANTED, again)


# --- answers ---------------------------------------------------------------------------------------------------

OTHERWISE = ANSWERED.model_copy(update={"answer": NOTHING})


def test_the_first_answer_counts_and_a_differing_one_contradicts_it() -> None:
    case = case_of(*VERIFYING, ANSWERED, OTHERWISE)
    counted = case.answers["tax", 1]
    assert (counted.sequence, counted.answer, counted.contradicted) == (3, FOUND, True)
    assert "tax" not in case.waiting_for


def test_the_lower_sequence_counts_whichever_was_read_first() -> None:
    history = recorded(*VERIFYING, OTHERWISE, ANSWERED)
    for order in itertools.permutations(history):
        counted = fold(order, NUMBER).answers["tax", 1]
        assert (counted.sequence, counted.answer, counted.contradicted) == (3, NOTHING, True)


def test_the_same_answer_again_contradicts_nothing() -> None:
    again = ANSWERED.model_copy(update={"answer": FOUND.model_copy(update={"note": "asked twice"})})
    assert not case_of(*VERIFYING, ANSWERED, again).answers["tax", 1].contradicted


def test_an_answer_by_hand_and_a_late_one_of_the_department_contradict_each_other_only_where_they_differ() -> None:
    same = ANSWERED.model_copy(update={"department": "housing", "answer": BY_HAND.answer})
    other = ANSWERED.model_copy(update={"department": "housing", "answer": FOUND})
    for answer, contradicted in ((same, False), (other, True)):
        counted = case_of(*VERIFYING, OVERDUE, BY_HAND, answer).answers["housing", 1]
        assert (counted.by_hand, counted.said_at, counted.contradicted) == (True, LATER, contradicted)


def test_a_contradicting_answer_kept_beside_makes_the_counted_one_doubtful_and_a_late_one_does_not() -> None:
    late = ALSO_ANSWERED.model_copy(update={"why": "late"})
    assert case_of(*VERIFYING, ANSWERED, ALSO_ANSWERED).answers["tax", 1].contradicted
    assert not case_of(*VERIFYING, ANSWERED, late).answers["tax", 1].contradicted
    assert case_of(*VERIFYING, ALSO_ANSWERED).answers == {}


def test_after_the_determination_nothing_contradicts_any_more() -> None:
    determined = case_of(*VERIFYING, ANSWERED, DETERMINED)
    assert then(determined, OTHERWISE, ALSO_ANSWERED).answers == determined.answers


@pytest.mark.parametrize("situation", ["refused", "ineligible", "disqualified", "withdrawn", "pool confirmed"])
def test_answers_after_the_end_have_no_effect(situation: str) -> None:
    end = case_of(*MAY_FOLLOW[situation][1])
    after = then(end, *answers_of(SIX), OTHERWISE, DEFERRED, OVERDUE, BY_HAND, ALSO_ANSWERED)
    assert (after.state, after.outcome, after.waiting_for) == (end.state, end.outcome, ())
    assert after.determination == end.determination
    assert after.sequence == end.sequence + 11


def test_deferred_and_overdue_departments_are_still_waited_for() -> None:
    case = case_of(*VERIFYING, DEFERRED, OVERDUE)
    assert case.deferred == {("housing", 1): LATER}
    assert case.overdue == {("housing", 1)}
    assert "housing" in case.waiting_for
    assert "housing" not in then(case, BY_HAND).waiting_for


def test_two_answers_say_the_same_whatever_the_order_of_persons_the_question_or_the_note() -> None:
    one, other = (PersonAnswer(id_number=number, kind="none") for number in (MAN, CHILD))
    here = Answer(question_id=QUESTION, kind="none", persons=(one, other))
    there = Answer(question_id="Z" * 26, kind="none", persons=(other, one), note="from the archive")
    assert same_answer(here, there)
    assert not same_answer(here, here.model_copy(update={"kind": "found"}))
    assert not same_answer(here, here.model_copy(update={"persons": (one,)}))
    found = one.model_copy(update={"kind": "found", "records": ({"division": "150303"},)})
    assert not same_answer(here, here.model_copy(update={"persons": (found, other)}))


def test_who_says_nothing_of_a_person_cannot_determine_unless_it_said_so_of_everybody() -> None:
    assert FOUND.about(MAN).records == ({"income_recorded": True, "division": "150303"},)
    assert FOUND.about(CHILD).kind == "cannot_determine"
    assert Answer(question_id=QUESTION, kind="refused").about(MAN).kind == "refused"
    assert Answer(question_id=QUESTION, kind="none").about(MAN).kind == "none", "said of nobody, it is said of all"


# --- an officer's word -----------------------------------------------------------------------------------------


def test_an_officers_word_goes_before_the_machines() -> None:
    assert case_of(*VERIFYING, PROPOSED).outcome == "ineligible"
    assert case_of(*VERIFYING, PROPOSED, OVERTURNED).outcome == "eligible"
    confirmed = case_of(*VERIFYING, REVIEW, CONFIRMED)
    assert (confirmed.state, confirmed.outcome, confirmed.confirmation) == (S.INELIGIBLE, "ineligible", CONFIRMED)


def test_a_reverification_clears_what_was_found_and_asks_everybody_anew() -> None:
    first = case_of(*VERIFYING, *answers_of(SIX), REVIEW)
    case = then(first, REVERIFIED)
    assert (case.state, case.round, case.determination, case.confirmation) == (S.VERIFYING, 2, None, None)
    assert (case.outcome, case.waiting_for) == (None, SIX)
    assert (case.asked_at, case.answer_by) == (REVERIFIED.at, REVERIFIED.answer_by)
    assert case.accepted == ACCEPTED

    late = then(case, ANSWERED)
    assert late.waiting_for == SIX, "an answer of the first round is no answer of the second"
    assert then(late, *answers_of(SIX, round=2)).waiting_for == ()
    second = DETERMINED.model_copy(update={"round": 2})
    assert then(late, *answers_of(SIX, round=2), second, OPENED).state is S.IN_PUBLICITY


# --- publicity -------------------------------------------------------------------------------------------------


def test_an_objection_in_time_pauses_the_entry_until_it_is_decided() -> None:
    case = then(case_of(*IN_PUBLICITY), OBJECTION)
    assert case.state is S.OBJECTED
    with pytest.raises(NotAllowed):
        then(case, PUBLICITY_CLOSED)
    case = then(case, OBJECTION_DECIDED)
    assert case.state is S.IN_PUBLICITY
    assert [(one.n, one.in_time, one.decided, one.upheld) for one in case.objections] == [(1, True, True, False)]
    assert then(case, PUBLICITY_CLOSED, POOL_CONFIRMED).state is S.POOL_CONFIRMED


def test_an_entry_waits_for_the_last_of_its_objections() -> None:
    case = then(case_of(*IN_PUBLICITY), OBJECTION, SECOND)
    for first, last in ((OBJECTION_DECIDED, SECOND_DISMISSED), (SECOND_DISMISSED, OBJECTION_DECIDED)):
        waiting = then(case, first)
        assert waiting.state is S.OBJECTED
        assert then(waiting, last).state is S.IN_PUBLICITY


def test_an_objection_that_is_upheld_disqualifies_whatever_else_is_open() -> None:
    case = then(case_of(*IN_PUBLICITY), OBJECTION, SECOND, UPHELD)
    assert (case.state, case.is_open) == (S.DISQUALIFIED, False)
    assert [one.upheld for one in case.objections] == [True, False]


def test_a_late_objection_is_kept_and_holds_nothing() -> None:
    shown = then(case_of(*IN_PUBLICITY), LATE)
    assert (shown.state, len(shown.objections)) == (S.IN_PUBLICITY, 1)
    assert then(shown, PUBLICITY_CLOSED, POOL_CONFIRMED).state is S.POOL_CONFIRMED
    confirmed = then(case_of(*IN_POOL), LATE)
    assert (confirmed.state, len(confirmed.objections)) == (S.POOL_CONFIRMED, 1)


def test_a_late_objection_beside_one_in_time_holds_nothing_when_that_one_is_decided() -> None:
    case = then(case_of(*IN_PUBLICITY), OBJECTION, LATE.model_copy(update={"n": 2}), OBJECTION_DECIDED)
    assert case.state is S.IN_PUBLICITY


def test_a_corrected_entry_is_posted_anew_and_a_recomputed_date_keeps_its_posting() -> None:
    later = AT + timedelta(days=3)
    corrected = OPENED.model_copy(update={"n": 2, "why": "corrected", "at": later})
    announced = OPENED.model_copy(update={"n": 2, "why": "calendar announced", "at": later})
    for shown, posted in ((corrected, later), (announced, AT)):
        case = then(case_of(*IN_PUBLICITY), shown)
        assert (case.state, case.publicity) == (S.IN_PUBLICITY, shown)
        assert (case.opened_at, case.first_shown_at) == (posted, AT)


def test_correcting_an_entry_does_not_decide_the_objection_to_it() -> None:
    corrected = OPENED.model_copy(update={"n": 2, "why": "corrected"})
    case = then(case_of(*IN_PUBLICITY), OBJECTION, corrected)
    assert (case.state, case.publicity) == (S.OBJECTED, corrected)


def test_the_closing_of_an_entry_continues_the_trace_that_opened_it() -> None:
    assert case_of(*IN_PUBLICITY).trace_of_publicity == "00-trace-of-4-01"


# --- notices ---------------------------------------------------------------------------------------------------


def test_a_notice_is_sent_once_a_cause_and_channel_and_a_failure_is_no_delivery() -> None:
    by_mail = NOTICE_SENT.model_copy(update={"channel": "mail"})
    case = case_of(*IN_PUBLICITY, NOTICE_FAILED)
    assert case.notices == frozenset()
    case = then(case, NOTICE_SENT, NOTICE_SENT, by_mail)
    assert case.notices == {("publicity-opened-1", "sms"), ("publicity-opened-1", "mail")}
