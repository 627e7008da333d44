"""`python -m lianshen.simulation --world DIR --department NAME`: simulated departments in a process of their own."""

import argparse
import asyncio
import logging
import os
import signal
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import uvloop

from lianshen.simulation.answers import DEPARTMENTS
from lianshen.simulation.faults import BadProfile, profiles
from lianshen.simulation.registers import Reread, Unreadable, files_of
from lianshen.simulation.responder import Gone, Responder
from lianshen.simulation.signing import NoKey, signing_with

log = logging.getLogger("simulated")
HELP = """\
Departments that answer from the CSV registers of a world, over the real bus, each over a connection of its own.
Each is a NATS service: `$SRV.PING` finds it, and questions go to department.NAME.query.v1.
"""
EXAMPLES = """\
examples:
  one department, healthy:
    python -m lianshen.simulation --world examples/worlds/sample --department tax
  two in one process, each with its own key (keys/tax.seed, keys/housing.seed), misbehaving as the world says:
    python -m lianshen.simulation --world examples/worlds/sample --department tax --department housing \\
        --credentials keys --faults examples/worlds/sample/faults.toml --since $(date +%s)

"ready: NAME" on stderr says that a department plays its part. SIGTERM: what was asked is answered, then it ends.
Exit status: 0 ended by a signal, 1 the bus does not take a department, 2 something given here cannot be used.
"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Returns the exit status; 2 comes as SystemExit from argparse."""
    parser = _parser()
    given = parser.parse_args(arguments)
    logging.basicConfig(level=logging.INFO, format="%(levelname)s %(message)s")
    try:
        responders = _responders(given)
    except (BadProfile, Unreadable, NoKey, argparse.ArgumentTypeError) as problem:
        parser.error(str(problem))
    return uvloop.run(_play(responders))


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        "python -m lianshen.simulation",
        description=HELP,
        epilog=EXAMPLES,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    here = parser.add_argument
    here(
        "--world",
        type=_folder,
        action="append",
        required=True,
        metavar="DIR",
        help="folder of registers; a missing file is empty; several are answered from as one",
    )
    here(
        "--department",
        action="append",
        choices=DEPARTMENTS,
        required=True,
        metavar="NAME",
        help=f"one of {', '.join(DEPARTMENTS)}; may be given several times",
    )
    here(
        "--nats",
        default=os.environ.get("NATS_URL", "nats://127.0.0.1:4222"),
        metavar="URL",
        help="the bus; several, comma separated (default: $NATS_URL, else %(default)s)",
    )
    keys = parser.add_mutually_exclusive_group()
    keys.add_argument("--seed-file", type=_file, metavar="FILE", help="nkey seed that every connection uses")
    keys.add_argument("--credentials", type=_folder, metavar="DIR", help="folder with a NAME.seed for each department")
    here("--signing", type=_folder, metavar="DIR", help="folder with a NAME.jwk for each department that signs")
    here("--faults", type=_file, metavar="FILE", help="fault profile (faults.toml); healthy without one")
    here(
        "--since",
        type=float,
        default=os.environ.get("SIMULATED_SINCE", str(time.time())),
        metavar="EPOCH",
        help="when the profile's windows begin to count, one instant for all processes "
        "(default: $SIMULATED_SINCE, else now)",
    )
    return parser


def _responders(given: argparse.Namespace) -> list[Responder]:
    faults = profiles(given.faults)
    responders = []
    for name in dict.fromkeys(given.department):
        for file in files_of(name):
            if not any((world / f"{file}.csv").exists() for world in given.world):
                log.warning("%s: the world has no %s.csv; the register is empty", name, file)
        seed = _file(str(given.credentials / f"{name}.seed")) if given.credentials else given.seed_file
        key = given.signing / f"{name}.jwk" if given.signing else None
        sign = signing_with(key) if key is not None and key.exists() else None
        registers = Reread(name, *given.world)
        responders.append(Responder(name, registers, faults[name], given.since, given.nats, seed, sign))
    return responders


async def _play(responders: Sequence[Responder]) -> int:
    def leave() -> None:
        for responder in responders:
            responder.leave()

    async def played(responder: Responder) -> bool:
        try:
            await responder.run()
        except Gone as gone:
            log.error("%s", gone)
            return False
        finally:
            # None plays on alone: a process that is half there would look healthy to whoever started it.
            leave()
        return True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, leave)
    return 0 if all(await asyncio.gather(*map(played, responders))) else 1


def _folder(text: str) -> Path:
    if not (path := Path(text)).is_dir():
        raise argparse.ArgumentTypeError(f"there is no folder {text}")
    return path


def _file(text: str) -> Path:
    if not (path := Path(text)).is_file():
        raise argparse.ArgumentTypeError(f"there is no file {text}")
    return path


if __name__ == "__main__":
    sys.exit(main())
