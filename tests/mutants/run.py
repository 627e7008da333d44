"""Runs mutants, never in the working tree: good tests go red on every one.

A process that has loaded what is not ours forks once a mutant: the child finds the changed module in the place of the
real one, and runs the tests that are named to kill it. `python -m tests.mutants.run [PART OF A NAME …]`.
"""

import importlib
import json
import os
import sys
import time
from collections.abc import Iterable, Iterator, Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, SourceFileLoader
from importlib.util import spec_from_file_location
from types import CodeType
from typing import NamedTuple

from tests.mutants.mutant import ROOT, Mutant, mutants

AT_ONCE = 2
LONGEST = 60
"""Seconds; tests that take longer on a mutant have noticed it, too."""
NOT_OURS = (
    "pytest",
    "pytest_asyncio",
    "hypothesis",
    "pydantic",
    "httpx",
    "nats",
    "jwt",
    "nacl",
    "tenacity",
    "uvicorn",
)
WITH = ("-x", "-q", "-p", "no:cacheprovider", "--noconftest")
RED = 1
"""What pytest ends with if a test failed; anything else but 0 says that no test was run at all."""


class Job(NamedTuple):
    """Tests, and the mutant they are to kill; none: they must be green."""

    name: str
    tests: tuple[str, ...]
    mutant: Mutant | None = None


class Ran(NamedTuple):
    """How pytest ended, and after how many seconds."""

    name: str
    code: int
    seconds: float


class Changed(SourceFileLoader):
    """Loads another text than its file's; nothing of it is kept on disk."""

    def __init__(self, name: str, path: str, source: str) -> None:
        super().__init__(name, path)
        self.source = source

    def get_code(self, fullname: str) -> CodeType:
        return compile(self.source, self.path, "exec", dont_inherit=True)


class Instead(MetaPathFinder):
    """Finds the changed module before anybody finds the real one."""

    def __init__(self, mutant: Mutant) -> None:
        self.name, self.path, self.source = mutant.module, str(ROOT / mutant.path), mutant.source

    def find_spec(self, fullname: str, path: Sequence[str] | None, target: object = None) -> ModuleSpec | None:
        if fullname != self.name:
            return None
        return spec_from_file_location(fullname, self.path, loader=Changed(fullname, self.path, self.source))


def run(jobs: Iterable[Job]) -> Iterator[Ran]:
    """Each job in a child of its own, two at a time, in the order in which they end."""
    for name in NOT_OURS:
        importlib.import_module(name)
    assert "contracts" not in sys.modules, "whatever is loaded already cannot be changed"
    waiting, running = list(jobs)[::-1], dict[int, tuple[Job, float]]()
    while waiting or running:
        while waiting and len(running) < AT_ONCE:
            job = waiting.pop()
            running[_started(job)] = job, time.monotonic()
        ended, status = os.waitpid(-1, os.WNOHANG)
        now = time.monotonic()
        if ended:
            job, began = running.pop(ended)
            yield Ran(job.name, os.waitstatus_to_exitcode(status), now - began)
            continue
        for late in [pid for pid, (_, began) in running.items() if now - began > LONGEST]:
            os.kill(late, 9)
        time.sleep(0.01)


def _started(job: Job) -> int:
    child = os.fork()
    if child:
        return child
    try:
        os._exit(_tested(job))
    finally:
        os._exit(70)


def _tested(job: Job) -> int:
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    import pytest

    if job.mutant is not None:
        sys.meta_path.insert(0, Instead(job.mutant))
    return int(pytest.main([*WITH, *(str(ROOT / test) for test in job.tests)]))


def main(parts: Sequence[str]) -> int:
    """One line of JSON a job."""
    chosen = [
        it
        for it in (*mutants("rules"), *mutants("edge"))
        if not parts or any(part in str(it) or part == it.path for part in parts)
    ]
    killers = dict.fromkeys(it.killers for it in chosen)
    jobs = [Job(f"unchanged: {' '.join(tests)}", tests) for tests in killers]
    jobs += [Job(str(it), it.killers, it) for it in chosen]
    for ran in run(jobs):
        print(json.dumps(ran._asdict(), ensure_ascii=False), flush=True)
    return 0


if __name__ == "__main__":
    os.chdir(ROOT)
    sys.exit(main(sys.argv[1:]))
