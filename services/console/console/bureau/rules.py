"""The rules of a draw as a form, and as the file that is posted; allocation refuses any other spelling of it."""

import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from chassis.http.pages.posted import Posted
from contracts.draws.draw import Draw, Stage
from contracts.homes.home import HomeFile, Stands
from contracts.projects.project import SaleProject

PARTIES = ("housing-bureau", "project-unit", "notary", "discipline-inspection", "families")


@dataclass(frozen=True)
class TypedRules:
    """What the form holds."""

    dice: str = "20"
    public: str = ""
    public_format: str = ""
    parties: str = "\n".join(PARTIES)
    held_at: str = ""
    place: str = ""

    @classmethod
    def read(cls, posted: Posted) -> "TypedRules":
        return cls(**{name: posted.one(name) for name in cls.__dataclass_fields__})


def rules_file(typed: TypedRules, project: SaleProject, serial: str, homes: Mapping[str, HomeFile]) -> str:
    """JSON as docs/draw.md has it. Raises ValueError for dice that are no number."""
    said = {
        "project": project.name,
        "serial": serial,
        "dice": int(typed.dice),
        "public": typed.public,
        "public_format": typed.public_format,
        "parties": typed.parties.split(),
        "pools": pools_of(project, homes),
    }
    return json.dumps(said, ensure_ascii=False, indent=1) + "\n"


def pools_of(project: SaleProject, homes: Mapping[str, HomeFile]) -> dict[str, Any]:
    """As the project announced them, with as many homes as are free."""
    free = Counter(
        home.data.pool
        for home in homes.values()
        if home.project == project.name and home.stands is Stands.FREE and home.data is not None
    )
    return {
        pool.name: {
            "homes": free[pool.name],
            "substitutes": pool.substitutes,
            "reserved": [[one.group, one.homes] for one in pool.reserved],
        }
        for pool in project.says.pools
    }


def rules_of(draw: Draw) -> dict[str, Any]:
    """As they were announced, when they were checked."""
    assert draw.announced is not None
    found: dict[str, Any] = json.loads(draw.announced.rules)
    return found


def next_serial(draws: Mapping[str, Stage]) -> str | None:
    """Of the draw that may be announced: the first, or the one after a draw that was void or is published."""
    if any(stage not in (Stage.VOID, Stage.PUBLISHED) for stage in draws.values()):
        return None
    return str(max(map(int, draws), default=0) + 1)
