"""The console of a running system: who is let in first, and what stands in no log."""

import json
from pathlib import Path

import httpx

from lianshen.embedded.data_dir import DataDir
from tests.support.up import lianshen, up


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


async def test_a_system_without_a_console_is_sound(tmp_path: Path) -> None:
    data = DataDir(tmp_path / "data")
    async with up(data) as running:
        assert not any("console" in line for line in running.said)
        code, _, said = await lianshen(data, "doctor")
        assert code == 0, said
