"""The end of the demo: a home is bought back (Art. 27, 28), first refused for a mortgage, then paid."""

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any, get_args

from nats.aio.client import Client

from chassis.commands import call
from contracts.events.after_care import Condition
from contracts.events.values import TYPED

OWNER, OFFICER, UNIT = f"the owner{TYPED}", f"bureau{TYPED}", f"project unit{TYPED}"
SEEN_IN_THE_HOME = {"use_unchanged", "structure_unaltered", "fittings_whole", "fees_paid"}
NOT_PAID_OFF = "mortgage"


@dataclass
class BoughtBack:
    """Of one family; `called` is how the demo calls it."""

    nc: Client
    number: str
    called: str
    say: Callable[[str], None]

    async def play(self) -> None:
        """Raises CommandRefused where a step is refused: the demo says so."""
        asked = await self._do("ask-buy-back", OWNER)
        self.say(f"{self.called}: asks that home {asked['home']} is bought back")
        await self._every_condition(met=False)
        decided = await self._do("decide-buy-back", OFFICER, reason="as the registry's paper says")
        unmet = ", ".join(name for name, said in decided["conditions"].items() if said == "not met")
        self.say(f"{self.called}: {decided['buy_back']}: {unmet} is not met; it is cleared, and asked again")
        await self._do("ask-buy-back", OWNER)
        registered = await self._do("ask-registration", OFFICER)
        self.say(f"{self.called}: real-estate registration says: {', '.join(registered['conditions'])} are met now")
        await self._every_condition(met=True, but=set(registered["conditions"]))
        offered = (await self._do("decide-buy-back", OFFICER, reason="every condition is met"))["offer"]
        for line in offered["lines"]:
            how = f" ({line['how']})" if line["how"] else ""
            self.say(f"{self.called}: {line['what']} {line['amount']} yuan{how}")
        self.say(f"{self.called}: offered {offered['price']} yuan")
        await self._do("accept-buy-back", OWNER)
        await self._do("pay-buy-back", UNIT, amount=offered["price"], reference=f"DEMO-{asked['home']}")
        stands = (await call(self.nc, "after-care", "show-home", {"home": asked["home"]}))["stands"]
        self.say(f"{self.called}: accepted and paid; home {asked['home']} is {stands.replace('_', ' ')}")

    async def _every_condition(self, met: bool, but: Collection[str] = ()) -> None:
        """All others are shown to be met, by papers and an inspection; of the mortgage it is said whether it is."""
        for condition in (one for one in get_args(Condition) if one not in but):
            verb, by = ("inspect", UNIT) if condition in SEEN_IN_THE_HOME else ("show-condition", OFFICER)
            so = met or condition != NOT_PAID_OFF
            await self._do(verb, by, condition=condition, met=so, document=f"DEMO {condition}")

    async def _do(self, verb: str, by: str, **asked: Any) -> dict[str, Any]:
        return await call(self.nc, "after-care", verb, {"application": self.number, "by": by, **asked})
