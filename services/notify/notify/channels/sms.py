"""Short messages by any HTTP gateway: one signed POST a notice, the same idempotency key at every attempt.

What a gateway is sent, and what counts as delivered, stands in docs/notices.md.

POST <sms_url>            {"to": "+8613…", "text": "…", "sender": "…", "template": "…"}
Idempotency-Key           the notice id
X-Lianshen-Timestamp      seconds since 1970
X-Lianshen-Signature      v1=<hex HMAC-SHA256 by sms_key over "<timestamp>." + body>
"""

import asyncio
import hashlib
import hmac
import json
import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import httpx
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_exponential_jitter
from tenacity.wait import wait_base

from notify.channels.gateway_reply import MOST_BYTES, DeliveredIf
from notify.outgoing import ChannelRefused, ChannelUnavailable, Outgoing
from notify.settings import NotifySettings

ATTEMPTS = 4
WITHIN_SECONDS = 10.0
TRY_AGAIN = frozenset({408, 425, 429})
OURS_TO_MEND = frozenset({401, 403, 404, 405, 407})
"""Statuses that blame our key or address, not the notice: it goes out once the settings are right."""


class GatewayAway(ChannelUnavailable):
    """No connection, no answer in time, 5xx or 429: worth another try at once."""


@dataclass(frozen=True)
class SmsChannel:
    """One gateway and how it is spoken to. The clock gives seconds since 1970."""

    url: str
    key: bytes = field(repr=False)
    sender: str
    template: str | None = None
    delivered_if: DeliveredIf | None = None
    """What a 2xx must say besides; None: the status alone counts."""
    proxy: str | None = field(default=None, repr=False)
    """The only one that is used: the environment's would be given the phone and the text."""
    clock: Callable[[], float] = time.time
    wait: wait_base = field(default_factory=lambda: wait_exponential_jitter(multiplier=0.5, max=3, jitter=0.5))
    within: float = WITHIN_SECONDS
    tls: ssl.SSLContext = field(default_factory=ssl.create_default_context, repr=False)

    async def deliver(self, notice: Outgoing) -> None:
        """A few tries within ten seconds. Raises ChannelRefused or ChannelUnavailable, without the phone."""
        retrying = AsyncRetrying(
            stop=stop_after_attempt(ATTEMPTS),
            wait=self.wait,
            retry=retry_if_exception_type(GatewayAway),
            reraise=True,
        )
        body = self._body(notice)
        try:
            async with asyncio.timeout(self.within), self._client() as client:
                await retrying(self._post, client, notice.notice_id, body)
        except TimeoutError:
            raise ChannelUnavailable(f"the SMS gateway did not answer within {self.within:g} s") from None

    def _client(self) -> httpx.AsyncClient:
        # Unpacked, a reply could be a thousand times as large as it came.
        plain = {"Accept-Encoding": "identity"}
        return httpx.AsyncClient(verify=self.tls, timeout=4, trust_env=False, proxy=self.proxy, headers=plain)

    async def _post(self, client: httpx.AsyncClient, notice_id: str, body: bytes) -> None:
        timestamp = str(int(self.clock()))
        headers = {
            "Content-Type": "application/json",
            "Idempotency-Key": notice_id,
            "X-Lianshen-Timestamp": timestamp,
            "X-Lianshen-Signature": f"v1={signature(self.key, timestamp, body)}",
        }
        try:
            async with client.stream("POST", self.url, content=body, headers=headers) as response:
                _judge(response.status_code)
                if self.delivered_if is not None:
                    _judge_reply(response.status_code, await _read(response), self.delivered_if)
        except httpx.HTTPError as error:
            raise GatewayAway(f"the SMS gateway could not be reached: {type(error).__name__}") from None

    def _body(self, notice: Outgoing) -> bytes:
        message = {"to": international(notice.phone), "text": notice.short, "sender": self.sender}
        if self.template is not None:
            message["template"] = self.template
        return json.dumps(message, ensure_ascii=False).encode()


def _judge(status: int) -> None:
    """What an HTTP status means for the notice: delivered, refused, or to be tried again."""
    if 200 <= status < 300:
        return
    if status >= 500 or status in TRY_AGAIN:
        raise GatewayAway(f"the SMS gateway answered {status}")
    if status < 400 or status in OURS_TO_MEND:
        raise ChannelUnavailable(f"the SMS gateway answered {status}: check its address and key")
    raise ChannelRefused(f"the SMS gateway refused the notice with {status}")


def _judge_reply(status: int, body: bytes, delivered_if: DeliveredIf) -> None:
    if refusal := delivered_if.refusal(body):
        # Mostly an account without money or a sender that is not approved: the notice goes out once that is mended.
        raise ChannelUnavailable(f"the SMS gateway answered {status} {refusal}")


async def _read(response: httpx.Response) -> bytes:
    """The reply's body, of which only a little is read: it may be endless."""
    body = b""
    async for part in response.aiter_raw():
        body += part
        if len(body) > MOST_BYTES:
            raise ChannelUnavailable(f"the SMS gateway answered {response.status_code} with more than {MOST_BYTES} B")
    return body


def signature(key: bytes, timestamp: str, body: bytes) -> str:
    """Hex HMAC-SHA256 over the timestamp, a dot and the body: what a gateway computes to know it was us."""
    return hmac.new(key, f"{timestamp}.".encode() + body, hashlib.sha256).hexdigest()


def international(phone: str) -> str:
    """A mobile number as E.164: +86 and eleven digits, however the form has it."""
    return f"+86{phone[-11:]}"


def sms_channel(settings: NotifySettings) -> SmsChannel:
    return SmsChannel(
        url=str(settings.sms_url),
        key=settings.sms_key.get_secret_value().encode() if settings.sms_key else b"",
        sender=settings.sms_sender or "",
        template=settings.sms_template,
        delivered_if=DeliveredIf.parse(settings.sms_delivered_if) if settings.sms_delivered_if else None,
        proxy=str(settings.sms_proxy.get_secret_value()) if settings.sms_proxy else None,
    )
