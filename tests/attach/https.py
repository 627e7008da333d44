"""A department's HTTPS endpoint with certificates made for the test, on a port of the system's choice."""

import asyncio
import datetime
import ipaddress
import json
import ssl
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, nullcontext
from pathlib import Path
from typing import Any

import uvicorn
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from fastapi import FastAPI, Request, Response

from tests.support.departments import Question, Said, an_answer, in_json
from tests.support.waiting import until

DAY = datetime.timedelta(days=1)


class Authority:
    """A CA that signs what it is asked to; its files lie in one folder."""

    def __init__(self, folder: Path, name: str) -> None:
        self._folder, self._name = folder, name
        self._key = ec.generate_private_key(ec.SECP256R1())
        self._subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        self.file = folder / f"{name}.pem"
        self.file.write_bytes(_pem(self._issue(self._subject, self._key, is_ca=True)))

    def certificate(self, name: str) -> tuple[Path, Path]:
        """The files of a certificate for 127.0.0.1 and of its private key."""
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        certificate, private = self._folder / f"{name}.crt", self._folder / f"{name}.key"
        certificate.write_bytes(_pem(self._issue(subject, key, is_ca=False)))
        private.write_bytes(
            key.private_bytes(
                serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
            )
        )
        return certificate, private

    def _issue(self, subject: x509.Name, key: ec.EllipticCurvePrivateKey, is_ca: bool) -> x509.Certificate:
        now = datetime.datetime.now(datetime.UTC)
        builder = (
            x509.CertificateBuilder(self._subject, subject, key.public_key(), x509.random_serial_number())
            .not_valid_before(now - DAY)
            .not_valid_after(now + DAY)
            .add_extension(x509.BasicConstraints(ca=is_ca, path_length=None), critical=True)
            .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
            .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(self._key.public_key()), critical=False)
        )
        if not is_ca:
            here = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
            builder = builder.add_extension(x509.SubjectAlternativeName([here]), critical=False)
        return builder.sign(self._key, hashes.SHA256())


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)


class Endpoint:
    """What a department's endpoint was sent; it answers as `say` says, to whoever has its token."""

    def __init__(self, say: Callable[[Question], Said] = an_answer, token: str | None = None) -> None:
        self.say = say
        self.token = token
        self.url = ""
        self.asked: list[Question] = []
        self.bodies: list[bytes] = []
        self.heads: list[dict[str, str]] = []
        self.notices: list[dict[str, Any]] = []
        self.app = FastAPI()
        self.app.post("/query")(self._query)
        self.app.post("/notices")(self._notice)

    async def _query(self, request: Request) -> Response:
        self.heads.append(dict(request.headers))
        if self.token is not None and request.headers.get("authorization") != f"Bearer {self.token}":
            return Response(status_code=401)
        self.bodies.append(await request.body())
        self.asked.append(json.loads(self.bodies[-1]))
        return Response(in_json(self.say(self.asked[-1])), media_type="application/json")

    async def _notice(self, request: Request) -> Response:
        self.notices.append(await request.json())
        return Response(status_code=500)


@asynccontextmanager
async def served(
    endpoint: Endpoint, server: tuple[Path, Path] | None = None, clients: Path | None = None
) -> AsyncIterator[Endpoint]:
    """Runs until the end of the block: over TLS with a certificate, for clients of one CA where that is named."""
    config = uvicorn.Config(
        endpoint.app,
        port=0,
        log_config=None,
        lifespan="off",
        timeout_graceful_shutdown=0,
        ssl_certfile=server[0] if server else None,
        ssl_keyfile=server[1] if server else None,
        ssl_ca_certs=str(clients) if clients else None,
        ssl_cert_reqs=ssl.CERT_REQUIRED if clients else ssl.CERT_NONE,
    )
    running = uvicorn.Server(config)
    # The signals of this process are pytest's.
    running.capture_signals = nullcontext  # type: ignore[method-assign, assignment]
    task = asyncio.create_task(running.serve())
    await until(lambda: running.started)
    port = running.servers[0].sockets[0].getsockname()[1]
    endpoint.url = f"{'https' if server else 'http'}://127.0.0.1:{port}"
    try:
        yield endpoint
    finally:
        running.should_exit = True
        await asyncio.wait([task], timeout=5)
