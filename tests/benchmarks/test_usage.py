import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import pytest

from lianshen.bench.usage import Watch, cpu_seconds, pss_mb, tree

BURN = "import time\nend = time.process_time() + {seconds}\nwhile time.process_time() < end: pass\n"
HOLD = "held = bytearray(b'x' * {size})\nprint('ready', flush=True)\ninput()\n"


@contextmanager
def running(*command: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    try:
        yield process
    finally:
        process.kill()
        process.communicate()


def test_a_tree_has_the_children_of_children_and_nobody_else() -> None:
    child = f"import subprocess\nsubprocess.run([{sys.executable!r}, '-c', {HOLD.format(size=1)!r}])"
    with running(sys.executable, "-c", child) as parent, running("sleep", "60") as stranger:
        assert parent.stdout is not None
        parent.stdout.readline()
        found = tree(parent.pid)
        assert parent.pid in found
        assert len(found) == 2
        assert stranger.pid not in found
        assert tree(parent.pid, stranger.pid) == found | {stranger.pid}


def test_a_process_that_has_gone_has_no_tree_and_costs_nothing() -> None:
    with running("true") as gone:
        gone.wait()
    assert tree(gone.pid) == set()
    assert cpu_seconds([gone.pid]) == 0
    assert pss_mb([gone.pid]) == 0


def test_cpu_of_a_child_counts_after_it_has_ended() -> None:
    work = BURN.format(seconds=0.3)
    parent = (
        f"import subprocess\nsubprocess.run([{sys.executable!r}, '-c', {work!r}])\nprint('done', flush=True)\ninput()"
    )
    with running(sys.executable, "-c", parent) as process:
        assert process.stdout is not None
        process.stdout.readline()
        alone = tree(process.pid)
        assert alone == {process.pid}
        assert 0.28 <= cpu_seconds(alone) < 2


def test_a_name_with_spaces_and_brackets_is_no_trouble() -> None:
    named = "import ctypes\nctypes.CDLL(None).prctl(15, b'a) b (c 9')\n" + HOLD.format(size=1)
    with running(sys.executable, "-c", named) as process:
        assert process.stdout is not None
        process.stdout.readline()
        assert tree(process.pid) == {process.pid}
        assert cpu_seconds([process.pid]) < 5


def test_memory_is_in_megabytes_of_a_million() -> None:
    with (
        running(sys.executable, "-c", HOLD.format(size=1)) as small,
        running(sys.executable, "-c", HOLD.format(size=50_000_000)) as large,
    ):
        for process in (small, large):
            assert process.stdout is not None
            process.stdout.readline()
        assert pss_mb([large.pid]) - pss_mb([small.pid]) == pytest.approx(50, abs=5)


def test_a_watch_keeps_the_peak_of_a_process_that_gave_its_memory_back() -> None:
    hold = "import time\nheld = bytearray(b'x' * 80_000_000)\ntime.sleep(0.5)\n"
    briefly = hold + "del held\nprint('freed', flush=True)\ninput()"
    with running(sys.executable, "-c", briefly) as process:
        assert process.stdout is not None
        with Watch([process.pid], every=0.05) as watch:
            process.stdout.readline()
        assert watch.peak_pss_mb > 80
        assert pss_mb([process.pid]) < 60
