"""Which tests run first, which are slow; a real bus and a running system for whoever asks for one."""

import asyncio
import gc
import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import hypothesis
import pytest

from chassis.log.journal import Journal
from chassis.timing import TIMING, Timing
from lianshen.embedded import served
from tests.support.real_bus import RealBus, any_service, make_store, running_bus
from tests.support.running_system import Start, starting

gc.set_threshold(50_000, 20, 50)

# Beside other tests an example may take any time; what must be fast is measured alone.
hypothesis.settings.register_profile("side by side", deadline=None)
hypothesis.settings.load_profile("side by side")

HERE = Path(__file__).parent
SLOW = (
    "asking",
    "attach",
    "benchmarks",
    "browser",
    "bus",
    "cluster",
    "conformance",
    "deploy",
    "embedded",
    "evidence",
    "http",
    "linearizable",
    "mutants",
    "operating",
    "process",
    "running",
    "speed",
    "system",
)
"""Folders whose tests start servers and processes by the dozen: minutes together, so left out of `make test-fast`."""
SLOW_FILES = (
    "test_simulated_over_the_bus.py",
    "test_publicity_on_the_bus.py",
    "test_board_on_the_bus.py",
    "test_objectors_on_the_bus.py",
    "test_a_clock_nobody_vouches_for.py",
    "test_any_request_is_answered.py",
    "test_channels.py",
    "test_dirt_elsewhere.py",
    "test_hostile_files.py",
    "test_one_dirty_value.py",
    "test_rules_properties.py",
    "test_two_dirty_values.py",
)
"""And files whose inputs are made by the thousand, or that wait for real servers."""
LONGEST = (
    "system",
    "conformance",
    "attach",
    "operating",
    "asking",
    "process",
    "mutants",
    "evidence",
    "embedded",
    "deploy",
)
"""Folders that run first, file by file side by side: a long file that begins last keeps every core but one idle."""

LONG_FILES = (
    "test_the_kiosk_itself.py",
    "test_every_page.py",
    "test_what_is_away.py",
    "test_two_sign_ins.py",
    "test_many_cases.py",
)
"""And files that run before the others of their folder."""

ALONE_BY_NIGHT = (
    "test_bus_faults.py",
    "test_ceremony_on_the_bus.py",
    "test_histories.py",
    "test_timers_deleted.py",
)
"""Files that take many minutes with the figures of the night, or hold them by a clock on the wall."""


def pytest_collection_finish() -> None:
    """What was imported and collected stays: to look through it for garbage again and again took a tenth of a run."""
    gc.collect()
    gc.freeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=_begins_first)
    for item in items:
        if _folder(item) in SLOW or item.path.name in SLOW_FILES:
            item.add_marker(pytest.mark.slow)
        if _folder(item) == "browser":
            item.add_marker(pytest.mark.browser)
        if os.environ.get("NIGHTLY") and item.path.name in ALONE_BY_NIGHT:
            item.add_marker(pytest.mark.alone)


def _begins_first(item: pytest.Item) -> tuple[int, bool]:
    folder = _folder(item)
    return LONGEST.index(folder) if folder in LONGEST else len(LONGEST), item.path.name not in LONG_FILES


def _folder(item: pytest.Item) -> str:
    """The folder of tests/ that it lies in, however deep."""
    return item.path.relative_to(HERE).parts[0]


@pytest.fixture
def timing() -> Timing:
    """How long everything waits that goes by `journal`; a module or a test has its own."""
    return TIMING


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A provisioned store, made once; each test gets a copy."""
    data = tmp_path_factory.mktemp("store") / "data"
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(served, "services_named", any_service)
        asyncio.run(make_store(data))
    return data


@pytest.fixture
async def real_bus(store: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> AsyncIterator[RealBus]:
    """A provisioned bus on fresh data."""
    monkeypatch.setattr(served, "services_named", any_service)
    async with running_bus(shutil.copytree(store, tmp_path / "data")) as bus:
        yield bus


@pytest.fixture
async def journal(real_bus: RealBus, timing: Timing) -> AsyncIterator[Journal]:
    """A journal on the real bus, as a service has it."""
    journal = Journal(await real_bus.connect(), within=10, timing=timing)
    await journal.start()
    yield journal
    await journal.stop()


@pytest.fixture
async def start(tmp_path: Path) -> AsyncIterator[Start]:
    """`await start(world, separate=…, environment=…)`: the whole system; everything is ended with the test."""
    async with starting(tmp_path) as begin:
        yield begin
