"""What follows if a draw does not go by the book, on one whole system: a project of its own for each thing."""

import asyncio
import json
import sys
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import httpx
import pytest
import pytest_asyncio
from allocation.draw.documents import ENTRANTS, NAMES

from chassis.commands import call
from chassis.errors import CommandRefused
from contracts.case.states import State
from contracts.events import CalledToChoose, DrawVoided, NoticeSent, QualificationCancelled
from evidence.audit import audit
from evidence.streams import DRAWS
from lianshen.demo.one_draw import PARTIES, POOL
from lianshen.demo.rehearsal import BUREAU, NOTARY
from lianshen.demo.synthetic_world import make_crowd
from lianshen.demo.to_the_keys import ToTheKeys
from lianshen.simulation.answers import Question
from lianshen.simulation.faults import Profile
from lianshen.simulation.registers import Registers, load
from lianshen.simulation.responder import Responder
from lianshen.simulation.signing import signing_with
from procedures.corresponding_date import after_years
from tests.support.running_system import Running, starting
from tests.support.waiting import until

pytestmark = [pytest.mark.slow, pytest.mark.asyncio(loop_scope="module")]
FAMILIES = 24
PLACED = {State.DRAWN, State.SUBSTITUTE, State.POOL_CONFIRMED}


@dataclass
class Town:
    """A running system, the families that wait in its pool, and the rehearsal's clock."""

    running: Running
    waiting: list[str]
    walks: list[ToTheKeys] = field(default_factory=list)
    banned: list[str] = field(default_factory=list)
    """Families whose qualification was cancelled."""
    numbers: Iterable[int] = field(default_factory=lambda: count(10))

    async def project(self, families: int, homes: int = 2) -> tuple[ToTheKeys, list[str]]:
        """Another project in which so many families paid their deposit."""
        taken, self.waiting = self.waiting[:families], self.waiting[families:]
        assert len(taken) == families
        ahead = self.walks[-1].ahead if self.walks else 0.0
        names = {number: f"family{n}-" for n, number in enumerate(taken)}
        name = f"HN-2026-{next(iter(self.numbers))}"
        walk = ToTheKeys(self.running.nc, self.running.history, names, print, ahead, project=name, homes=homes)
        self.walks.append(walk)
        await walk.announce()
        await walk.deposits(taken)
        return walk, taken

    async def fate(self, families: list[str]) -> dict[str, str]:
        """Who has which place: `drawn 1`, `substitute 2`."""
        found = {}
        for number in families:
            result = (await self.running.case(number)).allocation.result
            assert result is not None
            found[f"{result.fate} {result.place}"] = number
        return found

    async def events(self, number: str) -> list[Any]:
        return [item.event for item in await self.running.history.of(number)]


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Town]:
    folder = tmp_path_factory.mktemp("town")
    world = make_crowd(folder / "world", FAMILIES)
    forms = [json.loads(path.read_text()) for path in sorted((world / "applications").glob("*.json"))]
    async with starting(folder) as start:
        running = await start(world, LIANSHEN_DRILL_CLOCK_AHEAD_DAYS="0")
        posted = await asyncio.gather(*(running.post(form, f"a-familys-own-key-{n}") for n, form in enumerate(forms)))
        numbers = [one.json()["receipt"]["application_number"] for one in posted]
        # Of ten families one owns too much.
        waiting = [number for n, number in enumerate(numbers) if n % 10 != 9]

        async def all_in_the_pool() -> bool:
            return all([(await running.case(number)).state is State.POOL_CONFIRMED for number in waiting])

        await until(all_in_the_pool, 60)
        yield Town(running, waiting)


async def downloaded(town: Town, walk: ToTheKeys, folder: Path) -> Path:
    """The files and the checker, as anybody gets them from the board."""
    folder.mkdir(exist_ok=True)
    async with httpx.AsyncClient(base_url=town.running.address("draws"), trust_env=False) as visitor:
        for name in NAMES:
            (folder / name).write_bytes((await visitor.get(f"{here(walk)}/files/{name}")).content)
        (folder / "verify_draw.py").write_bytes((await visitor.get("/verify_draw.py")).content)
    return folder


async def checked(folder: Path) -> tuple[int | None, str]:
    """Exit code and words of the checker."""
    command = (sys.executable, "-I", str(folder / "verify_draw.py"), str(folder))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    said, _ = await process.communicate()
    return process.returncode, said.decode()


def here(walk: ToTheKeys) -> str:
    return f"/draws/{walk.project}/{walk.serial}"


async def posted(town: Town, walk: ToTheKeys) -> str:
    async with httpx.AsyncClient(base_url=town.running.address("draws"), trust_env=False) as visitor:
        return (await visitor.get(f"{here(walk)}?lang=en")).text


TOLD = NoticeSent, DrawVoided
"""What moves nobody."""


async def written(town: Town, walk: ToTheKeys, families: list[str]) -> list[int]:
    """How far the draw is in the log, and how many events each family has, without what it was told."""
    draw = (await town.running.history.read(DRAWS, f"{walk.project}.{walk.serial}")).sequence
    histories = [await town.events(number) for number in families]
    return [draw, *[sum(not isinstance(event, TOLD) for event in history) for history in histories]]


async def test_a_draw_that_is_run_again_gives_what_it_gave_and_writes_nothing(town: Town, tmp_path: Path) -> None:
    walk, families = await town.project(3)
    await walk.draw(families)
    first = await walk.step("publish")
    was = await written(town, walk, families)
    again = [await walk.step(verb) for verb in ("freeze", "manifest", "verify", "publish")]
    again += [await walk.step("dice", dice=first["dice"]), await walk.open_envelopes(PARTIES)]
    assert {json.dumps(one) for one in again} == {json.dumps(first)}
    with pytest.raises(CommandRefused, match="cannot be declared void"):
        await walk.step("void", ground="before the envelopes", reason="again")
    assert await written(town, walk, families) == was
    assert await checked(await downloaded(town, walk, tmp_path / "files")) == (0, "HOLDS\n")


async def test_a_list_is_fixed_with_its_freeze_and_a_changed_one_is_named(town: Town, tmp_path: Path) -> None:
    walk, families = await town.project(4)
    late = town.waiting.pop()
    await walk.freeze()
    frozen = await walk.step("freeze")
    await walk.do("register", application=late, project=walk.project)
    await walk.until_in([late], {State.DEPOSIT_ASKED})
    paid = {"application": late, "amount": "20000.00", "reference": f"{walk.project}-late", "pool": POOL}
    await walk.do("pay", **paid, paid_on=str(walk.today()))
    leaves = {"application": families[0], "reason": "moves away", "by": "the family"}
    await call(town.running.nc, "intake", "withdraw", leaves)
    assert (await walk.step("freeze"))["entrants_sha256"] == frozen["entrants_sha256"]
    await walk.commit()
    await walk.throw()
    await walk.open_envelopes(PARTIES)
    await walk.verify_and_publish()
    await walk.until_in(families[1:], PLACED)
    # Nobody moves: who left keeps its line in the files and has no place, who came late waits for the next draw.
    assert (await town.running.case(families[0])).state is State.WITHDRAWN
    assert (await town.running.case(late)).state is State.DEPOSIT_PAID
    assert (await town.running.case(late)).allocation.entry is None
    folder = await downloaded(town, walk, tmp_path / "files")
    assert await checked(folder) == (0, "HOLDS\n")
    lines = (folder / ENTRANTS).read_bytes().splitlines(keepends=True)
    assert len(lines) == len(families)
    (folder / ENTRANTS).write_bytes(b"".join(lines[1:]))
    code, said = await checked(folder)
    assert (code, said.split(": ")[:2]) == (1, ["DOES NOT HOLD", "not-in-manifest"])
    assert ENTRANTS in said


async def test_a_party_that_does_not_open_voids_the_draw_and_is_replaced(town: Town) -> None:
    walk, families = await town.project(3)
    await walk.freeze()
    await walk.commit()
    await walk.throw()
    await walk.open_envelopes(PARTIES[:2])
    await walk.until_in(families, {State.IN_DRAW})
    was = await written(town, walk, families)
    with pytest.raises(CommandRefused, match="only a commitment or a file that fails"):
        await walk.step("void", ground="before the envelopes", reason="somebody does not like it")
    with pytest.raises(CommandRefused, match="does not fit its commitment"):
        await walk.step("open", NOTARY, party="notary", secret="0" * 64)
    missing = {"ground": "envelope missing", "party": "families", "reason": "both envelopes are empty"}
    assert (await walk.step("void", NOTARY, **missing))["stage"] == "void"
    assert (await written(town, walk, families))[1:] == was[1:]
    first = await posted(town, walk)

    walk.serial, walk.parties = "2", (*PARTIES[:-1], "residents-committee")
    await walk.freeze()
    await walk.commit()
    await walk.throw()
    await walk.open_envelopes(walk.parties[:-1])
    said = "this paper says something else"
    misfit = {"ground": "not committed", "party": "residents-committee", "reason": "it does not fit", "secret": said}
    assert (await walk.step("void", NOTARY, **misfit))["stage"] == "void"

    walk.serial = "3"
    await walk.freeze()
    await walk.commit()
    await walk.throw()
    await walk.open_envelopes(walk.parties[:-1])
    # The first envelope is lost; the notary keeps a second one.
    held = await walk.open_envelopes(walk.parties[-1:], second=True)
    assert held["stage"] == "held"
    await walk.verify_and_publish()
    await walk.until_in(families, PLACED)
    assert "both envelopes are empty" in first
    walk.serial = "2"
    assert "it does not fit" in await posted(town, walk)


async def test_after_an_upheld_objection_those_behind_move_up_and_nobody_else_moves(town: Town) -> None:
    walk, families = await town.project(4)
    await walk.draw(families)
    await walk.open_choosing(families)
    place = await town.fate(families)
    for drawn in ("drawn 1", "drawn 2"):
        await walk.chooses(place[drawn])
    home = (await town.running.case(place["drawn 1"])).allocation.home
    objection = {"application": place["drawn 1"], "text": "They own a house in the next town."}
    raised = await call(town.running.nc, "publicity", "object", objection)
    assert raised["in_time"] is False
    await walk.do("strike", BUREAU, application=place["drawn 1"], reason="objection 1 was upheld")

    async def the_home_is_free() -> bool:
        return await shown(walk, "free") == [home]

    await until(the_home_is_free)
    soon = walk.now().isoformat()
    called = await walk.do("call-next", project=walk.project, pool=POOL, slot_from=soon, reason="one was struck")
    assert called["application"] == place["substitute 1"]
    await walk.turn(0.01)
    await walk.chooses(place["substitute 1"])
    order = [place[one] for one in ("drawn 1", "drawn 2", "substitute 1", "substitute 2")]
    assert [one["application"] for one in await shown(walk, "families")] == order
    assert [one["state"] for one in await shown(walk, "families")] == [
        "disqualified",
        "home_chosen",
        "home_chosen",
        "substitute",
    ]
    struck = (await town.running.case(place["drawn 1"])).allocation
    assert (struck.deposit, struck.cancelled) == (0, None)


async def shown(walk: ToTheKeys, what: str) -> list[Any]:
    found = await call(walk.nc, "allocation", "show-choosing", {"project": walk.project})
    return list(found["pools"][POOL][what])


async def test_substitutes_are_called_in_their_order_and_who_does_not_come_is_banned_like_the_drawn(
    town: Town,
) -> None:
    walk, families = await town.project(3, homes=1)
    await walk.draw(families)
    await walk.open_choosing(families)
    place = await town.fate(families)
    await walk.do("decline-choice", application=place["drawn 1"], reason="too small")

    async def next_one() -> str:
        soon, why = walk.now().isoformat(), "the one before takes no home"
        called = await walk.do("call-next", project=walk.project, pool=POOL, slot_from=soon, reason=why)
        await walk.turn(1)
        return str(called["application"])

    assert await next_one() == place["substitute 1"]
    with pytest.raises(CommandRefused, match="1 families that were called before may still take one"):
        await next_one()
    await walk.do("miss-choice", application=place["substitute 1"])
    with pytest.raises(CommandRefused, match="may still be heard"):
        await walk.do("cancel-qualification", BUREAU, application=place["substitute 1"], reason="did not come")
    await walk.turn(14)
    await walk.do("cancel-qualification", BUREAU, application=place["substitute 1"], reason="did not come")
    assert await next_one() == place["substitute 2"]
    await walk.chooses(place["substitute 2"])
    for substitute in ("substitute 1", "substitute 2"):
        calls = [one for one in await town.events(place[substitute]) if isinstance(one, CalledToChoose)]
        assert [one.reason for one in calls] == ["the one before takes no home"]
        assert all(one.slot_until > one.slot_from for one in calls)
    [cancelled] = [one for one in await town.events(place["substitute 1"]) if isinstance(one, QualificationCancelled)]
    assert cancelled.ban_until == after_years(cancelled.ban_from, 1)
    await is_refused_at_the_counter(town, place["substitute 1"], cancelled)


async def is_refused_at_the_counter(town: Town, number: str, cancelled: QualificationCancelled) -> None:
    """A new application: the simulated bureau shows the ban that we imposed, and so do we."""
    form = (await town.running.case(number)).form
    assert form is not None
    again = (await town.running.post(form.model_dump(mode="json"), "a-family-that-comes-again")).json()
    number = again["receipt"]["application_number"]
    refused = await until(lambda: refusal_of(town, number))
    town.banned.append(number)
    [row] = refused.ban.answer.about(form.applicant.id_number).records
    assert {"register": "ban", "article": "32", "since": str(cancelled.ban_from)}.items() <= row.items()
    assert row["until"] == str(cancelled.ban_until) == str(refused.own_ban.until)


async def refusal_of(town: Town, number: str) -> Any:
    return (await town.running.case(number)).refused


async def test_of_two_families_that_choose_one_home_at_once_one_gets_it(town: Town) -> None:
    walk, families = await town.project(2)
    await walk.draw(families)
    await walk.open_choosing(families)
    home, other = await shown(walk, "free")
    said = await asyncio.gather(
        *(walk.do("choose", application=number, home=home) for number in families), return_exceptions=True
    )
    [refused] = [one for one in said if isinstance(one, CommandRefused)]
    [chosen] = [one for one in said if isinstance(one, dict)]
    assert refused.detail == f"home {home} is taken; left: {other}"
    [number] = [one for one in families if one != chosen["application"]]
    await walk.chooses(number)
    assert {(await town.running.case(one)).allocation.home for one in families} == {home, other}


async def test_after_a_divorce_whoever_leaves_applies_again_and_the_home_counts_for_whoever_owns_it(
    town: Town,
) -> None:
    walk, families = await town.project(2)
    await walk.draw(families)
    await walk.open_choosing(families)
    leaving = []
    for number in families:
        await walk.chooses(number)
        await walk.moves_in(number)
        leaving.append(on_their_own((await town.running.case(number)).form))
    before = await posted_as(town, leaving[0], "before-the-divorce")
    refused = await until(lambda: refusal_of(town, before))
    assert [ground.rule for ground in refused.grounds] == ["one-application"]

    found = {}
    for number, form, owner in zip(families, leaving, ("stays", "leaves"), strict=True):
        case = await town.running.case(number)
        assert case.form is not None
        owners = {"stays": case.form.applicant.id_number, "leaves": form["applicant"]["id_number"]}
        enter_the_home(town, str(case.allocation.home), owners[owner])
        decree = {"application": number, "cause": "divorce", "document": "decree 7", "by": BUREAU}
        await call(town.running.nc, "after-care", "change-owners", decree)
        found[owner] = await determined(town, await posted_as(town, form, f"the-home-of-who-{owner}"))
        assert (await town.running.case(number)).state is State.HANDED_OVER
    truths = {owner: [one.truth for one in said.findings if one.rule == "R18c"] for owner, said in found.items()}
    assert truths == {"stays": ["met"], "leaves": ["not_met"]}
    assert found["leaves"].outcome == "ineligible"


def enter_the_home(town: Town, home: str, owner: str) -> None:
    """In the register of real estate, where the simulated department finds it."""
    world = town.running.system.world
    assert world is not None
    file = world / "real-estate.csv"
    columns = file.read_text("utf-8").splitlines()[0].split(",")
    row = {"unit_code": home, "division": "150303", "use": "residential", "building_area_m2": "75.30"}
    owned = {"ownership": "sole", "owner_id_number": owner, "share": "1/1", "registered": "2026-12-01"}
    cells = {**row, **owned, "status": "registered"}
    text = file.read_text("utf-8")
    new = file.with_suffix(".new")
    new.write_text(text + ",".join(cells.get(column, "") for column in columns) + "\n", "utf-8")
    new.replace(file)


async def determined(town: Town, number: str) -> Any:
    async def found() -> Any:
        return (await town.running.case(number)).determination

    return await until(found, 60)


def on_their_own(form: Any) -> dict[str, Any]:
    """The form of whoever was the spouse in another."""
    said = form.model_dump(mode="json")
    spouse = next(one for one in said["members"] if one["relation"] == "spouse")
    person = {name: spouse[name] for name in ("name", "id_number")}
    consents = [one for one in said["consents"] if one["id_number"] == spouse["id_number"]]
    applicant = {**said["applicant"], **person, "marital_status": "divorced"}
    return {**said, "applicant": applicant, "members": [], "consents": consents}


async def posted_as(town: Town, form: dict[str, Any], key: str) -> str:
    """The number of an application that was handed in."""
    posted = await town.running.post(form, key.ljust(20, "-"))
    return str(posted.json()["receipt"]["application_number"])


class Forgetful(Responder):
    """A housing bureau that never asks which bans we imposed, and so denies them."""

    async def _known(self, question: Question) -> Registers:
        return self._registers


async def test_a_bureau_that_denies_our_ban_brings_the_case_to_an_officer_with_both_sources(town: Town) -> None:
    [number] = town.banned
    system, form = town.running.system, (await town.running.case(number)).form
    assert form is not None
    await system.hand_over(["housing"])
    assert system.world is not None
    key = signing_with(system._place.simulated_keys / "housing.jwk")
    seed = system.data_dir.department_seed("housing")
    bureau = Forgetful("housing", load(system.world, "housing"), Profile(), 0, system.url, seed, key)
    playing = asyncio.create_task(bureau.run())
    # Asked while nobody listens, the question would come again only after the longest of pauses.
    await until(lambda: bureau._said_ready, 30)
    try:
        again = await town.running.post(form.model_dump(mode="json"), "a-family-that-comes-a-third-time")
        number = again.json()["receipt"]["application_number"]

        async def in_review() -> bool:
            return (await town.running.case(number)).state is State.REVIEW

        await until(in_review, 60)
    finally:
        bureau.leave()
        await playing
    determination = (await town.running.case(number)).determination
    assert determination is not None
    [unknown] = [finding for finding in determination.findings if finding.truth == "unknown"]
    assert unknown.rule == "R32"
    assert "our own record says" in unknown.text.lower()
    assert "the housing bureau says that none binds" in unknown.text


async def test_after_all_of_it_the_log_is_clean(town: Town) -> None:
    assert await audit(town.running.nc) == []
