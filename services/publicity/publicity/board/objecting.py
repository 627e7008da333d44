"""The objection form: what may be typed, and how it becomes an objection by the command, and nothing else."""

import logging
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any

from pydantic import BaseModel, ValidationError

from chassis.errors import Unavailable
from chassis.http.pages.posted import Posted
from chassis.telemetry.spans import about
from publicity.board.receipts import Receipt, form_key, receipt_id
from publicity.commands import Object
from publicity.objectors.sealing import BureauKey, Objector, Sealed

log = logging.getLogger(__name__)
WRONG: Mapping[str, str] = {
    "text": "objection.text_empty",
    "name": "objection.name_wrong",
    "contact": "objection.contact_wrong",
}
"""What is said at a field, by its name."""
TOO_LONG: Mapping[str, str] = {"text": "objection.text_long"}


@dataclass(frozen=True)
class Typed:
    """The form as a person sees it. `key` is of this one form; a form that is sent twice counts once."""

    key: str
    text: str = ""
    name: str = ""
    contact: str = ""

    @classmethod
    def fresh(cls) -> "Typed":
        return cls(form_key())

    @classmethod
    def of(cls, posted: Posted, asks_who: bool) -> "Typed":
        # Browsers end a line with two characters, which nobody typed.
        text = posted.one("text").replace("\r\n", "\n")
        who = (posted.one("name"), posted.one("contact")) if asks_who else ("", "")
        return cls(posted.one("key") or form_key(), text, *who)

    def receipt_id(self, number: str) -> str:
        return receipt_id(self.key, number, self.text, self.name, self.contact)

    def errors(self, number: str) -> dict[str, str]:
        """The key of a sentence for each field that does not fit, in the order of the page."""
        return {
            **_faults(Object, {"application": number, "text": self.text}),
            **_faults(Objector, {"name": self.name, "contact": self.contact}),
        }

    def objection(self, number: str) -> tuple[Object, Objector]:
        """Raises ValidationError where `errors` names any."""
        return Object(application=number, text=self.text), Objector(name=self.name, contact=self.contact)


def _faults(model: type[BaseModel], values: dict[str, str]) -> dict[str, str]:
    try:
        model.model_validate(values)
    except ValidationError as error:
        faults = error.errors(include_input=False, include_context=False, include_url=False)
        return {name: _said(name, fault["type"]) for fault in faults if (name := str(fault["loc"][0])) in WRONG}
    return {}


def _said(name: str, fault: str) -> str:
    return TOO_LONG.get(name, WRONG[name]) if fault == "string_too_long" else WRONG[name]


@dataclass(frozen=True)
class Objecting:
    """Takes an objection, and keeps who raised it where they say so; without a key nobody is asked."""

    object: Callable[[Object], Awaitable[dict[str, Any]]]
    keep: Callable[[str, int, Sealed], Awaitable[None]]
    key: BureauKey | None = None

    async def take(self, objection: Object, objector: Objector) -> Receipt:
        """Raises CommandRefused, and what the journal raises."""
        raised = await self.object(objection)
        about(raised["application"])
        kept = await self._keep(raised["application"], raised["n"], objector)
        return Receipt(raised["application"], raised["n"], raised["in_time"], kept)

    async def _keep(self, application: str, n: int, objector: Objector) -> bool | None:
        if self.key is None or objector.says_nothing:
            return None
        try:
            await self.keep(application, n, self.key.seal(objector))
        except Unavailable:
            # The objection stands by now; whoever raised it is told that only this is missing.
            log.error("who objected could not be kept", extra={"application": application})
            return False
        return True
