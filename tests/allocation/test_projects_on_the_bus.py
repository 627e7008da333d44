"""A project on a real bus: announced with its homes in one batch, priced, approved, opened and closed by the clock."""

from datetime import timedelta

import pytest

from chassis.errors import CommandRefused
from chassis.log.journal import Journal
from contracts.local_time import SHANGHAI
from evidence.projects_in_force import ProjectsInForce
from procedures.hainan_2025.projects import load_projects
from tests.allocation.announced import PER_M2, a_priced_project, an_announcement, approval
from tests.allocation.stage import Stage, allocation
from tests.bus.wire import whole_log
from tests.support.real_bus import RealBus
from tests.support.waiting import until


async def names(stage: Stage) -> list[str]:
    return [stored.headers["ce-type"] for stored in await whole_log(stage.journal)]


async def test_a_project_from_its_announcement_to_its_end(real_bus: RealBus) -> None:
    async with allocation(real_bus) as stage:
        await a_priced_project(stage)
        await until(lambda: _has(stage, "RegistrationOpened"))
        shown = await stage.do("show-project", project="P-1")
        assert shown["takes_applications"] is True
        assert [one["price"] for one in shown["prices"]] == ["221382.00", "221382.00"]
        stage.turn(31)
        await until(lambda: _has(stage, "RegistrationClosed"))
        ended = await stage.do("close-project", project="P-1", goes_to="the next project", by="unit 1")
        assert ended["closing"]["remaining"] == ["P-1-0001", "P-1-0002"]
        assert await names(stage) == [
            *("ProjectAnnounced", "HomeListed", "HomeListed", "PriceDetermined", "PriceApproved"),
            *("RegistrationOpened", "RegistrationClosed", "ProjectClosed"),
        ]
        today = stage.clock.now().astimezone(SHANGHAI).date()
        again = an_announcement(today, "P-2") | {"homes": an_announcement(today)["homes"]}
        listed = await stage.do("announce", says=again, by="unit 1")
        assert (listed["homes"], listed["homes_now"]["free"]) == (2, 2)


async def _has(stage: Stage, kind: str) -> bool:
    return kind in await names(stage)


async def test_what_is_refused_says_why_and_writes_nothing(real_bus: RealBus) -> None:
    async with allocation(real_bus) as stage:
        await a_priced_project(stage)
        today = stage.clock.now().astimezone(SHANGHAI).date()
        await until(lambda: _has(stage, "RegistrationOpened"))
        before = await names(stage)
        for verb, request, status in (
            ("announce", {"says": an_announcement(today)}, 409),
            ("announce", {"says": an_announcement(today, "P-2") | {"homes": an_announcement(today)["homes"]}}, 409),
            ("announce", {"says": an_announcement(today, "P.2")}, 422),
            ("determine-price", {"project": "P-1", "per_m2": PER_M2 | {"profit": "140.01"}}, 409),
            ("determine-price", {"project": "P-9", "per_m2": PER_M2}, 404),
            ("approve-price", {"project": "P-1", "determination": 1, **approval(today)}, 409),
            ("close-project", {"project": "P-1", "goes_to": "nowhere"}, 409),
        ):
            with pytest.raises(CommandRefused) as refused:
                await stage.do(verb, **request, by="unit 1")
            assert refused.value.status == status, (verb, refused.value.detail)
        assert await names(stage) == before


async def test_a_form_may_name_a_project_of_the_log_and_the_log_is_right_where_a_file_says_otherwise(
    real_bus: RealBus, journal: Journal
) -> None:
    of_file = load_projects()
    projects = ProjectsInForce(of_file, journal.history)
    async with allocation(real_bus) as stage:
        await projects.look()
        assert dict(projects) == of_file
        await a_priced_project(stage, "HN-2026-01", title="another title")
        await a_priced_project(stage, "P-2")
        await projects.look()
    today = stage.clock.now().astimezone(SHANGHAI).date()
    assert {name: project.title for name, project in projects.items()} == projects.titles
    assert projects.titles == {"HN-2026-01": "another title", "P-2": "海南区第一批（演示）"}
    assert projects["P-2"].is_open(today)
    assert not projects["P-2"].is_open(today + timedelta(days=31))
