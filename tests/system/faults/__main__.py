"""`python -m tests.system.faults PLAN`: a drill of faults of the bus, with its figures; ends with 1 if one is broken.

python -m tests.system.faults kills-apart --cases 5000 --rate 10             one node, eight minutes
python -m tests.system.faults leader-kill --cases 5000 --rate 10 --nodes 3   three
"""

import argparse
import asyncio
import sys
import tempfile
from pathlib import Path

from tests.system.faults.apart import NOT_RUN, go_inside
from tests.system.faults.disk import why_no_small_disk
from tests.system.faults.drill import Drill
from tests.system.faults.figures import table
from tests.system.faults.plans import PLANS


def main() -> int:
    parser = argparse.ArgumentParser(
        prog="python -m tests.system.faults", description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    about = "\n".join(f"{name}: {plan.about}" for name, plan in PLANS.items())
    parser.add_argument("plan", choices=PLANS, help=about)
    parser.add_argument("--cases", type=int, default=300, help="applications that are handed in")
    parser.add_argument("--rate", type=float, default=10.0, help="how many a second")
    parser.add_argument("--nodes", type=int, choices=(1, 3), help="default: as the plan is meant")
    parser.add_argument("--seed", type=int, default=1, help="of what is left to chance")
    given = parser.parse_args()
    plan = PLANS[given.plan]
    nodes = given.nodes or plan.nodes[0]
    if nodes not in plan.nodes:
        parser.error(f"{given.plan} is for {' or '.join(map(str, plan.nodes))} nodes")
    if plan.apart:
        go_inside()
    return asyncio.run(_drill(given.plan, given.cases, given.rate, nodes, given.seed))


async def _drill(name: str, cases: int, rate: float, nodes: int, seed: int) -> int:
    with tempfile.TemporaryDirectory(prefix="lianshen-faults-") as folder:
        if PLANS[name].small and (why := why_no_small_disk(Path(folder) / "tried")):
            print(f"NOT RUN: {why}")
            return NOT_RUN
        async with Drill.prepared(Path(folder), cases, PLANS[name], nodes) as drill:
            bodies = [path.read_bytes() for path in sorted(Path(folder).glob("world/applications/*.json"))]
            figures = await drill.run(bodies, PLANS[name], rate, seed)
            print(table(f"{name}, {nodes} node{'s' if nodes > 1 else ''}", figures, drill.began))
            broken = figures.broken(PLANS[name].bars_on(nodes))
            print(*(f"BROKEN: {what}" for what in broken), sep="\n")
            return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
