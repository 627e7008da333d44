"""Nothing of a person in an address, a header, a log, a span or a metric, whatever route of whatever app is asked."""

import logging
from collections.abc import Callable, Mapping
from pathlib import Path
from urllib.parse import unquote_plus

import console
import httpx
import intake.family
import intake.kiosk
import publicity.board
import pytest
from console.who import Role
from fastapi import FastAPI
from opentelemetry.sdk.resources import Resource
from opentelemetry.sdk.trace.sampling import ALWAYS_ON
from prometheus_client import generate_latest
from publicity.objectors.sealing import HeadsKey

from chassis.telemetry import spans
from contracts.case.states import State
from contracts.looks import LookReason
from tests.console.log_of_a_day import the_cases, the_log
from tests.family.household import Household
from tests.family.recorded import in_state
from tests.family.test_every_state import canaries
from tests.http.walk import TYPED, Walk
from tests.kiosk.at_the_kiosk import Kiosk, on_monday, screens_of
from tests.publicity.boards import World, board
from tests.support.console import Stage, StoppedClock
from tests.support.console_views import NoBus, views_in
from tests.support.kept_spans import KeptSpans

Written = Callable[[Walk], str]
PARTS = {
    "department": "tax",
    "name": "tax",
    "whom": "officer",
    "turn": "reviews",
    "token": "no-such",
    "table": "spent",
    "project": "P-1",
    "serial": "1",
    "home": "P-1-0001",
}
"""Of the console's paths; a page with a new part of its path names it here."""


@pytest.fixture
def written(monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture) -> Written:
    """Everything that came of a walk but its pages."""
    kept = KeptSpans()
    monkeypatch.setattr(spans, "tracing", spans.Tracing((kept,), ALWAYS_ON, Resource({"service.name": "test"})))
    caplog.set_level(logging.DEBUG)

    def everything(walk: Walk) -> str:
        lines = (f"{record.getMessage()} {record.exc_text or ''}" for record in caplog.records)
        told = (unquote_plus(walk.told), *(span.to_json() for span in kept.spans), *lines, generate_latest().decode())
        return "\n".join(told)

    return everything


def named(text: str, canaries: tuple[str, ...]) -> list[str]:
    return [canary for canary in canaries if canary in text]


def visitors(app: FastAPI, origin: str, cookies: Mapping[str, str] | None = None) -> Callable[[], httpx.AsyncClient]:
    """Of one browser: who is signed in stays so."""
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    given = {"base_url": origin, "headers": {"origin": origin}}
    return lambda: httpx.AsyncClient(transport=transport, cookies=dict(cookies or {}), **given)


async def test_of_the_kiosk(written: Written) -> None:
    kiosk = Kiosk()
    async with kiosk.family() as family:
        await family.post("/")
        cookies = dict(family.browser.cookies)
    made = [name for fields in screens_of(on_monday()).values() for name in fields]
    walk = await Walk(kiosk.app, visitors(kiosk.app, "http://kiosk", cookies)).all(intake.kiosk, *made)
    assert named(written(walk), TYPED) == []
    assert walk.unguarded == []
    assert {it.status_code for it in walk.answers} <= {200, 303, 410, 422}


@pytest.mark.parametrize("state", [State.SUPPLEMENT_WANTED, State.IN_PUBLICITY, State.INELIGIBLE])
async def test_of_the_household(written: Written, state: State) -> None:
    household, moment = Household(), in_state(state)
    household.clock.at = moment.history[-1].event.at
    await household.sign_in(household.stands(moment.number, moment.history))
    cookies = dict(household.browser.cookies)
    walk = await Walk(household.app, visitors(household.app, "http://family", cookies)).all(intake.family)
    assert moment.case.form is not None
    of_them = tuple(canaries(moment.case.form))
    assert named(written(walk), (*TYPED, *of_them)) == []
    assert walk.unguarded == []
    assert [it.url.path for it in walk.answers if named(it.text, of_them)] == [], "masked for whoever looks on"


async def test_of_the_board(written: Written) -> None:
    world = World(key=HeadsKey.make())
    number = world.show("金丝雀", "150303198503120018")
    parts = {"number": number, "project": "HN-2026-01", "id": "no-such"}
    walk = await Walk(app := board(world), visitors(app, "http://board"), parts).all(publicity.board)
    assert named(written(walk), (*TYPED, "金丝雀")) == []
    assert walk.unguarded == []


async def test_of_the_console(written: Written, tmp_path: Path) -> None:
    (tmp_path / "views").mkdir()
    clock = StoppedClock()
    stage = Stage(tmp_path, more={"views": views_in(tmp_path / "views", clock, NoBus(the_log()))}, clock=clock)
    number, case = next((number, case) for number, case in the_cases().items() if case.state is State.REVIEW)
    assert case.form is not None
    of_them = tuple(canaries(case.form))
    walk = Walk(stage.app, lambda: stage.browser(*Role), {**PARTS, "application": number})
    await walk.all(console)
    shown = {f"{it.request.method} {it.url.path}" for it in walk.answers if named(it.text, of_them)}
    assert {it for it in shown if it.startswith("GET")} == set(), "a page that is only asked for shows nobody"
    before = len(stage.looks)
    assert not shown or before
    seen = await walk.ask("POST", f"/cases/{number}/open", {"reason": LookReason.SUPERVISION})
    assert named(seen.text, of_them), "the search itself works"
    assert len(stage.looks) == before + 1
    assert named(written(walk), (*TYPED, *of_them)) == []
    assert walk.unguarded == []
