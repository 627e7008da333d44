"""`python -P as_old.py FOLDER …`: `lianshen …` by the code in FOLDER; says so in its log, and refuses a mixture.

It runs the code of another version, so it imports nothing of this one.
"""

import runpy
import sys
from pathlib import Path

OURS = ("chassis", "contracts", "evidence", "inquiry", "lianshen", "procedures")


def main() -> None:
    root = Path(sys.argv.pop(1))
    import lianshen.catalog  # every service, and all that they stand on

    services = {service.build.__module__.partition(".")[0] for service in lianshen.catalog.SERVICES.values()}
    for name, module in list(sys.modules.items()):
        ours = name.partition(".")[0] in {*OURS, *services}
        if ours and module.__file__ is not None and not Path(module.__file__).is_relative_to(root):
            sys.exit(f"{name} is {module.__file__}, and no code of {root}")
    print(f"code of {root}", flush=True)
    runpy.run_module("lianshen", run_name="__main__", alter_sys=True)


if __name__ == "__main__":
    main()
