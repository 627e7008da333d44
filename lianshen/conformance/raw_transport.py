"""What an attachment does not show: error headers, HTTP statuses, other tokens. One line for each way to attach."""

import json
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

import httpx
import nats.errors
from nats.aio.client import Client

from inquiry.attachments import SIGNATURE_HEADER
from inquiry.attachments.config import AttachmentConfig
from inquiry.attachments.tls import tls_context
from inquiry.attachments.token_file import TokenFile


@dataclass(frozen=True)
class Raw:
    """A reply with its surroundings."""

    body: bytes
    headers: Mapping[str, str]
    status: int

    def text(self) -> str:
        """All that could be read in it."""
        words = [f"{name}: {value}" for name, value in self.headers.items()]
        return "\n".join([*words, self.body.decode("utf-8", "replace")])


class RawTransport(Protocol):
    async def send(self, body: bytes, signature: str | None, timeout: float) -> Raw | None:
        """None: nothing came back in time."""
        ...


class BusLine:
    def __init__(self, nc: Client, department: str) -> None:
        self.nc = nc
        self._department = department

    async def send(self, body: bytes, signature: str | None, timeout: float) -> Raw | None:
        headers = {SIGNATURE_HEADER: signature} if signature else None
        return await self._sent(f"department.{self._department}.query.v1", body, timeout, headers)

    async def send_batch(self, body: bytes, timeout: float) -> Raw | None:
        """Several questions in one message, each with its own signature in it."""
        return await self._sent(f"department.{self._department}.batch.v1", body, timeout, None)

    async def _sent(self, subject: str, body: bytes, timeout: float, headers: dict[str, str] | None) -> Raw | None:
        try:
            reply = await self.nc.request(subject, body, timeout=timeout, headers=headers)
        except (nats.errors.Error, TimeoutError):
            return None
        status = int((reply.headers or {}).get("Nats-Service-Error-Code", "200") or 0)
        return Raw(reply.data, reply.headers or {}, status)

    async def info(self, timeout: float = 2.0) -> dict[str, Any] | None:
        """What it says of itself in the services API; None where nobody does that we can see."""
        # A user who may not ask that is told so by the server, which is no news here.
        logging.getLogger("chassis.bus").setLevel(logging.ERROR)
        try:
            reply = await self.nc.request(f"$SRV.INFO.{self._department}", b"", timeout=timeout)
            return dict(json.loads(reply.data))
        except (nats.errors.Error, TimeoutError, ValueError):
            return None
        finally:
            logging.getLogger("chassis.bus").setLevel(logging.NOTSET)


class HttpLine:
    def __init__(self, how: AttachmentConfig) -> None:
        self.how = how
        self._bare = tls_context(how.ca_file, None)
        certificate = (how.certificate, how.private_key) if how.certificate and how.private_key else None
        self._known = tls_context(how.ca_file, certificate) if certificate else self._bare

    async def send(self, body: bytes, signature: str | None, timeout: float) -> Raw | None:
        return await self.post(body, signature, timeout, self._token())

    async def post(
        self, body: bytes, signature: str | None, timeout: float, token: str | None, certificate: bool = True
    ) -> Raw | None:
        """One POST with this token, with or without our client certificate."""
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        headers |= {"Authorization": f"Bearer {token}"} if token else {}
        headers |= {SIGNATURE_HEADER: signature} if signature else {}
        assert self.how.url is not None
        tls = self._known if certificate else self._bare
        try:
            async with httpx.AsyncClient(verify=tls, timeout=timeout, trust_env=False) as client:
                response = await client.post(self.how.url, content=body, headers=headers)
        except httpx.HTTPError:
            return None
        return Raw(response.content, response.headers, response.status_code)

    def _token(self) -> str | None:
        return TokenFile(self.how.token_file).get_secret_value() if self.how.token_file else None
