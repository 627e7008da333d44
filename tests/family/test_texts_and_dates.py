"""The texts of the pages, none missing in either language; and the dates as a phone's calendar takes them."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import intake.family
import pytest
from icalendar import Calendar as CalendarFile
from intake.family.app import ROUTES
from intake.family.sentences import SENTENCES
from intake.family.texts import TEXTS

from chassis.http.pages.texts import COMMON
from contracts.case.states import State
from procedures.hainan_2025.titles import STATES
from tests.contracts.examples import ACCEPTED, NUMBER, SUBMITTED
from tests.family.household import Household
from tests.family.recorded import in_state
from tests.support.page_texts import crooked, unknown, unused

FOLDER = Path(intake.family.__file__).parent


def test_every_text_that_a_template_names_is_there() -> None:
    assert unknown(FOLDER, COMMON, TEXTS, SENTENCES) == set()


@pytest.mark.parametrize("table", [TEXTS, SENTENCES], ids=["texts", "sentences"])
def test_every_text_is_named_somewhere_and_says_the_same_in_both_languages(table: dict) -> None:  # type: ignore[type-arg]
    assert unused(FOLDER, table) == set()
    assert crooked(table) == set()


def test_each_state_has_a_title() -> None:
    assert STATES.keys() == set(State)


async def test_the_dates_are_a_calendar_file_that_names_nobody() -> None:
    household = Household()
    household.happened(SUBMITTED, ACCEPTED)
    await household.sign_in(NUMBER)
    reply = await household.get("/dates.ics")
    assert reply.headers["content-type"] == "text/calendar; charset=utf-8"
    assert NUMBER not in reply.headers["content-disposition"]
    file = CalendarFile.from_ical(reply.content)
    entries = {str(entry["summary"]): entry["dtstart"].dt for entry in file.walk("VEVENT")}
    assert entries["我的住房申请 · 部门答复期限"] == ACCEPTED.answer_by
    for person in ACCEPTED.persons:
        assert person.name not in reply.text
        assert person.id_number not in reply.text.replace("\r\n ", "")


async def test_the_same_date_keeps_its_name_when_it_moves_and_is_tentative_while_it_is_provisional() -> None:
    household, moment = Household(), in_state(State.IN_PUBLICITY)
    entry = moment.case.publicity
    assert entry is not None
    await household.sign_in(household.stands(moment.number, moment.history))
    names = set()
    for later in (0, 3):
        closes = datetime(2031, 10, 8, 10, tzinfo=UTC) + timedelta(days=later)
        moved = entry.model_copy(update={"provisional": True, "closes_at": closes, "last_day": closes.date()})
        history = [
            item if item.event is not entry else item.__class__(item.sequence, moved, item.event_id, item.stored_at)
            for item in moment.history
        ]
        household.stands(moment.number, history)
        (found,) = CalendarFile.from_ical((await household.get("/dates.ics", "en")).content).walk("VEVENT")
        assert (found["dtstart"].dt, str(found["status"])) == (closes, "TENTATIVE")
        names.add(str(found["uid"]))
    assert len(names) == 1


async def test_a_case_without_dates_has_no_file() -> None:
    household, moment = Household(), in_state(State.WITHDRAWN)
    await household.sign_in(household.stands(moment.number, moment.history))
    assert (await household.get("/dates.ics")).status_code == 404
    assert "/dates.ics" not in (await household.get("/case")).text
    assert "/dates.ics" in {route.path for route in ROUTES}
