"""DBOS over PostgreSQL: one asynchronous workflow a case, six steps at the same time, then one that decides."""

import os

from benchmarks.figures import Figures
from benchmarks.install import Kit
from benchmarks.peers.peer import Peer
from benchmarks.stage import Stage

# On two cores, cases a second: one executor with 8, 16 and 32 cases under way 70, 76 and 76; two executors with 4 each
# 93-115, with 6 each 108, with 16 and 32 each 79 and 78; three executors 86. Fewer threads than DBOS's default of 64
# helped: with 16, 8 and 6 of them 93, 108 and 115.
EXECUTORS = 2
AT_ONCE = 4
POOL = 5
THREADS = 6
WARM = 20
POSTGRES = "/usr/lib/postgresql/*/bin"


def install(kit: Kit) -> dict[str, str]:
    kit.pip("dbos", "psycopg[binary]")
    postgres = kit.debian("postgresql", "postgres", POSTGRES)
    return {"dbos": kit.version("dbos"), "postgresql": postgres.parent.parent.name}


def run(kit: Kit, cases: int) -> Figures:
    programs = kit.debian("postgresql", "postgres", POSTGRES).parent
    # PostgreSQL refuses to run as root.
    with Stage("dbos", user="postgres" if os.geteuid() == 0 else None) as stage:
        data = stage.folder / "data"
        stage.run(programs / "initdb", "-D", data, "-A", "trust", "-U", "bench", "--no-sync", as_user=True)
        # No setting of durability is touched: fsync and synchronous_commit are on by default.
        server = (programs / "postgres", "-D", data, "-k", stage.folder, "-c", "listen_addresses=")
        stage.start("postgres", *server, as_user=True)
        accepts = (programs / "pg_isready", "-q", "-h", stage.folder)
        stage.until(lambda: stage.succeeds(*accepts), "PostgreSQL")
        stage.run(programs / "createdb", "-h", stage.folder, "-U", "bench", "review", as_user=True)
        database = f"postgresql://bench@/review?host={stage.folder}"
        load = (
            *(kit.python, "-m", "benchmarks.apps.dbos_app", "--database", database),
            *("--cases", cases // EXECUTORS, "--at-once", AT_ONCE, "--warm", WARM),
            *("--pool", POOL, "--threads", THREADS),
        )
        return stage.measure(*[load] * EXECUTORS)


PEER = Peer("dbos", 1200, "PostgreSQL's default durability; 2 executors, 4 cases each", install, run)
