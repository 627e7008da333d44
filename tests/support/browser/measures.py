"""What is measured on a page: axe-core's rules, how large is what is pressed and read, and what runs out sideways."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from axe_playwright_python.async_playwright import Axe
from playwright.async_api import Page, ViewportSize

SERIOUS = ("serious", "critical")
LEAST_TARGET, LEAST_TARGET_ELDER = 44, 60
"""Pixels (工业和信息化部, 互联网应用适老化通用设计规范: 44, and 60 in elder mode)."""
LEAST_TEXT, LEAST_LINES = 18, 1.3
"""Pixels of the main text, and its lines as a multiple of it; from the same rules."""
NARROWEST: ViewportSize = {"width": 360, "height": 740}
PAPER: ViewportSize = {"width": 720, "height": 1040}
"""A4 within its margins, in pixels."""
AXE = {"resultTypes": ["violations"], "reporter": "no-passes", "preload": False, "iframes": False}
"""What holds is not told, which halves the time; no page of ours has frames."""
MEASURES = Path(__file__).with_suffix(".js").read_text(encoding="utf-8").rstrip()


@dataclass(frozen=True)
class Violation:
    """One rule of axe-core's that a page breaks, and where."""

    rule: str
    impact: str
    places: tuple[str, ...]


async def violations(page: Page) -> list[Violation]:
    """All that axe-core finds, of every impact. Needs a page with scripts."""
    found: dict[str, Any] = (await Axe().run(page, options=AXE)).response
    return [
        Violation(it["id"], str(it["impact"]), tuple(f"{node['target']} {node['html'][:120]}" for node in it["nodes"]))
        for it in found["violations"]
    ]


async def no_serious_violation(page: Page) -> None:
    """Needs a page with scripts."""
    found = [f"{it.rule}: {place}" for it in await violations(page) if it.impact in SERIOUS for place in it.places]
    assert not found, "\n".join([page.url, *found])


async def small_targets(page: Page) -> list[str]:
    """What is pressed and is smaller than a finger; a link within a sentence is not counted."""
    least = LEAST_TARGET_ELDER if await page.locator("html.elder").count() else LEAST_TARGET
    return await _measured(page, f"smallTargets({least})")


async def small_texts(page: Page) -> list[str]:
    """What is read and is too small, or whose lines are too close."""
    return await _measured(page, f"smallTexts({LEAST_TEXT}, {LEAST_LINES})")


async def runs_out_sideways(page: Page) -> list[str]:
    """Whether a reader has to scroll to the side, and why; a table in `.scroll` has its own bar."""
    return await _measured(page, "sideways()")


async def _measured(page: Page, call: str) -> list[str]:
    found: list[str] = await page.evaluate(f"{MEASURES}.{call}")
    return found


async def sheets(page: Page) -> int:
    """How many sheets of A4 it is on paper."""
    return len(re.findall(rb"/Type\s*/Page\b", await page.pdf(format="A4")))


async def fits(page: Page) -> None:
    """Nothing runs out, and nothing is too small to be read or pressed."""
    found = [*await runs_out_sideways(page), *await small_targets(page), *await small_texts(page)]
    assert not found, "\n".join([page.url, *found])


async def well_made(page: Page) -> None:
    """All of these at once."""
    await fits(page)
    await no_serious_violation(page)


async def fits_elsewhere(page: Page) -> None:
    """As it stands, without asking for it again: on a phone in large text, then on paper; then as it was before."""
    before, root = page.viewport_size or PAPER, "document.documentElement.classList"
    chosen = await page.evaluate(f"{root}.contains('elder')")
    await page.set_viewport_size(NARROWEST)
    await page.evaluate(f"{root}.add('elder')")
    await fits(page)
    await page.evaluate(f"{root}.toggle('elder', {str(chosen).lower()})")
    await page.set_viewport_size(PAPER)
    await page.emulate_media(media="print")
    found = [*await runs_out_sideways(page), *await _measured(page, "onPaper()")]
    await page.emulate_media(media="screen")
    await page.set_viewport_size(before)
    assert not found, "\n".join([page.url, *found])
