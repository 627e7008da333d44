"""Nothing personal is shown before it stands in the log that it was looked at."""

from pathlib import Path

import pytest
from console.looks import MAY
from console.route import BUREAU
from console.who import Role

from contracts.looks import REASONS, LookReason
from tests.support.console import CASE, FAMILY, ROUTED, Stage


@pytest.fixture
def stage(tmp_path: Path) -> Stage:
    return Stage(tmp_path, ROUTED)


async def test_a_look_is_on_record_before_the_page_is_sent(stage: Stage) -> None:
    async with stage.browser(Role.OFFICER, name="王敏") as browser:
        assert (await browser.get(f"/tried/{CASE}?reason=decide")).text == FAMILY
    (look,) = stage.looks
    assert (look.application, look.by, look.role, look.reason, look.what) == (
        *(CASE, "王敏", "officer"),
        *(LookReason.DECIDE, "case"),
    )
    assert look.at == stage.clock.now()
    assert FAMILY not in look.model_dump_json()


async def test_while_the_bus_is_away_no_name_is_shown(stage: Stage) -> None:
    async with stage.browser(Role.OFFICER) as browser:
        stage.bus_is_away = True
        page = await browser.get(f"/tried/{CASE}?reason=decide")
        assert page.status_code == 503
        assert FAMILY not in page.text
        assert "查看无法登记" in page.text


@pytest.mark.parametrize("reason", ["", "curiosity", "fault", "decide "])
async def test_without_a_reason_of_their_role_nobody_looks(stage: Stage, reason: str) -> None:
    async with stage.browser(Role.OFFICER) as browser:
        page = await browser.get(f"/tried/{CASE}", params={"reason": reason})
    assert page.status_code == 403
    assert FAMILY not in page.text
    assert stage.looks == []


async def test_one_record_a_person_a_case_a_reason_and_an_hour(stage: Stage) -> None:
    async def look(reason: str, role: Role = Role.HEAD, name: str = "王敏", case: str = CASE) -> str:
        async with stage.browser(role, account=f"{role}-{name}".lower(), name=name) as browser:
            await browser.get(f"/tried/{case}?reason={reason}")
        return stage.looks[-1].subject

    first = await look("decide")
    assert first.startswith(f"look.{CASE}.")
    stage.clock.move(minutes=59)
    assert await look("decide") == first
    stage.clock.move(minutes=1)
    others = {
        first,
        await look("decide"),
        await look("supervision"),
        await look("decide", name="李强"),
    }
    assert len(others) == 4


async def test_a_look_at_an_objection_says_no_more_than_that(stage: Stage) -> None:
    async with stage.browser(Role.HEAD) as browser:
        await browser.get(f"/tried/{CASE}?reason=objection")
    assert stage.looks[0].what == "objection"
    assert REASONS[LookReason.OBJECTION] == ("处理对您公示信息的异议", "objection to your entry")


def test_every_reason_can_be_read_and_given_by_somebody() -> None:
    assert set(REASONS) == set(MAY) == set(LookReason)
    assert set().union(*MAY.values()) == {*BUREAU, Role.PROJECT_UNIT}
