"""Celery over Redis: a chord of six tasks and a callback a case."""

from benchmarks.figures import Figures
from benchmarks.install import Kit
from benchmarks.peers.peer import A_CALL, Peer
from benchmarks.stage import Stage, free_port, listens

# On two cores, cases a second: two prefork workers with 4, 8, 16 and 32 cases under way 91, 80, 82 and 79; one worker
# with 3 and 24 88 and 57; three workers with 3, 4 and 24 104, 82 and 63; four with 4 and 32 45 and 86. A prefetch of 1
# cost a quarter (60); 4 and 32 are alike. A Unix socket instead of TCP was no faster.
WORKERS = 2
PREFETCH = 4
AT_ONCE = 4
WARM = 20


def install(kit: Kit) -> dict[str, str]:
    # packaging: kombu needs it and does not say so.
    kit.pip("celery[redis]", "hiredis", "packaging")
    kit.debian("redis-server", "redis-server")
    return {"celery": kit.version("celery"), "redis (client)": kit.version("redis")}


def run(kit: Kit, cases: int) -> Figures:
    port = free_port()
    with Stage("celery") as stage:
        redis = kit.debian("redis-server", "redis-server")
        # appendfsync stays at its default, once a second.
        where = ("--bind", "127.0.0.1", "--port", port, "--dir", stage.folder)
        stage.start("redis", redis, *where, "--appendonly", "yes")
        stage.until(lambda: listens(port), "Redis")
        environment = {"BENCH_REDIS": f"redis://127.0.0.1:{port}/0", "BENCH_PREFETCH": str(PREFETCH)}
        spare = ("--without-gossip", "--without-mingle", "--without-heartbeat", "--loglevel", "warning")
        worker = (kit.bin / "celery", "-A", "benchmarks.apps.celery_app", "worker", "--concurrency", WORKERS, *spare)
        stage.start("worker", *worker, env=environment)
        load = (kit.python, "-m", "benchmarks.apps.celery_load", "--cases", cases, "--at-once", AT_ONCE)
        return stage.measure((*load, "--warm", WARM), env=environment)


PEER = Peer("celery", 1000, A_CALL, "Redis appends, fsync once a second; 2 workers, 4 cases at a time", install, run)
