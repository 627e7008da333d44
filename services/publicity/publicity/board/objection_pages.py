"""The form to object to one entry, and the answer."""

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta

import nats.errors
from fastapi import Request, Response

from chassis.errors import ChassisError, CommandRefused
from chassis.http.pages.attempts import Attempts, address_of
from chassis.http.pages.posted import read_posted
from publicity.board.frame import Frame, number_in
from publicity.board.objecting import Objecting, Typed
from publicity.board.receipts import Receipts

WITHIN = timedelta(minutes=10)
"""In which an address may send five objections: each holds an entry until a person has decided it."""


@dataclass(frozen=True)
class ObjectionPages:
    frame: Frame
    objecting: Objecting
    receipts: Receipts = field(default_factory=Receipts)
    sent: Attempts = field(default_factory=lambda: Attempts(within=WITHIN))
    """By the address they came from; here what was taken counts, and nothing else: who is refused, or comes while the
    bus is away, keeps nobody behind the same proxy from objecting."""

    @property
    def asks_who(self) -> bool:
        return self.objecting.key is not None

    async def form(self, request: Request, number: str) -> Response:
        entry = self.frame.entry(number)
        return self.frame.gone(request) if entry is None else self._form(request, entry.number, Typed.fresh())

    async def send(self, request: Request, number: str) -> Response:
        """Also for an entry that was taken down while its form was filled in: the command says what becomes of it."""
        typed, found = Typed.of(await read_posted(request), self.asks_who), number_in(number)
        if found is None:
            return self.frame.gone(request)
        if errors := typed.errors(found):
            return self._form(request, found, typed, 422, errors)
        id = typed.receipt_id(found)
        new = not self.receipts.knows(id)
        if new and (seconds := self._wait(request)):
            return self._slowed(request, found, typed, seconds)
        try:
            await self.receipts.once(id, lambda: self.objecting.take(*typed.objection(found)))
        except (ChassisError, nats.errors.Error, TimeoutError) as refusal:
            if new:
                self.sent.undo(address_of(request))
            return self._refused(request, found, typed, refusal)
        return self.frame.site.go_to(f"/objections/{id}")

    async def receipt(self, request: Request, id: str) -> Response:
        receipt = self.receipts.of(id)
        if receipt is None:
            return self.frame.message(request, 404, "receipt.gone", "receipt.gone_why")
        return self.frame.page(request, "receipt.html", receipt=receipt)

    def _wait(self, request: Request) -> int:
        """Seconds until an objection from there is taken; counts this one if it is taken now."""
        address, now = address_of(request), self.frame.shown.now()
        wait = self.sent.wait(address, now)
        if not wait:
            self.sent.count(address, now)
        return wait

    def _slowed(self, request: Request, number: str, typed: Typed, seconds: int) -> Response:
        minutes = {"minutes": math.ceil(seconds / 60)}
        response = self._form(request, number, typed, 429, {"text": "objection.slowed"}, minutes)
        response.headers["retry-after"] = str(seconds)
        return response

    def _refused(self, request: Request, number: str, typed: Typed, refusal: Exception) -> Response:
        status = refusal.status if isinstance(refusal, CommandRefused) else 503
        if status in (404, 409) and number not in self.frame.shown.entries:
            return self.frame.gone(request)
        if status == 409:
            return self._form(request, number, typed, 409, {"text": "objection.too_many"})
        return self._form(request, number, typed, 503, {"text": "objection.not_now"})

    def _form(
        self,
        request: Request,
        number: str,
        typed: Typed,
        status: int = 200,
        errors: Mapping[str, str] | None = None,
        filled: Mapping[str, object] | None = None,
    ) -> Response:
        """What was typed stays in it, whatever went wrong."""
        entry = self.frame.entry(number)
        over = entry is None or entry.is_over(self.frame.shown.now())
        shown = {"number": number, "entry": entry, "over": over, "typed": typed, "asks_who": self.asks_who}
        return self.frame.page(request, "objection.html", status, errors, filled, **shown)
