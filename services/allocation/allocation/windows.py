"""Opens and closes the registration of projects by the calendar."""

import asyncio
import logging

import nats.errors

from allocation.decide.projects import by_the_clock
from allocation.desk import Desk
from chassis.errors import ChassisError, Conflict
from chassis.log.journal import Change
from evidence.projects_in_force import LOOKS_AT_PROJECTS
from evidence.streams import PROJECTS

log = logging.getLogger(__name__)


async def run_windows(desk: Desk) -> None:
    """Until cancelled. Others may do the same, and one is first."""
    while True:
        try:
            for project in (await desk.projects.look()).values():
                if events := by_the_clock(project.state, desk.now()):
                    await desk.journal.append_together(Change(PROJECTS, project, events))
        except Conflict:
            pass
        except (ChassisError, nats.errors.Error, TimeoutError):
            log.warning("projects cannot be read or written now; trying again")
        await asyncio.sleep(LOOKS_AT_PROJECTS * desk.context.settings.open_cases_every)
