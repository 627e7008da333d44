"""verify-household: asks four departments about the persons of a family."""

from chassis.run import Context, Parts, Service
from chassis.verify import build_verifying, durables_for
from verify_household.departments import DEPARTMENTS

NAME = "verify-household"


def build(context: Context) -> Parts:
    return build_verifying(NAME, DEPARTMENTS, context)


SERVICE = Service(NAME, durables_for(NAME, DEPARTMENTS), build)
