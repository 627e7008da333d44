"""The alerts over the /metrics of a whole running system: quiet while all is well, and right about who is dead."""

import asyncio
import re
from pathlib import Path

import httpx
import pytest

from lianshen.demo.synthetic_world import make_crowd
from tests.operating.alerts.promql import Scrapes, fires
from tests.operating.alerts.test_alerts import ALERTS
from tests.support.outside import closed_port
from tests.support.running_system import Running, Start
from tests.support.worlds import form_in

pytestmark = pytest.mark.slow
FAMILIES = 8
METRIC = re.compile(r"\b((?:lianshen|process)_[a-z_]+|up)(?=[{\[ ])")


async def scrape(running: Running, scrapes: Scrapes) -> None:
    """Every process of ours, as Prometheus would."""
    async with httpx.AsyncClient(trust_env=False) as client:
        said = {}
        for child in running.system.children.values():
            if child.program.ready_file is not None:
                said[child.program.name] = (await client.get(f"{child.endpoints()['health']}/metrics")).text
    scrapes.scrape(**said)


def firing(scrapes: Scrapes) -> dict[str, list[dict[str, str]]]:
    found = {name: fires(rule["expr"], scrapes) for name, rule in ALERTS.items()}
    return {name: [dict(labels) for labels in series] for name, series in found.items() if series}


def value(scrapes: Scrapes, name: str, **labels: str) -> float | None:
    for (called, said), samples in scrapes.series.items():
        if called == name and labels.items() <= dict(said).items():
            return samples[-1][1]
    return None


async def test_alerts_are_quiet_while_all_is_well_and_name_the_department_and_the_channel_that_are_dead(
    start: Start, tmp_path: Path
) -> None:
    world = make_crowd(tmp_path / "world", FAMILIES)
    running = await start(
        world,
        without=("tax",),
        console=True,
        LIANSHEN_NOTIFY_CHANNELS="folder,mail",
        LIANSHEN_NOTIFY_SMTP_HOST="127.0.0.1",
        LIANSHEN_NOTIFY_SMTP_PORT=str(await closed_port()),
        LIANSHEN_NOTIFY_SMTP_TLS="none",
        LIANSHEN_NOTIFY_SMTP_SENDER="notices@lianshen.example",
        LIANSHEN_NOTIFY_SMTP_RECIPIENT="window@centre.example",
    )
    quiet = Scrapes()
    await scrape(running, quiet)
    assert firing(quiet) == {}

    replies = [await running.post(form_in(world, n), f"a-family-that-waits-{n}") for n in range(FAMILIES)]
    assert {reply.status_code for reply in replies} == {202}
    async with asyncio.timeout(75):
        while True:
            scrapes = quiet.copy()
            await scrape(running, scrapes)
            counted = value(scrapes, "lianshen_cases", state="verifying")
            backlog = value(scrapes, "lianshen_department_backlog", department="tax")
            fire = {"LianshenDepartmentSilent", "LianshenNoticesFail"} <= firing(scrapes).keys()
            if fire and counted == backlog == FAMILIES:
                break
            await asyncio.sleep(0.5)

    found = firing(scrapes)
    assert found.keys() == {"LianshenDepartmentSilent", "LianshenNoticesFail"}
    assert [labels["department"] for labels in found["LianshenDepartmentSilent"]] == ["tax"]
    assert {labels["channel"] for labels in found["LianshenNoticesFail"]} == {"mail"}

    assert value(scrapes, "lianshen_cases", state="verifying") == FAMILIES
    assert value(scrapes, "lianshen_department_backlog", department="tax") == FAMILIES
    assert value(scrapes, "lianshen_department_backlog", department="housing") == 0
    assert (value(scrapes, "lianshen_department_oldest_question_age_seconds", department="tax") or 0) > 0
    assert value(scrapes, "lianshen_answer_duration_seconds_count", department="housing") == FAMILIES
    posted = {"app": "intake", "method": "POST", "route": "/v1/applications", "status": "202"}
    assert value(scrapes, "lianshen_http_request_duration_seconds_count", **posted) == FAMILIES
    assert (value(scrapes, "lianshen_handled_total") or 0) > 0

    # What a rule looks at is there, under just this name: a rule over nothing would be quiet for ever.
    shown = {name for name, _ in scrapes.series}
    looked_at = {name for rule in ALERTS.values() for name in METRIC.findall(rule["expr"])}
    assert looked_at - shown == set()
