"""A department with an HTTP endpoint of its own: one POST of the question, httpx and a few short retries."""

import asyncio
import logging
import ssl
from contextlib import suppress

import httpx
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from chassis.http.bearer import Token
from chassis.telemetry.spans import annotate, traceparent_apart
from contracts.inquiries import MAX_ANSWER_BYTES, DepartmentNotice
from inquiry.attachments import SIGNATURE_HEADER, Declined, NotAnswered, TooMuch, Unreachable
from inquiry.attachments.tls import tls_context
from inquiry.questions import Sent

log = logging.getLogger(__name__)
ACCEPTED = "application/json, application/jose"
NOT_ABOUT_THE_QUESTION = frozenset({401, 403, 404, 405, 407, 408, 410, 425, 429})
"""Statuses of a wrong address, a token that ran out or a busy endpoint: every question waits until that is mended.

Any other 4xx, and 500, may be about one question alone: it is asked again, and holds no other.
"""
NOTICE_WITHIN = 5.0
"""Seconds a notice may take; nobody waits for it."""
MOST_NOTICES = 256
"""Notices under way at once; what is beyond is not sent, as if it had not been heard."""


class HttpAttachment:
    """POSTs JSON to one URL. The question's id is the idempotency key; no ID number is ever in the URL."""

    def __init__(
        self,
        url: str,
        token: Token | None = None,
        tls: ssl.SSLContext | None = None,
        notice_url: str | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._url = url
        self._notice_url = notice_url
        self._token = token
        self._telling: set[asyncio.Task[None]] = set()
        self._client = httpx.AsyncClient(
            # Unpacked, an answer could be a thousand times as large as it came.
            headers={"Content-Type": "application/json", "Accept": ACCEPTED, "Accept-Encoding": "identity"},
            verify=tls or tls_context(None, None),
            transport=transport,
            follow_redirects=False,
            # The department's durable already bounds how many questions run at once.
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
            trust_env=False,
        )

    @property
    def address(self) -> str:
        """Without its query: a key may stand there."""
        return self._url.partition("?")[0].partition("#")[0]

    async def ask(self, sent: Sent, timeout: float) -> bytes:
        try:
            async with asyncio.timeout(timeout):
                try:
                    return await self._once(sent, timeout)
                except (Unreachable, Declined) as fault:
                    return await self._again(sent, timeout, fault)
        except TimeoutError:
            raise Unreachable("no answer in time", "slow") from None

    async def _again(self, sent: Sent, timeout: float, fault: NotAnswered) -> bytes:
        """After a first attempt without tenacity, which costs more than most answers do."""
        retrying = AsyncRetrying(
            retry=retry_if_exception_type((Unreachable, Declined)),
            stop=stop_after_attempt(3),
            wait=wait_random_exponential(multiplier=0.1, max=1),
            reraise=True,
        )
        async for attempt in retrying:
            with attempt:
                if attempt.retry_state.attempt_number == 1:
                    raise fault
                return await self._once(sent, timeout)
        raise AssertionError("tenacity reraises")

    async def _once(self, sent: Sent, timeout: float) -> bytes:
        headers = {"Idempotency-Key": sent.question.question_id, **self._authorization()}
        if sent.signature:
            headers[SIGNATURE_HEADER] = sent.signature
        if trace := traceparent_apart():
            headers["traceparent"] = trace
        try:
            async with self._client.stream(
                "POST", self._url, content=sent.body, headers=headers, timeout=timeout
            ) as response:
                status = response.status_code
                annotate("http.response.status_code", status)
                if status // 100 == 2:
                    return await _read(response)
                about_this_one = status == 500 or (status // 100 == 4 and status not in NOT_ABOUT_THE_QUESTION)
                raise (Declined if about_this_one else Unreachable)(
                    f"the department's endpoint says {status}", str(status)
                )
        except httpx.TransportError as error:
            raise Unreachable(*_why(error)) from None

    def _authorization(self) -> dict[str, str]:
        if self._token is None:
            return {}
        try:
            return {"Authorization": f"Bearer {self._token.get_secret_value()}"}
        except (OSError, ValueError):
            raise Unreachable("the file of its bearer token cannot be read", "token file") from None

    async def tell(self, notice: DepartmentNotice) -> None:
        """Returns at once: a slow endpoint must not hold up the deadlines of the others."""
        if self._notice_url is None or len(self._telling) >= MOST_NOTICES:
            return
        task = asyncio.create_task(self._told(self._notice_url, notice))
        self._telling.add(task)
        task.add_done_callback(self._telling.discard)

    async def _told(self, url: str, notice: DepartmentNotice) -> None:
        try:
            body, headers = notice.model_dump_json(), self._authorization()
            async with (
                asyncio.timeout(NOTICE_WITHIN),
                self._client.stream("POST", url, content=body, headers=headers),
            ):
                return  # what it answers is not read: it could be endless
        except (httpx.HTTPError, httpx.InvalidURL, Unreachable, TimeoutError) as error:
            log.info("a notice was not heard (%s)", type(error).__name__, extra={"department": notice.department})

    async def close(self) -> None:
        if self._telling:
            await asyncio.wait(self._telling, timeout=2)
        with suppress(Exception):
            await self._client.aclose()


def _why(error: httpx.TransportError) -> tuple[str, str]:
    """In words and as one word: a certificate that is not trusted is mended by other people than a server is."""
    if "CERTIFICATE_VERIFY_FAILED" in str(error):
        return "its certificate is not trusted: see ca_file", "certificate"
    if "certificate required" in str(error).lower() or "CERTIFICATE_REQUIRED" in str(error):
        return "it wants a certificate of ours: see certificate and private_key", "our certificate"
    if isinstance(error, httpx.ConnectError | httpx.ConnectTimeout):
        return f"nobody takes connections there ({type(error).__name__})", "unreachable"
    if isinstance(error, httpx.TimeoutException):
        return "no answer in time", "slow"
    return f"the connection broke off ({type(error).__name__})", "broken off"


async def _read(response: httpx.Response) -> bytes:
    """The body as it came, as long as it is no longer than an answer may be."""
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise TooMuch("the answer is larger than any answer may be")
    return bytes(body)
