"""A department with an HTTP endpoint of its own: one POST of the question, httpx and a few short retries."""

import asyncio
from pathlib import Path

import httpx
from pydantic import SecretStr
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from chassis.attach import TooMuch, Unreachable
from chassis.telemetry import traceparent_now
from contracts.departments import MAX_ANSWER_BYTES, Question

NOT_ABOUT_THE_QUESTION = frozenset({401, 403, 404, 405, 407, 408, 410, 425, 429})
"""Statuses of a wrong address, a token that ran out or a busy endpoint: the questions wait until that is mended."""


class HttpAttachment:
    """POSTs JSON to one URL. The question's id is the idempotency key; no ID number is ever in the URL."""

    def __init__(
        self,
        url: str,
        token: SecretStr | None = None,
        certificate: tuple[Path, Path] | None = None,
        transport: httpx.AsyncBaseTransport | None = None,
    ) -> None:
        self._url = url
        # Unpacked, an answer could be a thousand times as large as it came.
        headers = {"Content-Type": "application/json", "Accept": "application/json", "Accept-Encoding": "identity"}
        if token:
            headers["Authorization"] = f"Bearer {token.get_secret_value()}"
        self._client = httpx.AsyncClient(
            headers=headers,
            cert=(str(certificate[0]), str(certificate[1])) if certificate else None,
            transport=transport,
            follow_redirects=False,
            # The department's durable already bounds how many questions run at once.
            limits=httpx.Limits(max_connections=None, max_keepalive_connections=64),
            trust_env=False,
        )

    async def ask(self, question: Question, timeout: float) -> bytes:
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(Unreachable),
            stop=stop_after_attempt(3),
            wait=wait_random_exponential(multiplier=0.1, max=1),
            reraise=True,
        )
        try:
            async with asyncio.timeout(timeout):
                async for attempt in retrying:
                    with attempt:
                        return await self._once(question, timeout)
        except TimeoutError:
            raise Unreachable("no answer in time") from None
        raise AssertionError("tenacity reraises")

    async def _once(self, question: Question, timeout: float) -> bytes:
        headers = {"Idempotency-Key": question.question_id}
        if trace := traceparent_now():
            headers["traceparent"] = trace
        body = question.model_dump_json(exclude_none=True).encode()
        try:
            async with self._client.stream(
                "POST", self._url, content=body, headers=headers, timeout=timeout
            ) as response:
                if response.status_code // 100 not in (2, 4) or response.status_code in NOT_ABOUT_THE_QUESTION:
                    raise Unreachable(f"the department's endpoint says {response.status_code}")
                return await _read(response)
        except httpx.TransportError as error:
            raise Unreachable(type(error).__name__) from None

    async def close(self) -> None:
        await self._client.aclose()


async def _read(response: httpx.Response) -> bytes:
    """The body as it came, as long as it is no longer than an answer may be."""
    body = bytearray()
    async for chunk in response.aiter_raw():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise TooMuch("the answer is larger than any answer may be")
    return bytes(body)
