"""A browser a file, and people who come to it; without a browser these tests are not run, and it is said why."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page

from tests.support.browser.chromium import NoBrowser, chromium
from tests.support.browser.visitor import Look, browser_of, visitor
from tests.support.running_system import Start, starting

HERE = Path(__file__).parent
FOUND = pytest.StashKey[Path | NoBrowser]()
Come = Callable[..., Awaitable[Page]]
"""`await come(Look(…))`: a page of a person who was never here before."""


def pytest_collection_finish(session: pytest.Session) -> None:
    """Before any test: none of them should wait for apt-get within its own time."""
    if any(item.path.is_relative_to(HERE) for item in session.items):
        session.config.stash[FOUND] = _look_for_one(session.config)


def _look_for_one(config: pytest.Config) -> Path | NoBrowser:
    def say(words: str) -> None:
        with config.pluginmanager.getplugin("capturemanager").global_and_fixture_disabled():
            print(f"\n{words}", flush=True)

    try:
        return chromium(say)
    except NoBrowser as none:
        return none


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def browser(pytestconfig: pytest.Config) -> AsyncIterator[Browser]:
    """One for all tests of a file, which need `pytestmark = pytest.mark.asyncio(loop_scope="module")`."""
    found = pytestconfig.stash[FOUND]
    if isinstance(found, NoBrowser):
        pytest.skip(str(found))
    async with browser_of(found) as started:
        yield started


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def start_once(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Start]:
    """As `start`, for a system that all tests of a file share."""
    async with starting(tmp_path_factory.mktemp("system")) as begin:
        yield begin


@pytest_asyncio.fixture(loop_scope="module")
async def come(browser: Browser) -> AsyncIterator[Come]:
    """Whoever came is asked at the end what their browser complained about."""
    async with AsyncExitStack() as stack:

        async def come(look: Look | None = None) -> Page:
            return await stack.enter_async_context(visitor(browser, look or Look()))

        yield come
