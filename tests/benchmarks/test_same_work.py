"""What the peers of the same work share: their steps, the kiosk's HTTP and the load that holds them to the law."""

import asyncio
import os
import shutil
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
import uvicorn
from starlette.applications import Starlette

from benchmarks.apps.same_work.bureau import Bureau, connected, read, written
from benchmarks.apps.same_work.front import front
from benchmarks.apps.same_work.load import Load, apart_from
from benchmarks.install import Kit
from benchmarks.peers import PEERS, same_work
from benchmarks.peers.same_work import SAMPLE, Around, accounts
from benchmarks.stage import CHECKOUT, Stage
from chassis.process.keys import read_key
from contracts.events import ApplicationAccepted, ApplicationSubmitted
from lianshen.bench.load import Kiosks, LoadError
from lianshen.bus_access.nkeys_of import make_user_seed
from lianshen.catalog import SIMULATED
from lianshen.demo.synthetic_world import make_crowd

CROWD = 20
INSTALLED = CHECKOUT / ".bench"


@pytest.fixture(scope="module")
def world() -> Iterator[Around]:
    """A bus with an account a department, and the six departments of the benchmark."""
    with Stage("test") as stage:
        yield same_work.around(stage, CROWD, 0)


@dataclass
class InMemory:
    """A peer that keeps its steps in a list; by its switches, one that does its work wrongly."""

    bureau: Bureau
    folder: Path
    determines: str | None = None
    knows_its_keys: bool = True
    kept: dict[str, list[bytes]] = field(default_factory=dict)
    under_way: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self, submitted: ApplicationSubmitted) -> bool:
        if submitted.application in self.kept and self.knows_its_keys:
            return False
        task = asyncio.create_task(self._review(submitted))
        self.under_way.add(task)
        task.add_done_callback(self.under_way.discard)
        return True

    async def history(self, number: str) -> list[bytes]:
        return self.kept.get(number, [])

    async def _review(self, submitted: ApplicationSubmitted) -> None:
        kept = self.kept[submitted.application] = [written(submitted)]
        kept.append(written(await self.bureau.taken_up(submitted)))
        accepted = read(kept[1])
        if isinstance(accepted, ApplicationAccepted):
            answers = await asyncio.gather(*(self.bureau.answered(accepted, name) for name in accepted.asked))
            made = self.bureau.determined([submitted, accepted, *answers])
            if self.determines:
                made = made.model_copy(update={"outcome": self.determines})
            kept += [*map(written, answers), written(made)]
            await self.bureau.tell(made)


@asynccontextmanager
async def loaded(world: Around, **wrong: object) -> AsyncIterator[Load]:
    """The load before a peer in memory."""
    bureau = await Bureau.open(world.folder)
    peer = InMemory(bureau, world.folder, **wrong)  # type: ignore[arg-type]
    app = front(world.folder, peer.start, peer.history, _nothing)
    server = uvicorn.Server(uvicorn.Config(app, port=0, log_level="error"))
    serving = asyncio.create_task(server.serve())
    while not server.started:
        await asyncio.sleep(0.01)
    url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    load = Load([url], read_key(world.folder / "keys", "application-number"), [Kiosks(url)])
    nc = await connected(world.folder)
    await load.listen(nc)
    try:
        yield load
    finally:
        load.kiosks[0].close()
        server.should_exit = True
        await serving
        await bureau.nc.close()
        await nc.close()


@asynccontextmanager
async def _nothing(app: Starlette) -> AsyncIterator[None]:
    yield


def crowd(world: Around, load: Load) -> list[tuple[str, bytes]]:
    forms = [path.read_bytes() for path in sorted((world.crowd / "applications").glob("*.json"))]
    return list(load.requests(forms))


async def test_what_comes_of_every_family_is_what_the_law_gives(world: Around) -> None:
    async with loaded(world) as load:
        await load.check(SAMPLE)
        await asyncio.gather(*(load.hand_in(n, n, *one) for n, one in enumerate(crowd(world, load))))


async def test_a_peer_that_determines_otherwise_fails_the_run(world: Around) -> None:
    async with loaded(world, determines="ineligible") as load:
        with pytest.raises(LoadError, match=r"01-family-no-home\.json: outcome is ineligible, not eligible"):
            await load.check(SAMPLE)
        with pytest.raises(LoadError, match="family 0 of the crowd is ineligible, not eligible"):
            await load.hand_in(0, 0, *crowd(world, load)[0])


async def test_a_peer_that_takes_another_body_under_a_key_fails_the_run(world: Around) -> None:
    async with loaded(world, knows_its_keys=False) as load:
        with pytest.raises(LoadError, match="an Idempotency-Key used again: 202, 202, 202"):
            await load.check(SAMPLE)


async def test_an_answer_is_kept_with_both_signatures(world: Around) -> None:
    bureau = await Bureau.open(world.folder)
    try:
        form = (SAMPLE / "applications" / "01-family-no-home.json").read_text()
        submitted = ApplicationSubmitted.model_validate_json(
            f'{{"application": "YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E", "at": "2026-11-02T01:00:00Z", "form": {form}, '
            '"body_sha256": "-"}'
        )
        accepted = await bureau.taken_up(submitted)
        assert isinstance(accepted, ApplicationAccepted)
        for name in accepted.asked:
            evidence = (await bureau.answered(accepted, name)).evidence
            assert evidence is not None
            assert evidence.question_signature
            assert evidence.answer_jws
    finally:
        await bureau.nc.close()


def test_a_department_reaches_nothing_but_its_own_questions(tmp_path: Path) -> None:
    for user in ("bureau", *SIMULATED):
        make_user_seed(tmp_path / f"{user}.seed")
    found = accounts(tmp_path)
    assert set(found) == {"BUREAU", *SIMULATED}
    assert found["tax"]["exports"] == [{"service": "department.tax.query.v1", "accounts": ["BUREAU"]}]
    assert "imports" not in found["tax"]


@pytest.mark.slow
@pytest.mark.parametrize("name", ["restate-same-work", "dbos-same-work"])
def test_a_round_of_a_peer_that_is_installed(name: str) -> None:
    """It plays the sample world and a small crowd, and fails where an outcome is not the law's."""
    mark = {"restate-same-work": "restate_sdk", "dbos-same-work": "dbos"}[name]
    if not (INSTALLED / f".pip-beside-{mark}").exists():
        pytest.skip(f"{name} is not installed; `python -m benchmarks --only {name}` does it")
    if name == "dbos-same-work" and not (shutil.which("postgres") or os.path.isdir("/usr/lib/postgresql")):
        pytest.skip("PostgreSQL is not on this machine")
    peer = next(peer for peer in PEERS if peer.name == name)
    assert peer.run(Kit(INSTALLED), CROWD).cases == CROWD


def test_a_family_with_a_number_of_the_sample_world_is_left_out_and_the_others_keep_their_places(
    tmp_path: Path,
) -> None:
    """Family 1396 of the crowd has the number of a person of the sample world, and came out as review."""
    world = make_crowd(tmp_path / "world", 1400)
    kept = [n for n, _ in apart_from(SAMPLE, world)]
    assert 1396 not in kept
    assert 1399 in kept
    assert len(kept) > 1390
