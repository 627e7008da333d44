"""`make test`: the tests side by side, those in a browser two by two, then each file with a failure again, alone.

By night (NIGHTLY=1) those whose full figures are held by a clock on the wall come last, with nothing beside them.

Real servers, real clocks, busy cores: only a test that fails twice has failed; every one that needed another run is
named, since it hides something. What could not run for want of a right or a program is named last, with its reason.
"""

import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from xml.etree import ElementTree

from tests.running.left_behind import adopt_orphans, end_children, run_whole

WORKERS = int(os.environ.get("TEST_WORKERS", (os.cpu_count() or 1) + 1))
"""Processes that run tests; one more than cores, since much of the time is spent waiting for real clocks."""
# In our own order (tests/conftest.py), each file in one process: its tests may share a system.
FILES = ("--dist", "loadfile", "--no-loadscope-reorder")
PASSES = {
    "side-by-side": ("-n", str(WORKERS), *FILES, "-m", "not browser and not alone", "--cache-clear"),
    # A browser keeps more than one core busy: three of them beside servers are slow enough to fail.
    "browsers": ("-n", "2", *FILES, "-m", "browser"),
}
ALONE = {"alone": ("-m", "alone", "-v", "-s")}
"""Hours: each says its name as it begins, and its figures."""
AGAIN = ("second", "third")
SLOWEST = 20
SOME_FAILED, NOTHING_COLLECTED = 1, 5


@dataclass
class Results:
    """What became of the tests of all runs, by name."""

    seconds: dict[str, float] = field(default_factory=dict)
    held: dict[str, list[bool]] = field(default_factory=dict)
    """Whether it passed, run by run."""
    not_run: dict[str, str] = field(default_factory=dict)
    """The reason of each that was left out."""

    def read(self, file: Path) -> None:
        """Adds a JUnit file as pytest writes it: a test whose end fails stands there twice."""
        run: dict[str, bool] = {}
        for case in ElementTree.parse(file).iter("testcase"):
            name = f"{case.get('classname', '').replace('.', '/')}.py::{case.get('name')}"
            self.seconds.setdefault(name, float(case.get("time", 0)))
            if (skipped := case.find("skipped")) is not None:
                self.not_run[name] = skipped.get("message", "")
            else:
                run[name] = run.get(name, True) and case.find("failure") is None and case.find("error") is None
        for name, passed in run.items():
            self.held.setdefault(name, []).append(passed)

    @property
    def failed(self) -> set[str]:
        """Twice, or in their last run."""
        return {name for name, runs in self.held.items() if runs.count(False) > 1 or not runs[-1]}

    @property
    def passed_again(self) -> set[str]:
        return {name for name, runs in self.held.items() if not all(runs)} - self.failed

    @property
    def undecided(self) -> set[str]:
        """Those that failed once, and last."""
        return {name for name, runs in self.held.items() if not runs[-1] and runs.count(False) == 1}


def pytest(folder: Path, name: str, results: Results, *arguments: str) -> int:
    """One run of pytest: its exit code; what became of its tests is added to `results`."""
    file = folder / f"{name}.xml"
    command = [sys.executable, "-m", "pytest", f"--junitxml={file}", *arguments]
    code = run_whole(command)
    for left in end_children():
        print(f"LEFT BEHIND, now ended: {left}", flush=True)
    if file.exists():
        results.read(file)
    return 0 if code == NOTHING_COLLECTED else code


def main(arguments: Sequence[str]) -> int:
    """Arguments go to pytest. Returns 0 if no test failed twice or last, and there was one."""
    adopt_orphans()
    with tempfile.TemporaryDirectory(prefix="lianshen-tests-") as made:
        folder, results = Path(made), Results()
        passes = PASSES | (ALONE if os.environ.get("NIGHTLY") else {})
        codes = [pytest(folder, name, results, *how, *arguments) for name, how in passes.items()]
        named = bool(results.failed)
        for turn in AGAIN:
            for n, file in enumerate(files_of(results.undecided)):
                print(f"a {turn} run, alone: {file}", flush=True)
                options = (one for one in arguments if not Path(one).exists())
                pytest(folder, f"{turn}-{n}", results, file, *options)
    print("\n".join(summary(results)))
    # A run that was cut short, or that failed without naming a test, is not mended by another one.
    whole = all(code in {0, SOME_FAILED} for code in codes) and (named or not any(codes))
    return int(not whole or bool(results.failed) or not results.held)


def files_of(tests: Iterable[str]) -> list[str]:
    """Whole files: a test may stand on what those before it did to a system that they share."""
    return sorted({file for file, _, _ in (name.partition("::") for name in tests) if Path(file).exists()})


def summary(results: Results) -> list[str]:
    """The last lines: the slowest, who needed another run, who was not run and why, and the count."""
    files: Counter[str] = Counter()
    for name, seconds in results.seconds.items():
        files[name.partition("::")[0]] += seconds
    lines = [f"the slowest {SLOWEST} files, of {sum(files.values()):.0f} s:", *_slowest(files)]
    lines += [f"the slowest {SLOWEST} tests:", *_slowest(Counter(results.seconds))]
    lines += _who_needed_more(results)
    reasons = Counter(results.not_run.values())
    lines += [f"NOT RUN: {count} of the tests: {reason}" for reason, count in reasons.items()]
    passed, again = len(results.held) - len(results.failed), len(results.passed_again)
    lines.append(f"{passed} passed, {again} of them in another run; {len(results.not_run)} not run")
    return lines


def _who_needed_more(results: Results) -> Iterator[str]:
    for name in sorted(results.passed_again):
        yield f"NEEDED A {AGAIN[results.held[name].index(False)].upper()} RUN: {name}"
    for name in sorted(results.failed):
        yield f"FAILED: {name}"


def _slowest(seconds: Counter[str]) -> list[str]:
    return [f"  {took:6.1f} s  {name}" for name, took in seconds.most_common(SLOWEST)]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
