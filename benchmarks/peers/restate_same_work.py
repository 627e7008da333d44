"""The same work on Restate: a workflow an application, its steps durable runs; the kiosk's HTTP before its ingress."""

from benchmarks.figures import Figures
from benchmarks.install import Kit
from benchmarks.peers import on_restate, same_work
from benchmarks.peers.peer import THE_REVIEW, Peer
from benchmarks.stage import Stage

# On two cores, other work beside it, cases a second: the service on hypercorn with one worker 71-111, with two 93, on
# uvloop 100; on granian with one worker 92, with two 126-138. With those, one process for the kiosks 126-133, two 138;
# 48, 64 and 96 cases under way 113, 133 and 136; 2, 4 and 8 partitions 105, 133 and 118.
FRONTS = 2
AT_ONCE = 64
WARM = 150


def install(kit: Kit) -> dict[str, str]:
    versions = on_restate.install(kit)
    same_work.install(kit, "restate_sdk", "granian", "aiohttp")
    return versions


def run(kit: Kit, cases: int) -> Figures:
    with Stage("restate-same-work") as stage:
        around = same_work.around(stage, cases, WARM)
        ingress = on_restate.serve(stage, kit, "benchmarks.apps.same_work.on_restate:app", around.environment)
        front = "benchmarks.apps.same_work.restate_front:app"
        urls = around.serve(kit, front, FRONTS, {"BENCH_INGRESS": ingress})
        return around.measure(urls, AT_ONCE)


SETTING = "each step synced; 4 partitions, 2 + 2 workers, 64 cases at a time"
PEER = Peer("restate-same-work", 1800, THE_REVIEW, SETTING, install, run)
