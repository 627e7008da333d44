"""Families whose application is in already, at their page."""

from typing import Any

from contracts.case.states import State
from tests.browser.at_the_kiosk import Receipt
from tests.support.browser.keyboard import Keyboard
from tests.support.running_system import Running
from tests.support.waiting import until


async def posted(running: Running, form: dict[str, Any], key: str = "a-family-of-this-test") -> Receipt:
    """Handed in as a kiosk's program does."""
    receipt = (await running.post(form, key)).json()["receipt"]
    return Receipt(receipt["application_number"], receipt["secret"])


async def in_state(running: Running, number: str, state: State) -> None:
    async def so() -> bool:
        return (await running.case(number)).state is state

    await until(so, 30)


async def sign_in(keys: Keyboard, address: str, receipt: Receipt) -> None:
    """At the family's page."""
    await keys.page.goto(address)
    await keys.fill("#number", receipt.number)
    await keys.fill("#secret", receipt.secret)
    await keys.press("#enter")
