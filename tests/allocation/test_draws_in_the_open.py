"""The pages of draws: what is posted by then and no more, in both languages, and files that hold."""

from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import allocation.public
import httpx
import pytest
from allocation.ceremony.admitting import Standing, admit
from allocation.ceremony.figures import figures_of
from allocation.draw.check import check
from allocation.draw.documents import NAMES, RESULT
from allocation.draw.offline import checker
from allocation.public.app import build_draws
from allocation.public.shelf import Seen, Shelf
from allocation.public.texts import TEXTS

from chassis.errors import Unavailable
from chassis.http.pages.texts import COMMON
from contracts.draws.draw import Draw, Stage
from tests.allocation.ceremonies import FIGURES, SECRETS, act, after, at, entrants
from tests.support.page_texts import crooked, unknown, unused

STAGES = ("announced", "frozen", "committed", "thrown", "held", "verified", "published")
HERE = "/draws/HN-2026-01/1"


class Kept(Shelf):
    """A shelf with one draw on it, or none that can be read."""

    def __init__(self, draw: Draw | None, connected: bool = True) -> None:
        self.one = draw
        self.connected = connected

    async def draw(self, project: str, serial: str) -> Seen | None:
        if self.one is None:
            raise Unavailable("the bus is away")
        if self.one.id != f"{project}.{serial}":
            return None
        return Seen(self.one, datetime(2026, 12, 3, tzinfo=UTC), 0.0, self.connected)

    async def all(self) -> list[Seen]:
        seen = await self.draw("HN-2026-01", "1")
        return [seen] if seen else []


def browser(draw: Draw | None, connected: bool = True) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(build_draws(Kept(draw, connected)), raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://draws")


def test_no_text_is_missing_and_none_too_many() -> None:
    folder = Path(allocation.public.__file__).parent
    missing = unknown(folder, COMMON, TEXTS)
    asked = {key for key in unused(folder, TEXTS) if not key.startswith(("draws.stage.", "draws.list."))}
    assert (missing, asked, crooked(TEXTS)) == (set(), set(), set())
    assert {f"draws.stage.{stage}" for stage in Stage if stage is not Stage.NONE} <= TEXTS.keys()


@pytest.mark.parametrize(("language", "said"), [("zh", "最长连续入围"), ("en", "Longest run")])
async def test_two_plain_checks_stand_beside_a_published_result_and_not_before(language: str, said: str) -> None:
    listed = [entrant.model_copy(update={"interest": n < 3}) for n, entrant in enumerate(entrants())]
    async with browser(at("verified", listed)) as visitor:
        assert said not in (await visitor.get(f"{HERE}?lang={language}")).text
    draw = at("published", listed)
    async with browser(draw) as visitor:
        shown = (await visitor.get(f"{HERE}?lang={language}")).text
    assert said in shown
    of_a, of_b = figures_of(draw)
    assert (of_a.pool, of_a.interests.declared, of_a.interests.expected) == ("A-60", 1, 0.75)
    assert (of_b.pool, of_b.interests.declared, of_b.interests.expected) == ("B-85", 2, 0.5)
    assert f'<td class="amount">{of_a.run.probability:.4f}</td>' in shown
    assert '<td class="amount">0.75</td>' in shown


@pytest.mark.parametrize(("language", "said"), [("zh", "结果公布后补列"), ("en", "Admitted after the draw")])
async def test_whoever_was_admitted_stands_beside_the_result_with_the_reason_and_without_its_application(
    language: str, said: str
) -> None:
    one, *listed = entrants()
    draw = replace(at("published", listed), frozen_at=3)
    async with browser(draw) as visitor:
        assert said not in (await visitor.get(f"{HERE}?lang={language}")).text
    late = after(draw, admit(draw, act("officer 7"), Standing(one.application, one, 1, 2), "read too early"))
    async with browser(late) as visitor:
        shown = (await visitor.get(f"{HERE}?lang={language}")).text
        files = [(await visitor.get(f"{HERE}/files/{name}")).text for name in NAMES]
    for found in (said, one.number, "read too early", late.admitted[0].ticket):
        assert found in shown
    assert one.application not in shown
    assert not [body for body in files if one.number in body]


@pytest.mark.parametrize("stage", STAGES)
@pytest.mark.parametrize("language", ["zh", "en"])
async def test_every_stage_can_be_shown_and_names_nobody(stage: str, language: str) -> None:
    draw = at(stage)
    async with browser(draw) as visitor:
        pages = [await visitor.get(f"{path}?lang={language}") for path in ("/", HERE, f"{HERE}/hall", "/checker")]
    assert [page.status_code for page in pages] == [200] * 4
    shown = "".join(page.text for page in pages)
    assert not [one for one in entrants() if one.application in shown]
    for inline in ("style=", "<style", "onclick", "javascript:"):
        assert inline not in shown


async def test_a_secret_shows_once_its_envelope_is_open_and_a_place_once_it_is_published() -> None:
    async with browser(at("thrown")) as visitor:
        before = (await visitor.get(HERE)).text
    async with browser(at("verified")) as visitor:
        verified = (await visitor.get(HERE)).text
        early = await visitor.get(f"{HERE}/files/{RESULT}")
    async with browser(at("published")) as visitor:
        published = (await visitor.get(HERE)).text
    assert FIGURES in before
    assert not [secret for secret in SECRETS.values() if secret in before]
    numbers = [one.number for one in entrants()]
    assert early.status_code == 404
    assert not [number for number in numbers if number in verified]
    assert all(number in published for number in numbers)


async def test_the_files_that_are_downloaded_hold_and_the_checker_is_the_announced_one() -> None:
    async with browser(at("published")) as visitor:
        files = {name: (await visitor.get(f"{HERE}/files/{name}")).content for name in NAMES}
        program = await visitor.get("/verify_draw.py")
        page = await visitor.get("/verify_draw.html")
    assert check(files).to_bytes() == files[RESULT]
    assert program.content == checker()
    assert "attachment" in page.headers["content-disposition"]


async def test_a_void_draw_stays_posted_with_its_reason() -> None:
    from allocation.ceremony.opening import declare_void

    draw = at("thrown")
    void = after(draw, declare_void(draw, act(), "envelope missing", "both envelopes are empty", "families"))
    async with browser(void) as visitor:
        shown = await visitor.get(HERE)
    assert "both envelopes are empty" in shown.text


async def test_what_is_not_there_and_what_cannot_be_read_are_said_plainly() -> None:
    async with browser(at("frozen")) as visitor:
        assert (await visitor.get("/draws/HN-2026-01/2")).status_code == 404
        assert (await visitor.get(f"{HERE}/files/secrets.json")).status_code == 404
    async with browser(at("frozen"), connected=False) as visitor:
        assert "The record is away" in (await visitor.get(f"{HERE}?lang=en")).text
    async with browser(None) as visitor:
        assert [(await visitor.get(path)).status_code for path in ("/", HERE)] == [503, 503]
