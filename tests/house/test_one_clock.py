"""Everything that services do goes by one clock that is handed to them."""

import re

from tests.house.test_sizes import ROOT, modules

SERVICES = ("contracts", "procedures", "chassis", "inquiry", "evidence", "services")
READS = re.compile(r"\b(datetime\.(now|utcnow|today)|date\.today|time\.time)\(")


def test_no_service_reads_a_clock_of_its_own() -> None:
    reading = {str(path.relative_to(ROOT)) for path in modules(SERVICES) if READS.search(path.read_text("utf-8"))}
    assert reading == {"chassis/clock.py"}
