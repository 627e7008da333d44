"""The console of a running system: who is let in first, and what stands in no log."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path

import httpx
from console.trace.hops import SERVER
from console.trace.span_store import SpanStore

from chassis.telemetry.span_tree import Step, trees
from lianshen.embedded.data_dir import DataDir
from tests.support.running_system import Start
from tests.support.up import lianshen, up
from tests.support.waiting import until
from tests.support.worlds import one_family


async def test_up_serves_the_console_and_the_first_link_stands_in_no_log(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "data")
    async with up(data, "--console") as running:
        (address,) = [line for line in running.said if line.startswith("console: ")]
        url = address.split()[1]
        assert any("lianshen staff first" in line for line in running.said), "stderr is a pipe, not a terminal"
        assert not any("/join/" in line for line in running.said)
        link = (await running.do("staff", "first")).strip()
        assert link.startswith(f"{url}/join/")
        async with httpx.AsyncClient(base_url=url, trust_env=False) as browser:
            assert (await browser.get("/")).headers["location"] == "/sign-in"
            assert "第一个账号" in (await browser.get(link)).text
        assert json.loads(await running.do("staff", "list", "--json")) == []
        added = await running.do("staff", "add", "li", "--name", "李强", "--role", "clerk")
        assert added.startswith(f"{url}/join/")
        code, _, said = await running.cli("staff", "add", "li", "--name", "李强", "--role", "king")
        assert (code, "king" in said) == (1, False)
        secret = link.rsplit("/", 1)[1]
        logs = [path.read_text(errors="replace") for path in data.logs.iterdir()]
        assert not [text for text in logs if secret in text]
        assert [it.name for it in (data.path / "console").iterdir() if it.stat().st_mode & 0o077] == []


async def test_hops_of_the_server_hang_under_the_steps_of_a_case(start: Start, tmp_path: Path) -> None:
    world, form = one_family(tmp_path / "world")
    running = await start(world, console=True, hops=100)
    number = (await running.post(form, "a-key-of-its-own")).json()["receipt"]["application_number"]
    file = running.system.data_dir.path / "console" / "spans.sqlite"
    await until(lambda: {"stream CASES", "into account DEPARTMENT-tax"} <= hops_of(file, number), within=20)


def hops_of(file: Path, number: str) -> set[str]:
    """The names of everything that hangs under what hangs under a step of a service."""
    store = SpanStore(file, days=7, megabytes=200)
    try:
        return {hop.span["name"] for step in each(trees(store.of(number), number)) for hop in step.below}
    finally:
        store.close()


def each(steps: Iterable[Step]) -> Iterator[Step]:
    """The ways of messages, at whatever depth."""
    for step in steps:
        if step.span["service"] == SERVER:
            yield step
        else:
            yield from each(step.below)


async def test_a_system_without_a_console_is_sound(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "data")
    async with up(data) as running:
        assert not any("console" in line for line in running.said)
        code, _, said = await lianshen(data, "doctor")
        assert code == 0, said
