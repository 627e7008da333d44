"""Pictures of pages, in a folder outside of the project: LIANSHEN_SCREENSHOTS, or one of the system's for a while."""

import os
import tempfile
from pathlib import Path

from playwright.async_api import Page

FOLDER = Path(os.environ.get("LIANSHEN_SCREENSHOTS") or Path(tempfile.gettempdir()) / "lianshen-screenshots")


async def picture(page: Page, name: str) -> None:
    """The whole page, under its name and the language it is in."""
    language = await page.evaluate("document.documentElement.lang.slice(0, 2)")
    FOLDER.mkdir(parents=True, exist_ok=True)
    await page.screenshot(path=FOLDER / f"{name}.{language}.jpg", full_page=True, type="jpeg", quality=80)
