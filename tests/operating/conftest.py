"""One running system for all drills of a file: each breaks something, reads what is printed, and mends it."""

from collections.abc import Iterator

import pytest

from tests.operating.drill import Drill, MailHost, TaxOffice, up


@pytest.fixture(scope="module")
def mail() -> Iterator[MailHost]:
    host = MailHost()
    host.begin()
    yield host
    host.end()


@pytest.fixture(scope="module")
def drill(tmp_path_factory: pytest.TempPathFactory, mail: MailHost) -> Iterator[Drill]:
    with up(tmp_path_factory.mktemp("drill") / "data", "--without", "tax", **mail.settings()) as running:
        yield running


@pytest.fixture
def tax(drill: Drill) -> Iterator[TaxOffice]:
    """Well at the begin of every drill, whatever became of the one before."""
    office = TaxOffice(drill)
    office.begin()
    yield office
    office.end()
