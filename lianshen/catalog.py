"""Every service there is, and how the embedded system groups them into processes."""

from determination.service import SERVICE as DETERMINATION
from intake.service import SERVICE as INTAKE
from notify.service import SERVICE as NOTIFY
from publicity.service import SERVICE as PUBLICITY
from verify_household.departments import DEPARTMENTS as ABOUT_PERSONS
from verify_household.service import SERVICE as VERIFY_HOUSEHOLD
from verify_property.departments import DEPARTMENTS as ABOUT_HOMES
from verify_property.service import SERVICE as VERIFY_PROPERTY

from chassis.run import Service
from chassis.subscribe import Durable

SERVICES: dict[str, Service] = {
    service.name: service for service in (INTAKE, VERIFY_HOUSEHOLD, VERIFY_PROPERTY, DETERMINATION, PUBLICITY, NOTIFY)
}

DEPARTMENTS: dict[str, str] = {
    **{department.name: VERIFY_HOUSEHOLD.name for department in ABOUT_PERSONS},
    **{department.name: VERIFY_PROPERTY.name for department in ABOUT_HOMES},
}
"""Each department and the service that asks it."""

TOGETHER: dict[str, tuple[str, ...]] = {
    "decisions": ("intake", "determination", "publicity", "notify"),
    "asking": ("verify-household", "verify-property"),
}
"""Embedded, two processes of ours: imports cost 60 MB each, and two cores are all there is."""


def durables() -> tuple[Durable, ...]:
    """Everything the provisioner makes consumers for."""
    return tuple(durable for service in SERVICES.values() for durable in service.durables)
