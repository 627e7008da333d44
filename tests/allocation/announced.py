"""A small project: what is announced, and its price, as commands take them."""

from datetime import date, timedelta
from typing import Any

from contracts.local_time import SHANGHAI
from tests.allocation.stage import Stage

PER_M2 = {"land": "800.00", "construction": "1900.00", "other": "100.00", "profit": "140.00"}


def an_announcement(today: date, project: str = "P-1", homes: int = 2, **changed: Any) -> dict[str, Any]:
    listed = [
        {"code": f"{project}-{n:04d}", "building": "1", "floor": n, "area": "75.30", "pool": "two-rooms"}
        for n in range(1, homes + 1)
    ]
    return {
        "project": project,
        "title": "海南区第一批（演示）",
        "place": "公乌素镇",
        "way": "offline",
        "stock": "new",
        "registration_opens": today.isoformat(),
        "registration_closes": (today + timedelta(days=30)).isoformat(),
        "method": "an open draw",
        "deposit": {"amount": "20000.00", "working_days": 10},
        "pools": [{"name": "two-rooms", "substitutes": 2}],
        "homes": listed,
        **changed,
    }


async def a_priced_project(stage: Stage, project: str = "P-1", homes: int = 2, **changed: Any) -> None:
    """Announced, and at a price that is approved and published."""
    today = stage.clock.now().astimezone(SHANGHAI).date()
    await stage.do("announce", says=an_announcement(today, project, homes, **changed), by="unit 1")
    await stage.do("determine-price", project=project, per_m2=PER_M2, by="unit 1")
    await stage.do("approve-price", project=project, determination=1, **approval(today), by="officer 7")


def approval(today: date) -> dict[str, Any]:
    return {"document": "乌海发改〔2026〕1号", "document_date": today.isoformat(), "published_on": today.isoformat()}
