"""A case of four hundred events opens as fast as one of fourteen: what it costs does not grow with its notices."""

from pathlib import Path

from console.who import Role

from tests.console.trace.test_a_long_case import NUMBER, a_log, stage_of
from tests.speed.many_cases import Took, took

ALLOWANCE = 1.6
"""Thirty rows are a little more than fourteen, however long a case is."""


async def opened(folder: Path, events: int) -> Took:
    async with stage_of(folder, a_log(events)).browser(Role.OFFICER) as browser:

        async def open_it() -> None:
            assert (await browser.get(f"/cases/{NUMBER}")).status_code == 200

        return await took(open_it, times=20)


async def test_whatever_its_notices(tmp_path: Path) -> None:
    short, long = await opened(tmp_path / "short", 14), await opened(tmp_path / "long", 400)
    print(f"of fourteen events: {short}; of four hundred: {long}")
    assert long.median < short.median * ALLOWANCE
