"""Announcing a project, its window, and its end (Art. 15, 25, 26(1), 34). Pure."""

from collections.abc import Collection, Mapping
from datetime import datetime

from allocation.decide.order import undecided
from contracts.case.case import NotAllowed
from contracts.draws.draw import Stage
from contracts.homes.events import HomeListed
from contracts.homes.home import HomeFile, Stands
from contracts.local_time import SHANGHAI
from contracts.projects import ProjectRecord
from contracts.projects.events import (
    Announcement,
    ProjectAnnounced,
    ProjectClosed,
    RegistrationClosed,
    RegistrationOpened,
)
from contracts.projects.project import SaleProject
from procedures.policy import InForce

NAMED_IN_A_WARNING = 20
"""Homes; of more only the number is said."""


def announce(
    project: SaleProject,
    says: Announcement,
    homes: Mapping[str, HomeFile],
    closed: Collection[str],
    law: InForce,
    now: datetime,
    by: str,
) -> tuple[ProjectAnnounced, tuple[HomeListed, ...]]:
    """The project, and each of its homes. `homes` are those that the log knows already, `closed` the projects that
    are over. Raises NotAllowed for a project that was announced before, and for a home that is not to be had."""
    if project.announced is not None:
        raise NotAllowed(f"project {project.name} was announced before: one registration a project (Art. 26(1))")
    for data in says.homes:
        known = homes.get(data.code, HomeFile(data.code))
        if known.stands in (Stands.TAKEN, Stands.LIVED_IN):
            raise NotAllowed(f"home {data.code} belongs to a family")
        if known.stands is Stands.FREE and known.project not in closed:
            raise NotAllowed(f"home {data.code} is offered by project {known.project}, which is not closed")
    announced = ProjectAnnounced(project=says.project, at=now, says=says, warnings=warnings(says, law), by=by)
    return announced, tuple(
        HomeListed(
            home=data.code,
            n=homes.get(data.code, HomeFile(data.code)).next(HomeListed),
            at=now,
            project=says.project,
            data=data,
            by=by,
        )
        for data in says.homes
    )


def warnings(says: Announcement, law: InForce) -> tuple[str, ...]:
    """What a person should look at again; the law says "in principle", so it refuses nothing (Art. 15)."""
    smallest, largest = law.new_home_area
    outside = [home.code for home in says.homes if not smallest <= home.area <= largest]
    if says.stock != "new" or not outside:
        return ()
    named = ", ".join(outside) if len(outside) <= NAMED_IN_A_WARNING else f"{len(outside)} homes"
    return (f"outside {smallest} to {largest} m2 (Art. {law.article('new_home_area_m2')}): {named}",)


def by_the_clock(project: SaleProject, now: datetime) -> tuple[ProjectRecord, ...]:
    """Registration opens and closes on the days of its window, in Shanghai; it opens only with a published price."""
    if project.announced is None or project.closed_at is not None or project.closed is not None:
        return ()
    today = now.astimezone(SHANGHAI).date()
    if today > project.says.registration_closes:
        return (RegistrationClosed(project=project.name, at=now),)
    if project.opened_at is None and project.takes_applications(today):
        return (RegistrationOpened(project=project.name, at=now),)
    return ()


def close(
    project: SaleProject,
    homes: Mapping[str, HomeFile],
    goes_to: str,
    now: datetime,
    by: str,
    draws: Mapping[str, Stage] | None = None,
) -> ProjectClosed:
    """What was sold and what remains (Art. 34). Raises NotAllowed while families may register, are drawn or choose."""
    if project.closed is not None:
        raise NotAllowed("the project is closed already")
    if now.astimezone(SHANGHAI).date() <= project.says.registration_closes:
        raise NotAllowed(f"registration runs until {project.says.registration_closes}")
    if project.choosing is not None and not project.choosing_over:
        raise NotAllowed("families are still choosing: close choosing first")
    if why := undecided(project, draws or {}):
        raise NotAllowed(why)
    own = [home for home in homes.values() if home.project == project.name]
    remaining = tuple(sorted(home.code for home in own if home.stands is Stands.FREE))
    sold = sum(home.stands in (Stands.TAKEN, Stands.LIVED_IN) for home in own)
    return ProjectClosed(project=project.name, at=now, sold=sold, remaining=remaining, goes_to=goes_to, by=by)
