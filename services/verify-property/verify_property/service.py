"""verify-property: asks two departments about the homes of a family."""

from chassis.process.permissions import of_departments
from chassis.process.service import Context, Parts, Service
from chassis.process.settings import Settings
from inquiry.verifying_service import build_verifying, durables_for
from procedures.registry import PROCEDURES

NAME = "verify-property"
DEPARTMENTS = PROCEDURES.asked_by(NAME)


def build(context: Context, settings: Settings) -> Parts:
    return build_verifying(NAME, DEPARTMENTS, PROCEDURES, context)


ASKED = tuple(department.name for department in DEPARTMENTS)
SERVICE = Service(
    NAME,
    durables_for(NAME, DEPARTMENTS),
    build,
    writes=of_departments(*ASKED),
    keys=("question",),
    asks=ASKED,
    manages=ASKED,
    follows_register=True,
)
