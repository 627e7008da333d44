"""Whoever holds a secret key of the log compares it at its start; another one is refused, and says which file."""

import asyncio
import os
import secrets
import sys
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from chassis.clock import WALL
from chassis.errors import USAGE, CommandRefused, Unavailable, Unusable
from chassis.log.journal import Journal
from chassis.log.key_register import read_register
from chassis.process.key_fingerprints import compare_at_start, fingerprint, fingerprints, keep_fingerprints, new_ones
from chassis.process.keys import NAMES, make_keys, read_key
from chassis.timing import Timing
from contracts.key_register import SECRET_KEYS
from lianshen.catalog import SERVICES
from lianshen.embedded.bus_server import EmbeddedBus
from lianshen.embedded.data_dir import DataDir, DataDirError
from lianshen.embedded.replacing_keys import compare_keys, replace_key
from tests.support.real_bus import RealBus

NOW = datetime(2026, 11, 28, tzinfo=UTC)


def test_a_fingerprint_is_the_keys_own_and_shows_no_byte_of_it() -> None:
    key = bytes(range(32))
    assert fingerprint("claim", key) == fingerprint("claim", key)
    assert len({fingerprint("claim", key), fingerprint("notice", key), fingerprint("claim", key[::-1])}) == 3
    assert len(fingerprint("claim", key)) == 32
    assert key.hex()[:4] not in fingerprint("claim", key)


def test_a_new_key_is_recorded_and_another_one_is_refused_by_the_name_of_its_file() -> None:
    assert new_ones({"claim": "a"}, {}) == {"claim": "a"}
    assert new_ones({"claim": "a"}, {"claim": "a", "notice": "b"}) == {}
    with pytest.raises(Unusable, match=r"claim\.key: not what this log was written with; .*backup") as refusal:
        new_ones({"claim": "other", "notice": "b"}, {"claim": "a", "notice": "b"})
    assert "notice.key" not in str(refusal.value)


def test_a_missing_or_damaged_key_is_refused_with_what_mends_it(tmp_path: Path) -> None:
    make_keys(tmp_path, ("claim",))
    with pytest.raises(Unusable, match=r"'receipt' is missing .*backup"):
        fingerprints(tmp_path, ["claim", "receipt"])
    (tmp_path / "claim.key").write_text("ab")
    with pytest.raises(Unusable, match=r"'claim' is shorter .*backup"):
        fingerprints(tmp_path, ["claim"])


def test_every_service_names_the_secret_keys_that_it_reads() -> None:
    """As far as its own text tells: a key that is read and not named would not be compared."""
    root = Path(__file__).parents[2]
    for name, service in SERVICES.items():
        module = name.replace("-", "_")
        texts = [file.read_text() for file in (root / "services" / name / module).rglob("*.py")]
        if name.startswith("verify-"):
            texts.append((root / "inquiry" / "verifying_service.py").read_text())
        read = {key for key in NAMES if any(f'"{key}")' in text for text in texts)} - {"signing", "seal"}
        assert read == set(service.keys), name


async def test_a_start_waits_for_a_bus_that_cannot_say_now_which_keys_the_log_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    said: list[Exception | None] = [Unavailable("no definite answer"), CommandRefused(503, "too busy", "again"), None]

    async def enter(*_: object) -> None:
        if (error := said.pop(0)) is not None:
            raise error

    monkeypatch.setattr("chassis.process.key_fingerprints.enter", enter)
    make_keys(tmp_path, ("claim",))
    nobody: Any = None
    journal: Any = SimpleNamespace(clock=WALL, timing=Timing(compare_again_after=0.01))
    start = partial(compare_at_start, journal, nobody, tmp_path, ["claim"])
    assert await start(asyncio.Event())
    assert said == []
    ending, said = asyncio.Event(), [Unavailable("for ever")] * 1000
    waiting = asyncio.create_task(start(ending))
    await asyncio.sleep(0.05)
    ending.set()
    assert await waiting is False
    said[:] = [Unusable("claim.key: not what this log was written with")]
    with pytest.raises(Unusable):
        await start(asyncio.Event())


async def test_the_log_keeps_each_once_and_refuses_another(
    real_bus: RealBus, journal: Journal, tmp_path: Path
) -> None:
    nc = await real_bus.connect()
    names = ("claim", "receipt")
    make_keys(tmp_path / "keys", names)
    for _ in range(2):
        await keep_fingerprints(journal, nc, tmp_path / "keys", names, NOW)
    kept = (await read_register(journal.history)).of(SECRET_KEYS)
    assert (kept.n, set(kept.secrets)) == (1, set(names))
    (tmp_path / "keys" / "claim.key").write_text(secrets.token_hex(32))
    with pytest.raises(Unusable, match=r"claim\.key"):
        await keep_fingerprints(journal, nc, tmp_path / "keys", names, NOW)
    assert (await read_register(journal.history)).of(SECRET_KEYS) == kept


async def test_a_service_with_another_key_or_no_seed_ends_with_a_sentence_and_is_not_to_be_restarted(
    real_bus: RealBus, tmp_path: Path
) -> None:
    await compare_keys(await real_bus.connect("provisioner"), real_bus.data_dir.keys)
    other = tmp_path / "other"
    make_keys(other)
    code, said = await run("notify", real_bus, real_bus.seed(), other)
    assert code == USAGE
    assert "notice.key: not what this log was written with" in said
    code, said = await run("notify", real_bus, tmp_path / "lost.seed", real_bus.data_dir.keys)
    assert code == USAGE
    assert "lost.seed is missing" in said


async def run(service: str, bus: RealBus, seed: Path, keys: Path) -> tuple[int | None, str]:
    """Its exit code and what it logged."""
    settings = {
        "LIANSHEN_NATS_URL": bus.url,
        "LIANSHEN_NATS_SEED_FILE": str(seed),
        "LIANSHEN_KEYS_DIR": str(keys),
    }
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "lianshen", "run", service),
        env={**os.environ, **settings},
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        async with asyncio.timeout(30):
            _, said = await process.communicate()
    except TimeoutError:
        process.kill()
        raise
    return process.returncode, said.decode()


async def test_a_key_that_is_lost_for_good_is_replaced_by_a_person_who_says_why(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path / "data")
    bus = EmbeddedBus(data_dir, ())
    await started(bus, data_dir)
    with pytest.raises(DataDirError, match="in use"):
        await replace_key(data_dir, "claim", "Officer Li", "the disk with the keys broke")
    await bus.stop()
    old = read_key(data_dir.keys, "claim")
    kept = await replace_key(data_dir, "claim", "Officer Li", "the disk with the keys broke")
    assert kept is not None
    assert bytes.fromhex(kept.read_text()) == old != read_key(data_dir.keys, "claim")
    (data_dir.keys / "receipt.key").unlink()
    assert await replace_key(data_dir, "receipt", "Officer Li", "the disk with the keys broke") is None
    await started(bus, data_dir)
    await bus.stop()


async def started(bus: EmbeddedBus, data_dir: DataDir) -> None:
    """As `up` begins: provisioned, and its keys compared."""
    from chassis.bus import Bus
    from chassis.log.provision import provision

    connection = await Bus.connect(await bus.start(), "test", data_dir.seed("provisioner"))
    await provision(connection.nc, ())
    await compare_keys(connection.nc, data_dir.keys)
    await connection.close()
