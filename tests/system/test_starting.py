"""A start in a hostile place, and the end of a start that failed anywhere."""

import asyncio
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lianshen.embedded.bus_server import EmbeddedBus
from lianshen.embedded.children import FOR_CHILDREN, PYTHON
from lianshen.embedded.data_dir import DataDir
from lianshen.embedded.system import NotReady, System
from tests.support.zygote import ZYGOTE

pytestmark = pytest.mark.slow


async def test_the_system_starts_in_a_folder_full_of_its_own_names_and_runs_nothing_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    hostile = tmp_path / "hostile"
    (hostile / "contracts").mkdir(parents=True)
    (hostile / "contracts" / "notes.txt").write_text("hello")
    for name in ("calendar", "intake", "nats", "json", "examples"):
        (hostile / f"{name}.py").write_text('open("ran", "a").write(__name__)\n')
    monkeypatch.chdir(hostile)
    hostile_environment = {"OTEL_PROPAGATORS": "b3", "OTEL_BSP_MAX_EXPORT_BATCH_SIZE": "100000"}
    for name, value in {**hostile_environment, "PYTHONIOENCODING": "gbk"}.items():
        monkeypatch.setenv(name, value)
    system = System(DataDir(tmp_path / "data"))
    try:
        await system.start()
        assert system.intake_url.startswith("http://127.0.0.1:")
        environments = [Path(f"/proc/{child.pid}/environ").read_bytes() for child in system.children.values()]
        for setting in (b"PYTHONSAFEPATH=1", b"PYTHONIOENCODING=utf-8"):
            assert all(setting in environment.split(b"\0") for environment in environments)
    finally:
        await system.stop()
    assert not (hostile / "ran").exists()


def test_everything_of_ours_that_starts_a_python_starts_it_with_a_safe_path() -> None:
    assert PYTHON[1:] == ("-P",)
    assert FOR_CHILDREN["PYTHONSAFEPATH"] == "1"
    folder = Path(__file__).parents[2] / "lianshen"
    by_hand = [path.name for path in folder.rglob("*.py") if "sys.executable" in path.read_text(encoding="utf-8")]
    # The bus looks beside it for nats-server; the doctor says which it is.
    assert sorted(by_hand) == ["bus_server.py", "children.py", "interpreter.py"]


def fails(*_: Any, **__: Any) -> Any:
    raise NotReady("for this test")


async def is_cancelled(*_: Any, **__: Any) -> Any:
    raise asyncio.CancelledError


POINTS: dict[str, tuple[type, str]] = {
    "what a child is given": (System, "_services"),
    "the bus": (EmbeddedBus, "_listening"),
    "the provisioner": (System, "_provision"),
    "a child": (System, "_start"),
    "readiness": (System, "ready"),
    "keys of the simulated": (System, "_register_simulated"),
    "the file that says where": (System, "_write_where"),
}


@pytest.mark.parametrize("fault", [fails, is_cancelled])
@pytest.mark.parametrize("point", POINTS)
async def test_a_start_that_fails_at_any_point_can_be_stopped_and_tried_again(
    point: str, fault: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, name = POINTS[point]
    system = System(DataDir(tmp_path / "data"), spawn=ZYGOTE.spawn)
    with monkeypatch.context() as while_failing:
        while_failing.setattr(owner, name, fault)
        if fault is is_cancelled and point in ("what a child is given", "the file that says where"):
            while_failing.setattr(owner, name, fails)  # nothing is waited for there
        with pytest.raises((NotReady, asyncio.CancelledError)):
            await system.start()
        await system.stop()
    assert [child.pid for child in system.children.values() if child.pid and _runs(child.pid)] == []
    assert system.bus.pid is None
    assert not (tmp_path / "data" / "run" / "system.json").exists()
    os.close(DataDir(tmp_path / "data").own())  # given up at once


async def test_a_system_that_was_never_started_can_be_stopped(tmp_path: Path) -> None:
    await System(DataDir(tmp_path / "data")).stop()
    assert not (tmp_path / "data").exists()


def _runs(pid: int) -> bool:
    return Path(f"/proc/{pid}").exists()
