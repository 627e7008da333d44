"""Who objected, on a real bus: nowhere in clear, opened with the key and recorded, erased after a year."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from nacl.secret import Aead
from nats.aio.client import Client
from publicity.objectors.erasing import Erasing
from publicity.objectors.sealing import HeadsKey, Objector, Sealed
from publicity.objectors.store import STREAM
from publicity.service import Publicity, board_of

from chassis.clock import TurnedClock
from chassis.commands import call
from chassis.errors import CommandRefused
from chassis.log.follow import records
from chassis.log.history import History
from chassis.log.journal import Journal
from chassis.process.keys import read_key
from contracts.case.states import State
from contracts.events import ObjectionRaised, ObjectorIdentified
from evidence.archive.chain import decrypt, read_line
from evidence.archive.files import lines_of
from evidence.dossier.write import prove
from lianshen.embedded.data_dir import DataDir
from tests.bus.wire import whole_log
from tests.evidence.test_archive import archiving, until_archived
from tests.publicity.boards import browser
from tests.publicity.listed import NEVER, an_eligible_family, publicity
from tests.support.command_line import environment, lianshen
from tests.support.real_bus import RealBus
from tests.support.up import A_DRILL
from tests.support.waiting import until

TEXT = "申请人在外地另有一套住房"
NAME, CONTACT = "钱举报", "13912345678"
WHO = Objector(name=NAME, contact=CONTACT)
KEY = HeadsKey.make()
ASKED = {"kid": KEY.public.kid, "by": "bureau head", "reason": "to hear them before it is decided"}
YEAR = timedelta(days=367)


@pytest.fixture
def key_file(tmp_path: Path) -> Path:
    file = tmp_path / "objector.public.jwk"
    file.write_text(KEY.public.jwk())
    return file


@asynccontextmanager
async def listed(
    real_bus: RealBus, journal: Journal, key_file: Path | None = None, clock: TurnedClock | None = None
) -> AsyncIterator[tuple[Publicity, str]]:
    """A family on the public list, and publicity with the bureau's key."""
    turned = clock or TurnedClock(timedelta())
    settings: dict[str, Any] = {"publicity_objector_key_file": key_file, "drill_publicity_seconds": NEVER}
    async with publicity(real_bus, clock=turned, **settings) as service:
        number = await an_eligible_family(journal)
        await until(lambda: number in service.index.entries)
        yield service, number


async def object_to(service: Publicity, number: str) -> str:
    """Over the form, as a neighbour does; returns what they are told."""
    async with browser(board_of(service).app) as visitor:
        assert number in (await visitor.get("/projects/HN-2026-01")).text
        form = {"text": TEXT, "name": NAME, "contact": CONTACT}
        sent = await visitor.post(f"/entries/{number}/objection", data=form)
    assert sent.status_code == 200
    return sent.text


async def everything_stored(nc: Client) -> dict[str, bytes]:
    """Subject, headers and body of every message of every stream, by stream."""
    streams = json.loads((await nc.request("$JS.API.STREAM.NAMES", b"", timeout=5)).data)["streams"]
    found = {}
    for stream in set(streams) - {"PROBE"}:
        history = History(nc, stream)
        await history.start()
        stored = [it async for it in records(history, ">")]
        found[stream] = b"\n".join(f"{it.subject} {dict(it.headers)}".encode() + it.body for it in stored)
    return found


async def archived(bus: RealBus, journal: Journal, folder: Path, monkeypatch: pytest.MonkeyPatch) -> bytes:
    """Every record of an archive of the log as it is now, decrypted."""
    box = Aead(read_key(bus.data_dir.keys, "archive"))
    async with archiving(bus, folder, monkeypatch):
        await until_archived(folder, len(await whole_log(journal)))
        return b"\n".join(decrypt(read_line(line), box) for line in lines_of(folder))


async def test_who_objected_is_nowhere_in_clear_and_opens_for_the_holder_of_the_key_who_is_recorded(
    real_bus: RealBus,
    journal: Journal,
    key_file: Path,
    tmp_path: Path,
    caplog: pytest.LogCaptureFixture,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    operator, owner = await real_bus.connect("operator"), await real_bus.connect("provisioner")
    async with listed(real_bus, journal, key_file) as (service, number):
        assert "您的身份信息已加密保存" in await object_to(service, number)
        assert (await journal.load(number)).state is State.OBJECTED

        stored = await everything_stored(owner)
        assert TEXT.encode() in stored["CASES"], "the search finds what is there"
        assert f"objector.{number}.1".encode() in stored[STREAM]
        dossier = await prove(operator, number, real_bus.data_dir.keys, None)
        assert dossier is not None
        archive = await archived(real_bus, journal, tmp_path / "archive", monkeypatch)
        assert TEXT.encode() in archive
        for place in (*stored.values(), archive, dossier.encode(), caplog.text.encode()):
            for secret in (NAME.encode(), CONTACT.encode(), json.dumps(NAME).encode()):
                assert secret not in place

        other = {**ASKED, "kid": HeadsKey.make().public.kid}
        with pytest.raises(CommandRefused, match="sealed to the key"):
            await call(operator, "publicity", "identify-objector", {**other, "application": number, "n": 1})
        with pytest.raises(CommandRefused, match="did not say so"):
            await call(operator, "publicity", "identify-objector", {**ASKED, "application": number, "n": 2})
        assert not await looked_at(journal, number), "nothing was opened"

        sealed = await call(operator, "publicity", "identify-objector", {**ASKED, "application": number, "n": 1})
        assert KEY.open(Sealed.model_validate(sealed)) == WHO
        await call(operator, "publicity", "identify-objector", {**ASKED, "application": number, "n": 1})
        assert [(it.n, it.opening, it.by, it.reason) for it in await looked_at(journal, number)] == [
            (1, 1, ASKED["by"], ASKED["reason"]),
            (1, 2, ASKED["by"], ASKED["reason"]),
        ]


async def looked_at(journal: Journal, number: str) -> list[ObjectorIdentified]:
    return [it.event for it in await journal.history.of(number) if isinstance(it.event, ObjectorIdentified)]


async def test_the_operator_has_the_box_by_the_command_alone(
    real_bus: RealBus, journal: Journal, key_file: Path
) -> None:
    operator = await real_bus.connect("operator")
    async with listed(real_bus, journal, key_file) as (service, number):
        await object_to(service, number)
        read = json.dumps({"last_by_subj": f"objector.{number}.1"}).encode()
        for way in ("DIRECT.GET", "STREAM.MSG.GET"):
            with pytest.raises(TimeoutError):
                await operator.request(f"$JS.API.{way}.{STREAM}", read, timeout=0.5)
        assert (await operator.request("$JS.API.DIRECT.GET.CASES", b'{"seq": 1}', timeout=5)).data


async def kept(owner: Client) -> int:
    info = json.loads((await owner.request(f"$JS.API.STREAM.INFO.{STREAM}", b"", timeout=5)).data)
    return int(info["state"]["messages"])


async def test_who_objected_is_erased_a_year_after_the_decision_and_the_objection_stays(
    real_bus: RealBus, journal: Journal, key_file: Path
) -> None:
    clock = TurnedClock(timedelta())
    operator, owner = await real_bus.connect("operator"), await real_bus.connect("provisioner")
    async with listed(real_bus, journal, key_file, clock) as (service, number):
        await object_to(service, number)
        erase = ("publicity", "erase-objectors", {})
        clock.ahead = YEAR
        assert await call(operator, *erase) == {"erased": 0, "kept": 1}, "it is not decided"
        clock.ahead = timedelta()
        decided = {"application": number, "n": 1, "upheld": False, "reason": "looked into", "by": "officer 7"}
        await call(operator, "publicity", "decide-objection", decided)
        clock.ahead = timedelta(days=364)
        assert await call(operator, *erase) == {"erased": 0, "kept": 1}
        assert await kept(owner) == 1

        clock.ahead = YEAR
        by_itself = Erasing(service.objectors, journal.history, service.clock, every=0.1)
        task = asyncio.ensure_future(by_itself.run())
        await until(lambda: gone(owner))
        task.cancel()
        assert await call(operator, *erase) == {"erased": 0, "kept": 0}
        with pytest.raises(CommandRefused, match="erased by now"):
            await call(operator, "publicity", "identify-objector", {**ASKED, "application": number, "n": 1})
        stays = [it.event.text for it in await journal.history.of(number) if isinstance(it.event, ObjectionRaised)]
        assert stays == [TEXT]


async def gone(owner: Client) -> bool:
    return await kept(owner) == 0


async def test_the_head_makes_a_key_and_opens_on_the_command_line(
    real_bus: RealBus, journal: Journal, tmp_path: Path
) -> None:
    folder = tmp_path / "stick"
    code, kid, _ = await lianshen("objector", "key", str(folder))
    private = folder / "objector.private.jwk"
    assert (code, private.stat().st_mode & 0o777) == (0, 0o600)
    code, _, said = await lianshen("objector", "key", str(folder))
    assert (code, "would not open what is sealed" in said) == (1, True)
    seed = DataDir(real_bus.data_dir.path).seed("operator")
    env = {**environment(), **A_DRILL, "LIANSHEN_NATS_URL": real_bus.url, "LIANSHEN_NATS_SEED_FILE": str(seed)}
    async with listed(real_bus, journal, folder / "objector.public.jwk") as (service, number):
        await object_to(service, number)
        said_why = ("--by", "bureau head", "--reason", "to hear them")
        code, out, err = await lianshen("objector", "open", number, "1", "--key", str(private), *said_why, env=env)
        assert (code, json.loads(out)) == (0, {"name": NAME, "contact": CONTACT}), err
        public = str(folder / "objector.public.jwk")
        code, out, err = await lianshen("objector", "open", number, "1", "--key", public, *said_why, env=env)
        assert (code, out) == (2, ""), err
        code, out, _ = await lianshen("objector", "erase", env=env)
        assert (code, json.loads(out)) == (0, {"erased": 0, "kept": 1})
    assert len(await looked_at(journal, number)) == 1
    assert len(kid.strip()) == 43
