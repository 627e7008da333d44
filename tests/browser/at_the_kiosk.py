"""A family at the kiosk, by keys alone: screen by screen, from a form to a receipt."""

from dataclasses import dataclass

from contracts.application import ApplicationForm
from tests.browser.meeting import meet
from tests.kiosk.at_the_kiosk import screens_of
from tests.support.browser.keyboard import Keyboard


@dataclass(frozen=True)
class Receipt:
    """What the family takes home."""

    number: str
    secret: str


async def apply(keys: Keyboard, kiosk: str, form: ApplicationForm, look: bool = True) -> Receipt:
    """Fills in what the form has and sends it; `look` has each screen measured and its picture taken."""
    await fill_in(keys, kiosk, form, look)
    await keys.press("#submit")
    await _met(keys, "kiosk-receipt", look)
    return Receipt(await keys.page.locator("#number").inner_text(), await keys.page.locator("#secret").inner_text())


async def fill_in(keys: Keyboard, kiosk: str, form: ApplicationForm, look: bool = False) -> None:
    """Up to the last look at all answers."""
    page = keys.page
    await page.goto(kiosk)
    await _met(keys, "kiosk-start", look)
    await keys.press("#begin")
    for path, fields in screens_of(form).items():
        assert page.url == f"{kiosk}{path}"
        for name, value in fields.items():
            await _enter(keys, name, value)
        await _met(keys, f"kiosk{path.replace('/', '-')}", look)
        await keys.press("#continue")
    await _met(keys, "kiosk-check", look)


async def _enter(keys: Keyboard, name: str, value: str | list[str]) -> None:
    field = f'[name="{name}"]'
    if not await keys.page.locator(field).count():
        await keys.press("#add")
    kind = await keys.page.locator(field).first.get_attribute("type")
    if isinstance(value, list):
        for one in value:
            await keys.tick(f'{field}[value="{one}"]')
    elif kind == "radio":
        await keys.pick(f'{field}[value="{value}"]')
    elif kind != "hidden":
        await keys.fill(field, value)


async def _met(keys: Keyboard, name: str, look: bool) -> None:
    if look:
        await meet(keys.page, name)
