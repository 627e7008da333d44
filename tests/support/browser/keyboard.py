"""A person without a mouse: Tab, arrows, Space and Enter, and what is typed."""

from playwright.async_api import Locator, Page

MOST = 200
"""Presses of Tab until what is wanted counts as out of reach."""
_HAS_FOCUS = "e => e === document.activeElement"
_SAME_GROUP = "e => document.activeElement.type === 'radio' && document.activeElement.name === e.name"
_SHOWS_FOCUS = """() => {
  const style = getComputedStyle(document.activeElement);
  return style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
}"""


class Keyboard:
    """Everything goes forward by Tab, so the order of a page is tried as well."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def to(self, wanted: Locator) -> None:
        """Tab until it has the focus, and one can see that it has."""
        for _ in range(MOST):
            if await wanted.evaluate(_HAS_FOCUS):
                break
            await self.page.keyboard.press("Tab")
        else:
            raise AssertionError(f"Tab does not reach {wanted}")
        assert await self.page.evaluate(_SHOWS_FOCUS), f"nobody sees that {wanted} has the focus"

    async def fill(self, label: str, text: str) -> None:
        """Into the field of that label, whatever stood there before."""
        await self.to(self.page.get_by_label(label, exact=True))
        await self.page.keyboard.press("Control+A")
        await self.page.keyboard.press("Backspace")
        await self.page.keyboard.type(text)

    async def pick(self, label: str) -> None:
        """One of several: Tab to the group, then the arrows."""
        wanted = self.page.get_by_label(label, exact=True)
        for _ in range(MOST):
            if await wanted.evaluate(_SAME_GROUP):
                break
            await self.page.keyboard.press("Tab")
        for _ in range(MOST):
            if await wanted.evaluate(_HAS_FOCUS):
                break
            await self.page.keyboard.press("ArrowDown")
        else:
            raise AssertionError(f"no key reaches {label!r}")
        if not await wanted.is_checked():
            await self.page.keyboard.press("Space")
        assert await wanted.is_checked()

    async def tick(self, label: str) -> None:
        """A box."""
        box = self.page.get_by_label(label, exact=True)
        await self.to(box)
        if not await box.is_checked():
            await self.page.keyboard.press("Space")
        assert await box.is_checked()

    async def choose(self, label: str, option: str) -> None:
        """From a list that opens: its first letters are typed, as no mouse is there."""
        field = self.page.get_by_label(label, exact=True)
        await self.to(field)
        for _ in range(MOST):
            if await field.evaluate("e => e.selectedOptions[0].text.trim()") == option:
                return
            await self.page.keyboard.press("ArrowDown")
        raise AssertionError(f"{label!r} has no {option!r}")

    async def follow(self, name: str) -> None:
        """A link to a place on the same page."""
        await self.to(self.page.get_by_role("link", name=name, exact=True))
        await self.page.keyboard.press("Enter")

    async def press(self, name: str) -> None:
        """A button by Space, a link by Enter; back once the next page is there."""
        wanted = self.page.get_by_role("button", name=name, exact=True)
        wanted = wanted.or_(self.page.get_by_role("link", name=name, exact=True)).first
        await self.to(wanted)
        key = "Space" if await wanted.evaluate("e => e.tagName === 'BUTTON'") else "Enter"
        async with self.page.expect_navigation():
            await self.page.keyboard.press(key)
