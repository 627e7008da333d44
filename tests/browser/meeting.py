"""What every page that a journey comes by must be, and its picture."""

from playwright.async_api import Page

from tests.support.browser.measures import fits, fits_elsewhere, well_made
from tests.support.browser.pictures import picture


async def meet(page: Page, name: str) -> None:
    """`name` is that of the picture. Also on a phone in large text, and on paper: what a form makes has no address."""
    await picture(page, name)
    await well_made(page)
    await fits_elsewhere(page)


async def glance(page: Page, name: str) -> None:
    """At a page that is met in its other language: the same elements, so axe-core would find the same."""
    await picture(page, name)
    await fits(page)
