"""`python -m benchmarks`; on a bare clone it makes `.venv` first, as `make` does, and goes on in there."""

import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

CHECKOUT = Path(__file__).resolve().parent.parent
PYTHON = CHECKOUT / ".venv" / "bin" / "python"
NEEDED = "nkeys"
"""Comes with Lianshen's dependencies and with nothing else."""


def go_on_in_the_venv() -> None:
    """Starts this command again where Lianshen is installed."""
    made = subprocess.run(["make", f"PYTHON={sys.executable}", ".venv/runtime"], cwd=CHECKOUT, stdout=sys.stderr)
    if made.returncode or Path(sys.prefix) == PYTHON.parent.parent:
        sys.exit(f"{CHECKOUT / '.venv'} lacks what Lianshen needs; `make clean` and try again")
    os.execv(PYTHON, [str(PYTHON), "-m", "benchmarks", *sys.argv[1:]])


if __name__ == "__main__":
    if find_spec(NEEDED) is None:
        go_on_in_the_venv()
    from benchmarks.command import main

    sys.exit(main())
