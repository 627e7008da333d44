"""The notary's own software: its result is taken with its file, and wherever it shows it says that it stands alone."""

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
from allocation.ceremony.figures import figures_of
from allocation.ceremony.importing import import_result
from allocation.ceremony.posted import files_of
from allocation.ceremony.results import entered, placed, places_of
from allocation.draw.check import check
from allocation.draw.faults import DoesNotHold
from allocation.public.app import build_draws
from intake.family.way_to_home import way_to_home
from publicity.board.draws import posted_draws

from contracts.case.allocation import Allocation
from contracts.case.case import Case, NotAllowed, Recorded
from contracts.case.states import State
from contracts.describe import sentence
from contracts.draws.draw import Draw, Stage
from contracts.events import DepositAsked, DrawResult
from evidence.allocation.draws import Draws
from tests.allocation.ceremonies import AT, RULES, act, after, at, entrants
from tests.allocation.test_draws_in_the_open import HERE, Kept
from tests.contracts import examples_after_pool as told
from tests.notify.stories_after_pool import since

FILE = "run 2026-12-03 09:14 of Draw-O-Mat 4.2"
SOFTWARE = "Draw-O-Mat 4.2"


def result() -> dict[str, dict[str, list[str]]]:
    """In the order in which they stand here, which follows from nothing."""
    found = {}
    for pool in RULES.pools:
        named = [one.number for one in entrants() if one.pool == pool.name]
        cut = pool.homes + pool.substitutes
        lists = {"drawn": named[: pool.homes], "substitutes": named[pool.homes : cut], "others": named[cut:]}
        found[pool.name] = lists
    return found


def imported() -> Draw:
    draw = at("frozen")
    return after(draw, import_result(draw, act("notary 1"), SOFTWARE, FILE, json.dumps(result())))


def test_it_is_published_as_it_is_and_again_nothing_is_written() -> None:
    draw = imported()
    assert draw.stage is Stage.PUBLISHED
    assert files_of(draw)["notary-software.txt"].decode() == FILE
    assert json.loads(files_of(draw)["result.json"]) == result()
    assert import_result(draw, act("notary 1"), SOFTWARE, FILE, "") == ()
    assert [one.pool for one in figures_of(draw)] == ["A-60", "B-85"]
    with pytest.raises(DoesNotHold):
        check(files_of(draw))


def broken() -> Iterator[tuple[Any, str]]:
    twice = result()
    twice["A-60"]["drawn"][1] = twice["A-60"]["drawn"][0]
    yield twice, "everybody of the frozen list once"
    more = result()
    more["A-60"]["drawn"].append(more["A-60"]["substitutes"].pop(0))
    yield more, "4 are drawn, and by the rules 3 are"
    fewer = result()
    fewer["A-60"]["others"].append(fewer["A-60"]["substitutes"].pop(0))
    yield fewer, "by the rules there are 2 substitutes"
    without = result()
    del without["B-85"]
    yield without, "pool B-85 has the lists"
    yield [], "no JSON object"


@pytest.mark.parametrize(("said", "why"), list(broken()))
def test_a_result_that_is_not_one_of_this_list_by_these_rules_is_refused(said: Any, why: str) -> None:
    with pytest.raises(NotAllowed, match=why):
        import_result(at("frozen"), act("notary 1"), SOFTWARE, FILE, json.dumps(said))


@pytest.mark.parametrize("stage", ["announced", "thrown", "held", "published"])
def test_after_the_dice_it_would_be_a_second_draw(stage: str) -> None:
    with pytest.raises(NotAllowed, match="before dice"):
        import_result(at(stage), act("notary 1"), SOFTWARE, FILE, json.dumps(result()))


def a_place() -> DrawResult:
    draw, listed = imported(), entrants()[0]
    asked = DepositAsked(
        application=listed.application, at=AT, n=1, project="HN-2026-01", amount="20000.00", pay_by=AT.date()
    )
    case = Case(listed.application, State.DEPOSIT_PAID, allocation=Allocation(asked=asked))
    line, _ = entered(case, AT, draw, listed)
    drawn = Case(listed.application, State.IN_DRAW, allocation=Allocation(asked=asked, entry=line))
    [place] = placed(drawn, AT, draw, places_of(draw)[listed.application])
    assert isinstance(place, DrawResult)
    return place


def test_a_family_has_its_place_and_no_ticket_and_reads_that_it_cannot_be_made_again() -> None:
    place = a_place()
    assert (place.fate, place.place, place.ticket, place.seed) == ("drawn", 1, None, None)
    assert "cannot be made again" in sentence(place)
    letter = since(*told.IN_DRAW, place.model_copy(update={"application": told.ENTERED.application})).letter().body
    assert "不能重新计算" in letter
    assert "cannot be made again" in letter
    assert "sha256" not in letter
    facts = way_to_home(Allocation(entry=told.ENTERED, result=place), ())
    assert [fact.kind for fact in facts if fact.text == "family.home.check"] == ["again"]


@pytest.mark.parametrize(("language", "said"), [("zh", "不能重新计算"), ("en", "cannot be made again")])
@pytest.mark.parametrize("path", [HERE, f"{HERE}/hall"])
async def test_the_public_pages_say_so_and_give_its_file(language: str, said: str, path: str) -> None:
    transport = httpx.ASGITransport(build_draws(Kept(imported())), raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url="http://draws") as visitor:
        assert said in (await visitor.get(f"{path}?lang={language}")).text
        assert (await visitor.get(f"{HERE}/files/notary-software.txt")).text == FILE


def test_the_board_says_so() -> None:
    draw = imported()
    records = [one for one in (draw.announced, draw.frozen, draw.imported, draw.published) if one]
    [posted] = posted_draws(records)
    assert (posted.stage, posted.software) == (Stage.PUBLISHED, SOFTWARE)
    assert {"notary-software.txt", "result.json"} <= posted.files.keys()


def test_the_audit_holds_it_against_the_list_and_names_a_result_that_is_not_the_imported_one() -> None:
    draw = at("frozen")
    records = import_result(draw, act("notary 1"), SOFTWARE, FILE, json.dumps(result()))
    changed = records[1].model_copy(update={"result": "0" * 64})
    stranger = records[0].model_copy(update={"result": json.dumps({"A-60": result()["A-60"] | {"others": ["x"]}})})
    for wrong, named in (
        (records, None),
        ((records[0], changed), "not the one that was imported"),
        ((stranger, records[1]), "everybody of the list once"),
    ):
        audit = Draws()
        audit._draws[draw.id] = draw
        found = [what for record in wrong for what in audit.take(Recorded(1, record, "", record.at))]
        assert [named in what for what in found if named] == ([True] if named else [])
        assert bool(found) == (named is not None)
