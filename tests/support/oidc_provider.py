"""A small real provider (OpenID Connect): everybody who comes is signed in, as whom a test says."""

import asyncio
import time
from base64 import b64encode
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, nullcontext
from dataclasses import dataclass, field
from html import escape
from typing import Any
from urllib.parse import parse_qs, quote, urlencode

import uvicorn
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from fastapi import FastAPI, Request, Response
from fastapi.responses import HTMLResponse, JSONResponse, RedirectResponse
from joserfc import jwt
from joserfc.jwk import ECKey, KeySet, OctKey

from tests.support.waiting import until

CLIENT, SECRET = "console", "a secret of 40 characters, with % and : in"

PAGE = """<!doctype html><html lang="en"><head><title>Bureau</title><link rel="icon" href="data:,"></head>
<body><a id="agree" href="{}">Go on</a></body></html>"""


def new_key() -> ECKey:
    return ECKey.generate_key("P-256", {"kid": "1", "use": "sig", "alg": "ES256"})


@dataclass
class OidcProvider:
    """What it says; `claims` are said in place of the right ones, and None leaves a claim out."""

    now: Any = time.time
    url: str = ""
    subject: str = "248289761001"
    asks: bool = False
    """Whether a page of its own comes first, from which a person goes on: to a browser, from another site."""
    claims: dict[str, Any] = field(default_factory=dict)
    answer: dict[str, str] = field(default_factory=dict)
    """In place of what leads back, such as an error."""
    about: dict[str, str] = field(default_factory=dict)
    """In place of what it says of itself."""
    key: ECKey = field(default_factory=new_key)
    signs_with: ECKey | OctKey | None = None
    """Another key than the one it shows."""
    waiting: dict[str, dict[str, str]] = field(default_factory=dict)
    """What was asked for, by the code that was given for it."""
    refused: list[str] = field(default_factory=list)

    def app(self) -> FastAPI:
        app = FastAPI()
        app.get("/.well-known/openid-configuration")(self._about)
        app.get("/jwks")(self._keys)
        app.get("/authorize")(self._authorize)
        app.post("/token")(self._token)
        return app

    async def _about(self) -> dict[str, str]:
        places = {"authorization_endpoint": "authorize", "token_endpoint": "token", "jwks_uri": "jwks"}
        return {"issuer": self.url, **{name: f"{self.url}/{path}" for name, path in places.items()}, **self.about}

    async def _keys(self) -> dict[str, Any]:
        return dict(KeySet([self.key]).as_dict(private=False))

    async def _authorize(self, request: Request) -> Response:
        asked = dict(request.query_params)
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert "openid" in asked["scope"].split()
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.waiting)}"
        self.waiting[code] = asked
        back = {"code": code, "state": asked["state"], "iss": self.url, **self.answer}
        address = f"{asked['redirect_uri']}?{urlencode({name: value for name, value in back.items() if value})}"
        return HTMLResponse(PAGE.format(escape(address))) if self.asks else RedirectResponse(address, 303)

    async def _token(self, request: Request) -> Response:
        form = {name: value for name, [value] in parse_qs((await request.body()).decode()).items()}
        asked = self.waiting.pop(form["code"], None)
        if wrong := self._mistakes(request, form, asked):
            self.refused.append(wrong)
            return JSONResponse({"error": wrong}, 400)
        assert asked is not None
        return JSONResponse({"access_token": "x", "token_type": "Bearer", "id_token": self._signed(asked)})

    def _mistakes(self, request: Request, form: dict[str, str], asked: dict[str, str] | None) -> str:
        if request.headers.get("authorization") != _basic():
            return "invalid_client"
        if asked is None or form["redirect_uri"] != asked["redirect_uri"]:
            return "invalid_grant"
        verified = create_s256_code_challenge(form["code_verifier"]) == asked["code_challenge"]
        return "" if verified else "invalid_grant"

    def _signed(self, asked: dict[str, str]) -> str:
        now = int(self.now())
        right = {"iss": self.url, "sub": self.subject, "aud": CLIENT, "iat": now, "exp": now + 300}
        claims = {**right, "nonce": asked["nonce"], **self.claims}
        kind = "HS256" if isinstance(self.signs_with, OctKey) else "ES256"
        said = {name: value for name, value in claims.items() if value is not None}
        return jwt.encode({"alg": kind, "kid": "1"}, said, self.signs_with or self.key)


def _basic() -> str:
    """Each part is encoded before they are joined (RFC 6749, 2.3.1)."""
    pair = f"{CLIENT}:{quote(SECRET, safe='')}"
    return f"Basic {b64encode(pair.encode()).decode()}"


@asynccontextmanager
async def running(provider: OidcProvider) -> AsyncIterator[OidcProvider]:
    """On a port of the system's choice, until the end of the block."""
    server = uvicorn.Server(uvicorn.Config(provider.app(), port=0, log_config=None, lifespan="off"))
    # The signals of this process are pytest's.
    server.capture_signals = nullcontext  # type: ignore[method-assign, assignment]
    task = asyncio.create_task(server.serve())
    await until(lambda: server.started)
    provider.url = f"http://127.0.0.1:{server.servers[0].sockets[0].getsockname()[1]}"
    try:
        yield provider
    finally:
        server.should_exit = True
        await asyncio.wait([task], timeout=5)
        assert task.done()
