"""Where staff sign in, and as long as nobody can: the link of the first account."""

from collections.abc import Callable

from chassis.commands import call
from chassis.errors import CommandRefused
from lianshen.embedded.system import System


async def say_where_staff_sign_in(system: System, say: Callable[[str], None], show_link: bool) -> None:
    """The link is for a terminal only: whoever reads it in a log within its time would be the first."""
    if system.console_url is None:
        return
    async with system.connected("operator") as nc:
        try:
            if (await call(nc, "console", "staff-list", {}))["staff"]:
                return
            if not show_link:
                say("nobody has an account there yet: `lianshen staff first` in a terminal shows a link for one")
                return
            link = await call(nc, "console", "staff-first", {})
        except CommandRefused as refusal:
            say(f"the console does not say whether anybody has an account ({refusal.title})")
            return
    say(f"the first account, once, within {link['minutes']} minutes: {system.console_url}{link['path']}")
