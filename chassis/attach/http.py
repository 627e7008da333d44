"""A department with an HTTP endpoint of its own: one POST of the question, httpx and a few short retries."""

import asyncio
from pathlib import Path

import httpx
from pydantic import SecretStr
from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_attempt, wait_random_exponential

from chassis.attach import TooMuch, Unreachable
from chassis.telemetry import traceparent_now
from contracts.departments import MAX_ANSWER_BYTES, Question


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
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token.get_secret_value()}"
        self._client = httpx.AsyncClient(
            headers=headers,
            cert=(str(certificate[0]), str(certificate[1])) if certificate else None,
            transport=transport,
            follow_redirects=False,
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
                if response.status_code >= 500 or response.status_code in (408, 425, 429):
                    raise Unreachable(f"the department's endpoint says {response.status_code}")
                return await _read(response)
        except httpx.TransportError as error:
            raise Unreachable(type(error).__name__) from None

    async def close(self) -> None:
        await self._client.aclose()


async def _read(response: httpx.Response) -> bytes:
    """The body, as long as it is no longer than an answer may be; decompressed size counts."""
    body = bytearray()
    async for chunk in response.aiter_bytes():
        body += chunk
        if len(body) > MAX_ANSWER_BYTES:
            raise TooMuch("the answer is larger than any answer may be")
    return bytes(body)
