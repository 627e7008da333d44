"""verify-property: asks two departments about the homes of a family."""

from chassis.rights import all_of, of_departments
from chassis.run import Context, Parts, Service
from chassis.verify import build_verifying, durables_for
from verify_property.departments import DEPARTMENTS

NAME = "verify-property"


def build(context: Context) -> Parts:
    return build_verifying(NAME, DEPARTMENTS, context)


ASKED = all_of(DEPARTMENTS)
SERVICE = Service(
    NAME,
    durables_for(NAME, DEPARTMENTS),
    build,
    writes=of_departments(*ASKED),
    keys=("question",),
    asks=ASKED,
    cares_for=ASKED,
    follows_register=True,
)
