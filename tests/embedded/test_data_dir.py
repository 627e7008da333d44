"""The data directory: what is made once, who may read it, and whose it is."""

import os
import subprocess
import sys
import time
from pathlib import Path

import nkeys
import pytest

from chassis.process import keys
from lianshen.bus_access.nkeys_of import make_user_seed, public_key
from lianshen.embedded.data_dir import DataDir, DataDirError
from tests.support.waiting import PATIENCE


def test_the_default_lies_under_the_state_folder_of_xdg(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert DataDir.default().path == tmp_path / "lianshen"


@pytest.mark.parametrize("state_home", [None, "", "relative/path"])
def test_without_an_absolute_state_folder_it_lies_under_home(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, state_home: str | None
) -> None:
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    if state_home is not None:
        monkeypatch.setenv("XDG_STATE_HOME", state_home)
    assert DataDir.default().path == tmp_path / ".local" / "state" / "lianshen"


def test_only_its_owner_can_read_seeds_and_keys(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path / "data")
    old = os.umask(0)
    try:
        data_dir.prepare(["tax", "real-estate"], ["asking"])
    finally:
        os.umask(old)
    secrets = sorted(path for path in data_dir.path.rglob("*") if path.is_file())
    assert [path.name for path in secrets if path.suffix == ".seed"] == [
        "check.seed", "real-estate.seed", "tax.seed", "operator.seed", "provisioner.seed", "asking.seed",
        "system.seed",
    ]  # fmt: skip
    assert {path.stem for path in data_dir.keys.iterdir()} == {*keys.NAMES, "jetstream"}
    assert {oct(path.stat().st_mode & 0o777) for path in secrets} == {"0o600"}
    folders = [data_dir.path, *(path for path in data_dir.path.rglob("*") if path.is_dir())]
    assert {oct(path.stat().st_mode & 0o777) for path in folders} == {"0o700"}


def test_a_second_start_keeps_every_key_and_seed_and_adds_what_is_new(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path)
    data_dir.prepare(["tax"])
    before = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    data_dir.prepare(["tax", "housing"])
    after = {path: path.read_bytes() for path in tmp_path.rglob("*") if path.is_file()}
    assert after.items() >= before.items()
    assert after.keys() - before.keys() == {data_dir.department_seed("housing")}


def test_a_seed_or_key_that_windows_saved_is_the_same_one(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path)
    data_dir.prepare(["tax"])
    seed, key = data_dir.department_seed("tax"), data_dir.keys / "jetstream.key"
    public, encryption = public_key(seed), data_dir.encryption_key()
    for path in (seed, key):
        path.write_text(path.read_text().strip(), encoding="utf-8-sig")
    assert (public_key(seed), data_dir.encryption_key()) == (public, encryption)
    key.write_text("not in hex digits")
    with pytest.raises(ValueError, match=r"^key 'jetstream' is not written in hex digits$"):
        data_dir.encryption_key()


def test_a_departments_seed_is_renewed_at_once_and_a_revoked_one_has_no_key(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path)
    data_dir.prepare(["tax", "housing"])
    before = data_dir.public_keys(["tax", "housing"]).departments
    assert data_dir.renew_department_seed("tax") == data_dir.department_seed("tax")
    assert data_dir.department_seed("tax").stat().st_mode & 0o777 == 0o600
    renewed = data_dir.public_keys(["tax", "housing"]).departments
    assert renewed["tax"] != before["tax"]
    assert renewed["housing"] == before["housing"]

    data_dir.revoke_department("tax")
    data_dir.prepare(["tax", "housing"])
    assert data_dir.public_keys(["tax", "housing"]).departments == {"tax": None, "housing": before["housing"]}
    data_dir.restore_department("tax")
    assert data_dir.public_keys(["tax", "housing"]).departments == renewed
    assert sorted(path.name for path in (tmp_path / "credentials/departments").iterdir()) == [
        "housing.seed",
        "tax.seed",
    ]


@pytest.mark.parametrize("name", ["", "../operator", "tax.query", "Tax", "税务", "a" * 41, "tax/x", "*"])
def test_a_department_name_that_is_no_plain_word_is_refused_before_anything_is_written(
    tmp_path: Path, name: str
) -> None:
    with pytest.raises(ValueError, match="pattern"):
        DataDir(tmp_path / "data").prepare(["tax", name])
    assert not (tmp_path / "data").exists()


def test_a_lost_encryption_key_is_not_made_anew_over_a_store(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path)
    data_dir.prepare([])
    (data_dir.jetstream / "jetstream").mkdir()
    (data_dir.keys / "jetstream.key").unlink()
    with pytest.raises(DataDirError, match="lost or damaged: restore it"):
        data_dir.prepare([])
    assert not (data_dir.keys / "jetstream.key").exists()


def test_another_key_is_refused_for_a_store_that_has_one(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path)
    data_dir.prepare([])
    right = (data_dir.keys / "jetstream.key").read_text()
    (data_dir.keys / "jetstream.key").write_text("ab" * 32)
    with pytest.raises(DataDirError, match="not the key of this log"):
        data_dir.prepare([])
    (data_dir.keys / "jetstream.key").write_text(right)
    data_dir.prepare([])


def test_a_second_owner_is_told_who_the_first_is(tmp_path: Path) -> None:
    data_dir = DataDir(tmp_path)
    lock = data_dir.own()
    began = time.monotonic()
    with pytest.raises(DataDirError, match=rf"in use by process {os.getpid()}: stop that") as refusal:
        data_dir.own()
    assert time.monotonic() - began < 1 * PATIENCE
    assert str(tmp_path) not in str(refusal.value)
    os.close(lock)
    os.close(data_dir.own())


def test_an_owner_in_another_process_is_named_and_its_death_frees_the_directory(tmp_path: Path) -> None:
    owner = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys; from pathlib import Path; from lianshen.embedded.data_dir import DataDir;"
            "DataDir(Path(sys.argv[1])).own(); print('owned', flush=True); sys.stdin.read()",
            str(tmp_path),
        ],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert owner.stdout is not None
        assert owner.stdout.readline() == b"owned\n"
        with pytest.raises(DataDirError, match=rf"in use by process {owner.pid}:"):
            DataDir(tmp_path).own()
    finally:
        owner.kill()
        owner.communicate()
    os.close(DataDir(tmp_path).own())
    assert (tmp_path / "lock").read_text() == f"{os.getpid()}\n"


def test_a_seed_file_yields_the_public_key_its_user_signs_with(tmp_path: Path) -> None:
    make_user_seed(tmp_path / "somebody.seed")
    key = public_key(tmp_path / "somebody.seed")
    pair = nkeys.from_seed(bytearray((tmp_path / "somebody.seed").read_bytes().strip()))
    assert key == pair.public_key.decode()
    assert key.startswith("U")
    assert len(key) == 56


@pytest.mark.parametrize("content", [b"", b"not a seed", b"S" * 58, b"\xff\xfe"])
def test_a_damaged_seed_file_is_named_and_never_quoted(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "service.seed").write_bytes(content)
    with pytest.raises(ValueError, match=r"^service\.seed holds no nkey seed") as refusal:
        public_key(tmp_path / "service.seed")
    assert refusal.value.__cause__ is None


def test_a_seed_of_an_account_is_not_taken_for_a_user(tmp_path: Path) -> None:
    seed = nkeys.encode_seed(os.urandom(32), nkeys.PREFIX_BYTE_ACCOUNT)
    (tmp_path / "service.seed").write_bytes(seed)
    with pytest.raises(ValueError, match="not a user's"):
        public_key(tmp_path / "service.seed")
