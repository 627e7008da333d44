"""Every page of every case at every state it went through: it is there, in both languages, and tells nothing else."""

import logging
import re
from collections.abc import Iterator

import pytest

from contracts.application import ApplicationForm
from contracts.case.states import CLOSED, WITHDRAWABLE, State
from procedures.hainan_2025.titles import STATES, told_state
from tests.family.household import PAGES, Household, words
from tests.family.recorded import Moment, in_state, moments

CHINESE = re.compile(r"[\u4e00-\u9fff]")


def canaries(form: ApplicationForm) -> Iterator[str]:
    """What no page, address, header or line of a log may have of a person."""
    for person in (form.applicant, *form.members):
        yield person.id_number
        yield person.id_number[6:14]
        if len(person.name) > 1:
            yield person.name
    yield form.applicant.phone
    yield form.residence.address


ANOTHER_LOOK = {State.REFUSED, State.INELIGIBLE, State.DISQUALIFIED, State.CANCELLED, State.EXITED}


def some(every: int) -> list[Moment]:
    """One in so many, and of each state at least the longest story."""
    return [*moments()[::every], *map(in_state, sorted({it.state for it in moments()}))]


def test_the_recordings_go_through_every_state() -> None:
    assert {it.state for it in moments()} == set(State)


@pytest.mark.parametrize("state", sorted(State))
async def test_a_case_in_each_state_says_where_it_stands_what_comes_and_what_can_be_done(state: State) -> None:
    household, moment = Household(), in_state(state)
    household.clock.at = moment.history[-1].event.at
    await household.sign_in(household.stands(moment.number, moment.history))
    page = await household.get("/case")
    assert page.status_code == 200
    assert f'<h1 id="state">{STATES[told_state(state)].zh}</h1>' in page.text
    assert ("/withdraw" in page.text) == (state in WITHDRAWABLE and moment.case.allocation.keys is None)
    assert ('href="/supplement"' in page.text) == (state is State.SUPPLEMENT_WANTED)
    assert ('id="another-look"' in page.text) == (state in ANOTHER_LOOK)
    assert ('id="waits"' in page.text) == (state not in CLOSED | {State.SUBMITTED}) or moment.case.determination
    assert 'id="next"' in page.text
    assert ('id="promise"' in page.text) == (state not in CLOSED)


async def test_every_page_is_there_in_both_languages_and_tells_nothing_that_is_masked(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    household = Household()
    for moment in some(every=4):
        household.clock.at = moment.history[-1].event.at
        await household.sign_in(household.stands(moment.number, moment.history))
        assert moment.case.form is not None
        secrets = tuple(canaries(moment.case.form))
        for path in PAGES:
            for language in ("zh", "en"):
                page = await household.get(path, language)
                assert page.status_code == 200, (path, moment.state)
                told = page.text + str(page.url) + str(page.headers)
                assert [secret for secret in secrets if secret in told] == [], (path, moment.state)
    assert caplog.messages == [] or not any(secret in caplog.text for secret in secrets)


@pytest.mark.parametrize("state", sorted(State))
async def test_an_english_page_is_in_english(state: State) -> None:
    """But for people's names, and for what was typed into the case."""
    household, moment = Household(), in_state(state)
    await household.sign_in(household.stands(moment.number, moment.history))
    text = words(await household.get("/case", "en")).replace("中文", "")
    assert CHINESE.findall(text) == []


async def test_a_refusal_and_a_word_of_an_officer_name_every_rule_with_its_article() -> None:
    for state in (State.REFUSED, State.INELIGIBLE, State.POOL_CONFIRMED):
        household, moment = Household(), in_state(state)
        await household.sign_in(household.stands(moment.number, moment.history))
        page = words(await household.get("/rules"))
        case = moment.case
        named = case.refused.grounds if case.refused else case.determination.findings if case.determination else ()
        assert named
        for one in named:
            assert all(f"第{article}条" in page for article in one.article.split(", ")), one.rule
        assert ("您可以" in page) == (case.refused is not None)
