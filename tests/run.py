"""`make test`: the tests side by side, then those in a browser two by two, then what failed once more, alone.

Real servers, real clocks, busy cores: only a second failure counts, but every second run is named, since a test that
needs one hides something. What could not run for want of a right or a program is named last, with its reason.
"""

import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

WORKERS = int(os.environ.get("TEST_WORKERS", (os.cpu_count() or 1) + 1))
"""Processes that run tests; one more than cores, since much of the time is spent waiting for real clocks."""
# In our own order (tests/conftest.py), each file in one process: its tests may share a system.
FILES = ("--dist", "loadfile", "--no-loadscope-reorder")
PASSES = {
    "side-by-side": ("-n", str(WORKERS), *FILES, "-m", "not browser", "--cache-clear"),
    # A browser keeps more than one core busy: three of them beside servers are slow enough to fail.
    "browsers": ("-n", "2", *FILES, "-m", "browser"),
}
SLOWEST = 20
NOTHING_COLLECTED = 5


@dataclass
class Results:
    """What became of the tests of one or more runs, by name."""

    seconds: dict[str, float] = field(default_factory=dict)
    passed: set[str] = field(default_factory=set)
    failed: set[str] = field(default_factory=set)
    not_run: dict[str, str] = field(default_factory=dict)
    """The reason of each that was left out."""

    def read(self, file: Path) -> None:
        """Adds a JUnit file as pytest writes it."""
        for case in ElementTree.parse(file).iter("testcase"):
            name = f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}"
            self.seconds[name] = float(case.get("time", 0))
            if (skipped := case.find("skipped")) is not None:
                self.not_run[name] = skipped.get("message", "")
            elif case.find("failure") is not None or case.find("error") is not None:
                self.failed.add(name)
            else:
                self.passed.add(name)


def pytest(folder: Path, name: str, results: Results, *arguments: str) -> int:
    """One run of pytest: its exit code; what became of its tests is added to `results`."""
    file = folder / f"{name}.xml"
    command = [sys.executable, "-m", "pytest", f"--junitxml={file}", *arguments]
    code = subprocess.run(command, check=False).returncode
    if file.exists():
        results.read(file)
    return 0 if code == NOTHING_COLLECTED else code


def main(arguments: Sequence[str]) -> int:
    """Arguments go to pytest. Returns 0 if every test passed, at least in its second run, and there was one."""
    with tempfile.TemporaryDirectory(prefix="lianshen-tests-") as made:
        folder, results, again = Path(made), Results(), Results()
        codes = [pytest(folder, name, results, *how, *arguments) for name, how in PASSES.items()]
        code = next(filter(None, codes), 0)
        if code:
            print("running what failed once more, alone", flush=True)
            once_more = ("--last-failed", "--last-failed-no-failures", "none")
            second = pytest(folder, "again", again, *once_more, *arguments)
            # A first run that failed without naming a test (a file that cannot be read) has nothing to run once more.
            code = second if results.failed and results.failed <= again.passed | again.failed else code
    print("\n".join(summary(results, again)))
    return int(bool(code) or not results.passed)


def summary(results: Results, again: Results) -> list[str]:
    """The last lines: the slowest, who needed a second run, who was not run and why, and the count."""
    lines = [f"the slowest {SLOWEST}:"]
    slowest = sorted(results.seconds.items(), key=lambda item: -item[1])[:SLOWEST]
    lines += [f"  {seconds:6.1f} s  {name}" for name, seconds in slowest]
    second = sorted(results.failed & again.passed)
    lines += [f"NEEDED A SECOND RUN: {name}" for name in second]
    lines += [f"FAILED: {name}" for name in sorted((results.failed - again.passed) | again.failed)]
    reasons = Counter(results.not_run.values())
    lines += [f"NOT RUN: {count} of the tests: {reason}" for reason, count in reasons.items()]
    passed = len(results.passed | again.passed)
    lines.append(f"{passed} passed, {len(second)} of them in a second run; {len(results.not_run)} not run")
    return lines


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
