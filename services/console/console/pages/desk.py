"""What waits for whoever is signed in, by due date: with what it decides and what happens if nobody acts."""

from fastapi import Response

from console.pages.shown import shown
from console.projection.waiting import MOST_AT_ONCE, desk
from console.visit import Visit
from console.who import Role
from contracts.case.waits import OFFICER, OPERATIONS

BY_ROLE = {Role.OFFICER: OFFICER, Role.HEAD: OFFICER, Role.OPERATIONS: OPERATIONS}


async def my_desk(visit: Visit) -> Response:
    mine = tuple(dict.fromkeys(whom for role, whom in BY_ROLE.items() if role in visit.me.roles))
    tasks = desk(visit.console.views.projection, mine)
    proposed = visit.console.views.proposals.all() if OFFICER in mine else []
    second = [one for one in proposed if one.may_be_approved_by(visit.me)]
    held = visit.console.views.assignments.now(visit.now)
    others = {number for number, one in held.items() if not one.is_of(visit.me)}
    return shown(
        visit,
        "desk.html",
        tasks=[task for task in tasks if task.number not in others],
        with_others=[task for task in tasks if task.number in others],
        held=held,
        most=MOST_AT_ONCE,
        second=second,
    )
