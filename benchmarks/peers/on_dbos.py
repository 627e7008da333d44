"""DBOS over PostgreSQL: one asynchronous workflow a case, six steps at the same time, then one that decides."""

import os

from benchmarks.figures import Figures
from benchmarks.install import Kit
from benchmarks.peers.peer import A_CALL, Peer
from benchmarks.stage import Stage

# On two cores, cases a second: one executor with 8, 16 and 32 cases under way 70, 76 and 76; two executors with 4 each
# 93-115, with 6 each 108, with 16 and 32 each 79 and 78; three executors 86. Fewer threads than DBOS's default of 64
# helped: with 16, 8 and 6 of them 93, 108 and 115. The pool's ping before every checkout is off.
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
    with stage("dbos") as at:
        load = (
            *(kit.python, "-m", "benchmarks.apps.dbos_app", "--database", database(at, kit)),
            *("--cases", cases // EXECUTORS, "--at-once", AT_ONCE, "--warm", WARM),
            *("--pool", POOL, "--threads", THREADS),
        )
        return at.measure(*[load] * EXECUTORS)


def stage(name: str) -> Stage:
    """PostgreSQL refuses to run as root."""
    return Stage(name, user="postgres" if os.geteuid() == 0 else None)


def database(at: Stage, kit: Kit) -> str:
    """Starts PostgreSQL over an empty database; returns its address. Raises Failed."""
    programs = kit.debian("postgresql", "postgres", POSTGRES).parent
    data = at.folder / "data"
    at.run(programs / "initdb", "-D", data, "-A", "trust", "-U", "bench", "--no-sync", as_user=True)
    # No setting of durability is touched: fsync and synchronous_commit are on by default.
    server = (programs / "postgres", "-D", data, "-k", at.folder, "-c", "listen_addresses=")
    at.start("postgres", *server, as_user=True)
    accepts = (programs / "pg_isready", "-q", "-h", at.folder)
    at.until(lambda: at.succeeds(*accepts), "PostgreSQL")
    at.run(programs / "createdb", "-h", at.folder, "-U", "bench", "review", as_user=True)
    return f"postgresql://bench@/review?host={at.folder}"


PEER = Peer("dbos", 1200, A_CALL, "PostgreSQL's default durability; 2 executors, 4 cases each", install, run)
