"""One cluster for all tests that leave three whole nodes behind, in the loop of the session.

Files of one process share it; a test that changes which nodes there are has one of its own (`clean_cluster`).
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
import pytest_asyncio

from lianshen.embedded import served
from tests.support.cluster import Cluster, three_nodes
from tests.support.readers import SUBMITTED
from tests.support.real_bus import any_service


@asynccontextmanager
async def started(folder: Path) -> AsyncIterator[Cluster]:
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(served, "services_named", any_service)
        async with three_nodes(folder / "data", SUBMITTED) as found:
            yield found


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def shared(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    async with started(tmp_path_factory.mktemp("cluster")) as found:
        yield found


@pytest_asyncio.fixture(loop_scope="session")
async def cluster(shared: Cluster) -> AsyncIterator[Cluster]:
    """The shared one; connections are of one test."""
    yield shared
    await shared.disconnect()


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def clean_cluster(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Cluster]:
    async with started(tmp_path_factory.mktemp("cluster")) as found:
        yield found
