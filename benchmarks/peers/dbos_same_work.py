"""The same work on DBOS over PostgreSQL: a workflow an application, a step a question, the kiosk's HTTP in front."""

from benchmarks.figures import Figures
from benchmarks.install import Kit
from benchmarks.peers import on_dbos, same_work
from benchmarks.peers.peer import THE_REVIEW, Peer

# On two cores, other work beside it, cases a second: two processes 40-46, one 23, four 32; 8, 16 and 32 cases under
# way 40, 42 and 31; 4 threads and a pool of 4 34, 6 and 5 40, 16 and 10 no more than those. Without SQLAlchemy's ping
# before every checkout 33.6 where it was 26.6. uvloop and httptools below it all.
EXECUTORS = 2
AT_ONCE = 8
POOL = 5
THREADS = 6
WARM = 40


def install(kit: Kit) -> dict[str, str]:
    versions = on_dbos.install(kit)
    same_work.install(kit, "dbos", "psycopg[binary]")
    return versions


def run(kit: Kit, cases: int) -> Figures:
    with on_dbos.stage("dbos-same-work") as stage:
        around = same_work.around(stage, cases, WARM)
        settings = {
            "BENCH_DATABASE": on_dbos.database(stage, kit),
            "BENCH_POOL": str(POOL),
            "BENCH_THREADS": str(THREADS),
        }
        urls = around.serve(kit, "benchmarks.apps.same_work.on_dbos:app", EXECUTORS, settings)
        return around.measure(urls, AT_ONCE)


SETTING = "each step synced, PostgreSQL's defaults; 2 executors"
PEER = Peer("dbos-same-work", 700, THE_REVIEW, SETTING, install, run)
