"""What every page that a journey comes by must be, and its picture."""

from playwright.async_api import Page

from tests.support.browser.measures import well_made
from tests.support.browser.pictures import picture


async def meet(page: Page, name: str) -> None:
    """`name` is that of the picture."""
    await picture(page, name)
    await well_made(page)
