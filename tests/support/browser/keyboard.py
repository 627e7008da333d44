"""A person without a mouse: Tab, arrows, Space and Enter, and what is typed."""

import json

from playwright.async_api import ElementHandle, Error, Page

ROUNDS = 2
"""A live page may have put another one in the place of what was found."""
MOST = 200
"""Presses of Tab until what is wanted counts as out of reach."""
_HAS_FOCUS = "e => e === document.activeElement"
_SAME_GROUP = "e => document.activeElement.type === 'radio' && document.activeElement.name === e.name"
_SHOWS_FOCUS = """e => {
  const style = getComputedStyle(e);
  return !e.isConnected || style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
}"""
_IS_BUTTON = """e => {
  e.addEventListener('click', () => { e.wasPressed = true; }, { capture: true });
  return e.tagName === 'BUTTON';
}"""


async def _was_pressed(element: ElementHandle) -> bool:
    """Not if a live page put another one in its place just before the key."""
    try:
        return bool(await element.evaluate("e => e.isConnected || e.wasPressed === true"))
    except Error:
        return True  # its page is gone: it led to the next one


class Keyboard:
    """Everything goes forward by Tab, so the order of a page is tried as well. What is wanted is a CSS selector."""

    def __init__(self, page: Page) -> None:
        self.page = page

    async def to(self, wanted: str) -> ElementHandle:
        """Tab until it has the focus, and one can see that it has."""
        element = await self._press_until("Tab", wanted, _HAS_FOCUS)
        assert await element.evaluate(_SHOWS_FOCUS), f"nobody sees that {wanted} has the focus"
        return element

    async def fill(self, field: str, text: str) -> None:
        """Whatever stood there before."""
        await self.to(field)
        await self.page.keyboard.press("Control+A")
        await self.page.keyboard.press("Backspace")
        await self.page.keyboard.type(text)

    async def pick(self, option: str) -> None:
        """One of several: Tab to the group, then the arrows."""
        await self._press_until("Tab", option, _SAME_GROUP)
        await self._press_until("ArrowDown", option, _HAS_FOCUS)
        await self.tick(option)

    async def tick(self, box: str) -> None:
        await self.to(box)
        if not await self.page.locator(box).is_checked():
            await self.page.keyboard.press("Space")
        assert await self.page.locator(box).is_checked()

    async def choose(self, field: str, value: str) -> None:
        """From a list that opens."""
        await self.to(field)
        await self._press_until("ArrowDown", field, f"e => e.value === {json.dumps(value)}")

    async def press(self, wanted: str) -> None:
        """A button by Space, a link by Enter; back once the next page is there."""
        async with self.page.expect_navigation():
            for _ in range(ROUNDS):
                element = await self.to(wanted)
                is_button = await element.evaluate(_IS_BUTTON)
                await self.page.keyboard.press("Space" if is_button else "Enter")
                if await _was_pressed(element):
                    return

    async def _press_until(self, key: str, wanted: str, so: str) -> ElementHandle:
        for _ in range(ROUNDS):
            # Found once a round: to look for it after each press took longer than the presses.
            element = await self.page.locator(wanted).element_handle()
            for _ in range(MOST):
                if await element.evaluate(so):
                    return element
                await self.page.keyboard.press(key)
        raise AssertionError(f"{key} does not reach {wanted} on {self.page.url}")
