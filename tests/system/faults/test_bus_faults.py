"""Applications while the bus is killed under them (faults 2, 3, 5): none lost, each determined once.

By day one drill a kind of bus, small; FAULT_CASES=5000 plays every plan and holds its bars (`make test-nightly`).
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.system.faults.apart import NOT_RUN
from tests.system.faults.disk import why_no_small_disk
from tests.system.faults.drill import Drill
from tests.system.faults.figures import Bars, table
from tests.system.faults.plans import PLANS

pytestmark = pytest.mark.slow
BY_NIGHT = "FAULT_CASES" in os.environ
CASES = int(os.environ.get("FAULT_CASES", "60"))
RATE = 10.0
BY_DAY = [("kills-apart", 1), ("leader-kill", 3)]
ALL = [(name, nodes) for name, plan in PLANS.items() for nodes in plan.nodes if not plan.apart]
APART = [name for name, plan in PLANS.items() if plan.apart]
ANY = Bars(silent=90, beyond=90, answered=60)
"""Beside other tests a machine says nothing of how long something takes."""


@pytest.mark.timeout(CASES / RATE * 2 + 400)
@pytest.mark.parametrize(("name", "nodes"), ALL if BY_NIGHT else BY_DAY)
async def test_nothing_acknowledged_is_lost_and_each_is_determined_once(name: str, nodes: int, tmp_path: Path) -> None:
    plan = PLANS[name]
    if plan.small and (why := why_no_small_disk(tmp_path / "tried")):
        pytest.skip(why)
    async with Drill.prepared(tmp_path, CASES, plan, nodes) as drill:
        bodies = [path.read_bytes() for path in sorted(tmp_path.glob("world/applications/*.json"))]
        figures = await drill.run(bodies, plan, RATE)
    print(table(f"{name}, {nodes}", figures, drill.began))
    assert figures.broken(plan.bars_on(nodes) if BY_NIGHT else ANY) == []
    assert figures.cases == CASES
    assert figures.stalls, "the fault met somebody"


@pytest.mark.timeout(CASES / RATE * 2 + 400)
@pytest.mark.parametrize("name", APART if BY_NIGHT else [])
def test_a_part_of_the_cluster_is_cut_off(name: str) -> None:
    """In a process of its own, which makes network namespaces."""
    command = [sys.executable, "-m", "tests.system.faults", name, "--cases", str(CASES), "--rate", str(RATE)]
    ran = subprocess.run(command, capture_output=True, text=True)
    print(ran.stdout)
    if ran.returncode == NOT_RUN:
        pytest.skip(ran.stdout.strip())
    assert ran.returncode == 0, ran.stdout + ran.stderr[-2000:]
