"""Every service there is, and how the embedded system groups them into processes."""

from after_care.service import SERVICE as AFTER_CARE
from allocation.service import SERVICE as ALLOCATION
from archive.service import SERVICE as ARCHIVE
from console.service import SERVICE as CONSOLE
from determination.service import SERVICE as DETERMINATION
from intake.service import SERVICE as INTAKE
from notify.service import SERVICE as NOTIFY
from publicity.service import SERVICE as PUBLICITY
from verify_household.service import SERVICE as VERIFY_HOUSEHOLD
from verify_property.service import SERVICE as VERIFY_PROPERTY

from chassis.log.durables import Durable
from chassis.log.key_register import FEED
from chassis.process.service import Service
from lianshen.simulation.answers import DEPARTMENTS as REGISTERS
from procedures.hainan_2025.departments import DEPARTMENTS as ALL_DEPARTMENTS

SERVICES: dict[str, Service] = {
    service.name: service
    for service in (
        *(INTAKE, VERIFY_HOUSEHOLD, VERIFY_PROPERTY, DETERMINATION, PUBLICITY),
        *(ALLOCATION, AFTER_CARE, NOTIFY, ARCHIVE, CONSOLE),
    )
}

DEPARTMENTS: dict[str, str] = {department.name: department.asked_by for department in ALL_DEPARTMENTS}
"""Each department and the service that asks it."""

SIMULATED = tuple(name for name in DEPARTMENTS if name in REGISTERS)
"""The departments that the simulation can play; any other one is attached by whoever has it."""

EMBEDDED_PROCESSES: dict[str, tuple[str, ...]] = {
    "decisions": ("intake", "determination", "publicity", "allocation", "after-care", "notify"),
    "asking": ("verify-household", "verify-property"),
    "archive": ("archive",),
    "console": ("console",),
}
"""Embedded, four processes of ours: imports cost 60 MB each, and two cores are all there is. The archive steps back
behind the others, so it has its own; and so has the console, for which no case ever waits."""

DOUBLED = ("intake", "publicity", "allocation", "verify-household", "verify-property")
"""What a cluster runs twice. Each takes its share of one durable or one port; of the others one is enough, as a case
waits at most for its restart."""

PAGES: dict[str, str] = {
    "kiosk": "a family hands in its application",
    "family": "a family sees where it stands, with the number and the secret of its receipt",
    "board": "the public list, and how to object",
    "draws": "draws in the open: what is posted, the ceremony on a wall, the checker",
    "console": "where staff sign in",
}
"""The HTTP servers that people look at, in the order of an application's life, and who looks."""


def durables() -> tuple[Durable, ...]:
    """Everything the provisioner makes consumers for."""
    return (*(durable for service in SERVICES.values() for durable in service.durables), FEED)
