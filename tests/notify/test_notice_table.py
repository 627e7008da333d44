"""Who is told what, and the one id of each notice."""

import re

import pytest

from contracts.case.fold import fold
from contracts.events import EVENTS, DeterminationConfirmed, NoticeSent
from contracts.events.base import cause_of
from contracts.numbers import ALPHABET
from procedures.hainan_2025.notices import NOTICES, notice_for, notice_id
from tests.notify.stories import (
    EVERY_NOTICE,
    asked_again,
    determined,
    handed_over,
    objected,
    opened,
    overdue,
    submitted,
)
from tests.notify.stories_after_pool import NOTICES_AFTER_POOL
from tests.notify.told import KEY, NUMBER, Told

ALL_NOTICES = {**EVERY_NOTICE, **NOTICES_AFTER_POOL}


def test_the_table_holds_every_notice_of_regulation_6_that_these_states_need_and_no_other() -> None:
    templates = [notice.template for notices in NOTICES.values() for notice in notices]

    assert sorted(templates) == sorted(ALL_NOTICES)


@pytest.mark.parametrize(("template", "told", "articles"), [(k, *v) for k, v in ALL_NOTICES.items()])
def test_each_event_asks_for_its_notice_with_its_article(template: str, told: Told, articles: tuple[str, ...]) -> None:
    notice = notice_for(NOTICES, fold(told.history, NUMBER), told.last)

    assert notice is not None
    assert (notice.template, notice.articles) == (template, articles)


def test_what_the_machine_proposes_is_told_to_nobody_before_an_officer_confirmed_it() -> None:
    assert determined("ineligible").notice() is None
    assert determined("review").notice() is None
    assert determined("eligible").notice() is None


@pytest.mark.parametrize("outcome", ["review", "ineligible"])
def test_a_family_whose_case_waits_for_an_officer_is_told_who_looks_and_that_nothing_is_to_be_done(
    outcome: str,
) -> None:
    letter = handed_over(outcome).letter()

    assert letter.cause == "handed-to-officer-1"
    assert "区住房和城乡建设局的工作人员" in letter.body
    assert "无需您办理任何手续" in letter.short
    assert "an officer of the district's housing bureau" in letter.body
    assert "You need not do anything" in letter.short


def test_what_the_machine_proposed_cannot_be_told_from_the_letter() -> None:
    assert handed_over("review").letter() == handed_over("ineligible").letter()


def test_a_family_is_told_of_the_first_silent_department_of_a_round_and_of_no_other() -> None:
    first = overdue("tax")
    second = overdue("housing", after=first)

    assert "税务未在2026年11月9日 18:00前答复" in first.letter().body
    assert "无需您办理任何手续" in first.letter().short
    assert second.notice() is None


def test_whom_a_silent_department_was_told_of_is_not_told_again_that_the_case_waits() -> None:
    assert handed_over(after=overdue()).notice() is None


def test_a_new_round_is_a_new_wait_and_told_once_more() -> None:
    again = asked_again(handed_over(after=overdue()))

    assert overdue("tax", after=again, round=2).letter().cause == "overdue-tax-2"
    assert handed_over(after=again, round=2).letter().cause == "handed-to-officer-2"
    assert handed_over(after=overdue(after=again, round=2), round=2).notice() is None


def test_an_officer_finding_for_the_family_is_told_by_the_publicity_that_follows() -> None:
    told = determined("review").then(
        DeterminationConfirmed, "2026-11-04 11:20", round=1, outcome="eligible", reason="seen", by="officer 7"
    )

    assert told.notice() is None


def test_handing_in_a_form_is_told_by_what_intake_makes_of_it() -> None:
    assert submitted().notice() is None


def test_a_notice_id_is_26_letters_and_digits_and_the_same_every_time() -> None:
    first = notice_id(NUMBER, "accepted", "sms", KEY)

    assert first == notice_id(NUMBER, "accepted", "sms", KEY)
    assert re.fullmatch(f"[{ALPHABET}]{{26}}", first)


def test_another_case_cause_channel_or_key_is_another_notice() -> None:
    ids = {
        notice_id(NUMBER, "accepted", "sms", KEY),
        notice_id(NUMBER[::-1], "accepted", "sms", KEY),
        notice_id(NUMBER, "withdrawn", "sms", KEY),
        notice_id(NUMBER, "accepted", "mail", KEY),
        notice_id(NUMBER, "accepted", "sms", KEY[::-1]),
    }

    assert len(ids) == 5


def test_two_objections_to_one_entry_are_two_causes() -> None:
    first, second = objected().letter(), objected(objected(), n=2, when="2026-11-11 08:00").letter()

    assert (first.cause, second.cause) == ("objection-raised-1", "objection-raised-2")
    assert first.notice_id != second.notice_id


def test_what_was_composed_can_be_recorded_as_sent() -> None:
    notice = opened().letter()

    sent = NoticeSent(
        application=notice.application,
        at=notice.at,
        cause=notice.cause,
        channel=notice.channel,
        notice_id=notice.notice_id,
        article=notice.article,
    )

    assert sent.cause == cause_of(opened().last)
    assert EVENTS.subject_of(sent) == f"case.{NUMBER}.notice-sent.publicity-opened-1.folder"
    assert sent.article == "26(3), 26(4)"
