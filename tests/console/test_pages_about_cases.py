"""Lists, cases, the desk, causes, departments and now: what each shows and does, and that nobody's name is in them."""

import re
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from console.app import ROUTES
from console.attached import Instance
from console.projection.waiting import backlog
from console.storage import Storage
from console.who import Role

from contracts.case.states import State
from tests.console.log_of_a_day import the_cases, the_log
from tests.support.console import Stage
from tests.support.console_views import NoBus, views_in

LISTS = ("/cases", "/desk", "/causes", "/departments", "/now")
EVERY_ROLE = tuple(Role)
STATE = {
    "department": "tax", "title": "tax", "attached_by": "bus", "signatures": "required", "paused": None,
    "paused_since": None, "not_asked_because": None, "breaker_open": False, "asked_next": None, "address": None,
    "faults": [], "open_questions": 0, "oldest_asked_at": None, "overdue": 0, "overdue_since": None, "keys": [],
    "certified_until": "2026-12-01T00:00:00+00:00",
}  # fmt: skip
LETTER = {"durable": "notify", "sequence": 7, "reason": "no such template", "at": "2026-11-28T08:00:00+00:00"}


def a_case_in(*states: State) -> str:
    return next(number for number, case in the_cases().items() if case.state in states)


SURE = {"outcome": "eligible", "reason": "x", "sure": "yes"}


def newest(number: str) -> str:
    return str(the_cases()[number].sequence)


REVIEW, ANY = a_case_in(State.REVIEW), next(iter(the_cases()))


@pytest.fixture
def bus() -> NoBus:
    return NoBus(the_log())


@pytest.fixture
def stage(tmp_path: Path, bus: NoBus) -> Stage:
    stage = Stage(tmp_path)
    (tmp_path / "views").mkdir()
    return Stage(tmp_path, more={"views": views_in(tmp_path / "views", stage.clock, bus)}, clock=stage.clock)


@pytest.fixture
async def officer(stage: Stage) -> AsyncIterator[httpx.AsyncClient]:
    async with stage.browser(Role.OFFICER, name="王审核") as browser:
        yield browser


def names_in(page: str) -> list[str]:
    """Whoever of the log's families is named in it."""
    persons = [person for case in the_cases().values() for person in case.persons]
    return [person.name for person in persons if person.name in page or person.id_number in page]


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_nobody_is_named_on_any_page_that_is_only_read(stage: Stage, language: str) -> None:
    pages = [*LISTS, *(f"/cases/{number}" for number in the_cases()), f"/cases/{ANY}/trace.json",
             f"/cases/{ANY}/trace.csv", "/causes/officer/reviews"]  # fmt: skip
    async with stage.browser(*EVERY_ROLE) as browser:
        for path in pages:
            reply = await browser.get(path, params={"lang": language})
            assert reply.status_code == 200, path
            assert names_in(reply.text) == [], path
            assert "style=" not in reply.text
            assert "<script>" not in reply.text
    assert stage.looks == []


async def test_a_case_is_opened_with_a_reason_that_is_recorded_first(stage: Stage, officer: httpx.AsyncClient) -> None:
    refused = await officer.post(f"/cases/{REVIEW}/open", data={"reason": ""})
    assert (refused.status_code, names_in(refused.text), stage.looks) == (422, [], [])
    reply = await officer.post(f"/cases/{REVIEW}/open", data={"reason": "decide"})
    (look,) = stage.looks
    assert (look.application, look.by, look.reason) == (REVIEW, "王审核", "decide")
    own = {person.name for person in the_cases()[REVIEW].persons}
    assert set(names_in(reply.text)) == own
    assert 'id="decide"' in reply.text


async def test_nothing_personal_is_shown_while_the_look_cannot_be_recorded(
    stage: Stage, officer: httpx.AsyncClient
) -> None:
    stage.bus_is_away = True
    for path in ("open", "records", "decide"):
        data = {"reason": "decide", "outcome": "eligible", "sequence": "1"}
        reply = await officer.post(f"/cases/{REVIEW}/{path}", data=data)
        assert (reply.status_code, names_in(reply.text)) in ((503, []), (404, []))


async def test_while_the_bus_is_away_a_case_shows_what_was_read_before(
    stage: Stage, bus: NoBus, officer: httpx.AsyncClient
) -> None:
    bus.away = stage.console.views.follower.away = True
    reply = await officer.get(f"/cases/{REVIEW}")
    assert (reply.status_code, names_in(reply.text)) == (200, [])
    assert 'id="bus-away"' in reply.text
    assert 'id="events"' in reply.text
    assert 'id="open"' not in reply.text
    for path in LISTS:
        async with stage.browser(*EVERY_ROLE) as browser:
            assert 'id="bus-away"' in (await browser.get(path)).text


async def test_a_number_is_found_and_another_is_not_there(officer: httpx.AsyncClient) -> None:
    whole = await officer.post("/cases", data={"q": ANY.lower().replace("-", " ")})
    assert (whole.status_code, whole.headers["location"]) == (303, f"/cases/{ANY}")
    part = await officer.post("/cases", data={"q": ANY[6:11]})
    assert f'href="/cases/{ANY}"' in part.text
    assert 'id="none"' in (await officer.post("/cases", data={"q": "ZZZZZZZ"})).text
    nobodys = await officer.post("/cases", data={"q": "150303198001010011"})
    assert ("150303198001010011" in nobodys.text, nobodys.status_code) == (False, 200)
    by_address = await officer.get("/cases", params={"q": "150303198001010011"})
    assert 'id="none"' not in by_address.text, "an address searches for nothing"
    for path in ("/cases/YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E", "/cases/nothing", "/cases/x/trace.json"):
        assert (await officer.get(path)).status_code == 404


async def test_the_desk_lists_what_waits_for_an_officer_and_each_leads_to_its_case(officer: httpx.AsyncClient) -> None:
    page = (await officer.get("/desk")).text
    numbers = set(re.findall(r'href="/cases/([^"]+)"', page))
    expected = {
        number
        for number, case in the_cases().items()
        if case.state in (State.REVIEW, State.INELIGIBLE_PROPOSED, State.OBJECTED)
    }
    assert numbers >= expected
    assert expected


async def test_a_decision_shows_what_the_family_is_told_and_is_sent_under_the_signed_in_name(
    stage: Stage, bus: NoBus, officer: httpx.AsyncClient
) -> None:
    wish = {"outcome": "ineligible", "reason": "核实后确认", "sequence": newest(REVIEW)}
    checked = await officer.post(f"/cases/{REVIEW}/decide", data=wish)
    assert 'id="letter"' in checked.text
    assert bus.sent == []
    bus.answers["confirm"] = {}
    unseen = await officer.post(f"/cases/{REVIEW}/decide", data={**wish, "sure": "yes"})
    assert ('id="letter"' in unseen.text, bus.sent) == (True, [])
    done = await officer.post(f"/cases/{REVIEW}/decide", data={**wish, "sure": "yes", "mark": mark(checked)})
    assert (done.status_code, done.headers["location"]) == (303, f"/cases/{REVIEW}?done=yes")
    asked: dict[str, Any] = {"application": REVIEW, "reason": "核实后确认", "by": "王审核", "outcome": "ineligible"}
    asked["round"] = the_cases()[REVIEW].round
    assert bus.sent == [("determination", "confirm", asked)]
    assert [look.reason for look in stage.looks] == ["decide"] * 3


@pytest.mark.parametrize(
    ("typed", "field"), [({"outcome": "", "reason": "x"}, "outcome"), ({"outcome": "eligible", "reason": ""}, "why")]
)
async def test_a_decision_without_its_parts_is_sent_to_nobody(
    bus: NoBus, officer: httpx.AsyncClient, typed: dict[str, str], field: str
) -> None:
    reply = await officer.post(f"/cases/{REVIEW}/decide", data={**typed, "sure": "yes"})
    assert (reply.status_code, bus.sent) == (422, [])
    assert f'href="#{field}"' in reply.text


async def test_a_refused_decision_says_why(bus: NoBus, officer: httpx.AsyncClient) -> None:
    wish = {**SURE, "sequence": newest(REVIEW)}
    wish["mark"] = mark(await officer.post(f"/cases/{REVIEW}/decide", data=wish))
    reply = await officer.post(f"/cases/{REVIEW}/decide", data=wish)
    assert (reply.status_code, "没有应答" in reply.text, "is it running?" in reply.text) == (503, True, False)
    english = await officer.post(f"/cases/{REVIEW}/decide?lang=en", data=wish)
    assert "is it running?" in english.text


def mark(preview: httpx.Response) -> str:
    """Without which nothing of what was shown is done."""
    return re.findall(r'name="mark" value="([0-9a-f]{64})"', preview.text)[0]


def selection(page: str) -> list[str]:
    return re.findall(r'name="selected" value="([^"]+)"', page)


async def test_one_action_for_a_cause_is_tried_first_and_touches_only_what_was_shown(
    stage: Stage, bus: NoBus, officer: httpx.AsyncClient
) -> None:
    shown = selection((await officer.get("/causes/officer/reviews")).text)
    reviews = {number for number, case in the_cases().items() if case.state is State.REVIEW}
    assert {one.partition("@")[0] for one in shown} == reviews
    moved = shown[0].partition("@")[0] + "@1"
    data: dict[str, Any] = {"selected": [moved, *shown[1:]], "reason": "税务已恢复"}
    tried = await officer.post("/causes/officer/reviews/try", data=data)
    assert bus.sent == []
    assert selection(tried.text) == shown[1:]
    bus.answers["reverify"] = {}
    data = {"selected": shown[1:], "reason": "税务已恢复", "mark": mark(tried)}
    for other in ({"selected": shown}, {"selected": shown[2:]}, {"reason": "x"}, {"mark": "0" * 64}, {"mark": ""}):
        assert (await officer.post("/causes/officer/reviews/do", data={**data, **other})).status_code == 409
    async with stage.browser(Role.OFFICER, account="zhao", name="赵复核") as somebody_else:
        assert (await somebody_else.post("/causes/officer/reviews/do", data=data)).status_code == 409
    assert bus.sent == []
    done = await officer.post("/causes/officer/reviews/do", data=data)
    assert [(verb, asked["application"], asked["by"]) for _, verb, asked in bus.sent] == [
        ("reverify", one.partition("@")[0], "王审核") for one in shown[1:]
    ]
    assert done.text.count('class="mark good"') == len(shown) - 1


async def test_nothing_is_done_without_a_selection_or_a_reason(bus: NoBus, officer: httpx.AsyncClient) -> None:
    for data in ({"reason": "x"}, {"selected": f"{REVIEW}@1", "reason": ""}, {"selected": "rubbish", "reason": "x"}):
        assert (await officer.post("/causes/officer/reviews/do", data=data)).status_code == 400
    assert bus.sent == []
    assert (await officer.get("/causes/tax/nothing-such")).status_code == 404


async def test_a_department_is_paused_with_a_reason_by_operations_alone(stage: Stage, bus: NoBus) -> None:
    bus.answers |= {"departments": {"departments": [STATE]}, "pause": {}}
    async with stage.browser(Role.OPERATIONS, name="李运维") as operations:
        page = (await operations.get("/departments")).text
        assert 'action="/departments/tax/pause"' in page
        assert (await operations.post("/departments/tax/pause", data={"reason": ""})).status_code == 422
        bus.sent.clear()
        assert (await operations.post("/departments/tax/pause", data={"reason": "维护"})).status_code == 303
        assert (await operations.post("/departments/none-such/pause", data={"reason": "x"})).status_code == 404
    assert bus.sent == [("verify-household", "pause", {"department": "tax", "reason": "维护", "by": "李运维"})]
    async with stage.browser(Role.VIEWER) as viewer:
        assert 'action="/departments/tax/pause"' not in (await viewer.get("/departments")).text


async def departments_page(stage: Stage) -> str:
    async with stage.browser(Role.VIEWER) as viewer:
        return (await viewer.get("/departments", params={"lang": "en"})).text


async def test_a_department_says_who_is_attached_how_it_fails_and_when_its_keys_end(stage: Stage, bus: NoBus) -> None:
    keys = [
        {"kid": "late", "until": "2027-01-01T00:00:00+00:00", "counts": True},
        {"kid": "soon", "until": "2026-12-05T00:00:00+00:00", "counts": True},
        {"kid": "gone", "until": "2026-01-01T00:00:00+00:00", "counts": False},
    ]
    fault = {"kind": "slow", "why": "no answer in time", "since": "2026-11-28T08:00:00+00:00", "questions": 3}
    left_alone = {"breaker_open": True, "asked_next": "2026-11-28T09:00:00+00:00"}
    tax = STATE | {"keys": keys, "faults": [fault], **left_alone}
    others = [STATE | {"department": name, "attached_by": way} for name, way in (("housing", "http"),
              ("civil-affairs", "clerk"), ("real-estate", "bus"))]  # fmt: skip
    bus.answers |= {"departments": {"departments": [tax, *others]}}
    since = datetime(2026, 11, 28, 1, tzinfo=UTC)
    bus.programs = {"tax": (Instance("a", "tax-system", "1.2.0", since, 12, 3), Instance("b", "tax-test", "2"))}
    page = await departments_page(stage)
    assert "tax-system 1.2.0，since 2026-11-28 09:00，12 requests, 3 errors</div>" in page
    assert "tax-test 2</div>" in page
    assert page.index(">soon<") < page.index(">late<")
    assert ">gone<" not in page
    assert "no answer in time (3 questions, since 2026-11-28 16:00)" in page
    assert "asked next at 2026-11-28 17:00" in page
    assert "Asked over HTTP" in page
    assert "A clerk answers" in page
    assert page.count("no program is there") == 1
    bus.away = True
    assert "no program is there" not in await departments_page(stage)


async def test_the_backlog_is_a_series_for_a_chart_and_a_picture_without_one(stage: Stage) -> None:
    page = await departments_page(stage)
    async with stage.browser(Role.CLERK) as browser:
        drawn = re.findall(r'<figure data-series="([^"]+)"', page)
        assert "/departments/tax/backlog.json" in drawn
        assert page.count("<svg") == len(drawn)
        said = (await browser.get("/departments/tax/backlog.json")).json()
        assert said["at"] == sorted(said["at"])
        assert all(at % 86400 == 0 for at in said["at"])
        ((label, values),) = [(one["label"], one["values"]) for one in said["series"]]
        assert (label, len(values)) == ("未答复", len(said["at"]))
        known = [n for _, n in backlog(stage.console.views.projection, "tax")]
        assert values == known
        assert (await browser.get("/departments/none-such/backlog.json")).status_code == 404


async def now_page(stage: Stage) -> str:
    async with stage.browser(Role.VIEWER) as viewer:
        return (await viewer.get("/now", params={"lang": "en"})).text


async def test_now_says_what_is_free_what_the_bus_keeps_and_whether_the_clocks_agree(stage: Stage, bus: NoBus) -> None:
    bus.answers |= {"state": {"trouble": None, "archived": 99, "free": 50 * 1024**2}}
    bus.stored = Storage(3 * 1024**3, 10 * 1024**3, 1024**2, None, timedelta(seconds=-90))
    page = await now_page(stage)
    assert '<span class="mark bad">little left</span> the archive&#39;s disk：50 MB free' in page
    assert "the disk of the console&#39;s own data：" in page
    assert "the bus keeps 3.0 GB on disk; limit: 10.0 GB" in page
    assert "the bus keeps 1 MB in memory; limit: none but the disk" in page
    assert "differs by -90 s" in page
    bus.stored = Storage(0, None, 0, None, timedelta(seconds=1))
    assert "It agrees with the clock of the bus." in await now_page(stage)
    bus.away = True
    assert "The bus does not say." in await now_page(stage)


async def test_now_names_keys_that_end_within_thirty_days(stage: Stage, bus: NoBus) -> None:
    end, later = "2026-12-05T00:00:00+00:00", "2027-05-05T00:00:00+00:00"
    ending = [{"kid": "k", "until": end, "counts": True}]
    both = [*ending, {"kid": "n", "until": later, "counts": True}]
    states = [STATE | {"keys": ending, "certified_until": later}, STATE | {"department": "housing", "keys": both}]
    bus.answers |= {"departments": {"departments": states}}
    listed = re.search(r'<ul id="ending">.*?</ul>', await now_page(stage))
    assert listed is not None
    assert re.findall(r"：([a-z ]+)", listed[0]) == ["its last key ", "certificate "]


async def test_now_says_what_holds_and_a_dead_letter_is_tried_again(stage: Stage, bus: NoBus) -> None:
    bus.letters = [LETTER]
    bus.answers |= {"departments": {"departments": [STATE]}, "archive": {}, "state": {"trouble": None, "archived": 99}}
    async with stage.browser(Role.OPERATIONS) as operations:
        page = (await operations.get("/now")).text
        assert 'id="letter-notify-7"' in page
        assert "2026-12-01" in page, "its certificate ends within 30 days"
        assert 'id="now-archive_holds"><span class="mark good"' in page
        bus.answers["retry"] = {}
        bus.sent.clear()
        done = await operations.post("/now/letters", data={"durable": "notify", "sequence": "7"})
        assert done.headers["location"] == "/now?retried=yes"
        assert bus.sent[0][1:] == ("retry", {"durable": "notify", "sequence": 7})
        assert (await operations.post("/now/letters", data={"durable": "notify", "sequence": "x"})).status_code == 400


async def test_the_projection_is_read_anew_on_command(stage: Stage) -> None:
    async with stage.browser(Role.OPERATIONS) as operations:
        await operations.post("/now/rebuild")
    assert stage.console.views.follower._anew


async def test_another_system_is_linked_with_the_traces_of_the_case(stage: Stage, officer: httpx.AsyncClient) -> None:
    assert all(route.method in ("GET", "POST") for route in ROUTES)
    object.__setattr__(stage.console.views, "trace_link", "http://jaeger/trace/{trace}")
    page = (await officer.get(f"/cases/{ANY}")).text
    assert re.search(r'href="http://jaeger/trace/[0-9a-f]{32}"', page)
