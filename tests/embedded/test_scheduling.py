"""How our processes share the processor."""

import os
import subprocess
import sys

import pytest

from chassis.process.scheduling import run_as_batch
from tests.support.real_bus import RealBus

linux = pytest.mark.skipif(sys.platform != "linux", reason="another system has no such policy")
A_SERVICE = """
import os
from chassis.process import main as entry
entry.Process = lambda *_: print(os.sched_getscheduler(0) == os.SCHED_BATCH) or exit()
entry.main()
"""


@linux
def test_a_service_that_nobody_starts_but_its_machine_is_batch_work() -> None:
    environment = {**os.environ, "LIANSHEN_NATS_URL": "nats://127.0.0.1:1"}
    command = [sys.executable, "-c", A_SERVICE]
    ran = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
    assert ran.stdout == "True\n", ran.stderr


@linux
async def test_so_is_the_bus_and_whoever_starts_it_is_not(real_bus: RealBus) -> None:
    assert real_bus.server.pid is not None
    assert os.sched_getscheduler(real_bus.server.pid) == os.SCHED_BATCH
    assert os.sched_getscheduler(0) == os.SCHED_OTHER


def test_where_it_is_forbidden_everything_runs_as_before(monkeypatch: pytest.MonkeyPatch) -> None:
    def forbidden(*_: object) -> None:
        raise PermissionError("no")

    monkeypatch.setattr(os, "sched_setscheduler", forbidden, raising=False)
    run_as_batch()
    monkeypatch.delattr(os, "SCHED_BATCH", raising=False)
    run_as_batch()
