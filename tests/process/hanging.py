"""A service whose work swallows its cancellation, run as any service is: `python -m tests.process.hanging SECONDS`."""

import asyncio
import os
import sys
from pathlib import Path

from chassis.process.process import Process
from chassis.process.service import Context, Parts, Service
from chassis.process.settings import Settings
from chassis.telemetry.logs import log_as_json


async def _hangs() -> None:
    while True:
        try:
            await asyncio.sleep(3600)
        except asyncio.CancelledError:
            continue


def _build(context: Context, settings: Settings) -> Parts:
    return Parts(background=(_hangs,))


def main() -> None:
    settings = Settings()
    log_as_json(settings.log_level)
    service = Service("determination", (), _build)
    process = Process((service,), settings, Path(os.environ["LIANSHEN_RUN_FILE"]), end_within=float(sys.argv[1]))
    with asyncio.Runner() as runner:
        code = runner.run(process.run())
    sys.exit(code)


if __name__ == "__main__":
    main()
