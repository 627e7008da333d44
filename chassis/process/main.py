"""`python -m <service>`: settings, logs and the loop of one process."""

import asyncio
import gc
import logging
import os
import sys
from datetime import timedelta
from pathlib import Path

import uvloop
from pydantic import ValidationError

from chassis.clock import WALL, TurnedClock
from chassis.http.limits import allow_files
from chassis.process.process import Process
from chassis.process.scheduling import run_as_batch
from chassis.process.service import Service
from chassis.process.settings import Settings
from chassis.telemetry.logs import log_as_json

log = logging.getLogger(__name__)


def _collect_seldom() -> None:
    """What was imported lives as long as the process; looking through it again and again took a quarter of a case."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(150_000, 50, 100)


def main(*services: Service) -> None:
    """`python -m <service>`: runs until told to end, and ends the interpreter with the process's exit code."""
    try:
        settings = Settings()
    except ValidationError as error:
        sys.exit(str(error))
    log_as_json(settings.log_level)
    allow_files()
    run_as_batch()
    _collect_seldom()
    ahead = settings.drill_clock_ahead_days
    clock = WALL if ahead is None else TurnedClock(timedelta(days=ahead))
    run_file = os.environ.get("LIANSHEN_RUN_FILE")
    process_of = Process(services, settings, Path(run_file) if run_file else None, clock)
    try:
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            code = runner.run(process_of.run())
    except (ValidationError, OSError, LookupError) as error:
        # A setting of a service, a key that is missing: they say what mends them.
        log.error("ended: %s", error)
        code = 1
    sys.exit(code)
