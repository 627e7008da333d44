"""The bureau's provider, and how we talk to it: code flow with PKCE, state and nonce (OpenID Connect Core 1.0)."""

import secrets
import ssl
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge

from chassis.http.pages.sessions import Sessions
from console.sign_in.provider.id_token import Expected, NotVouched, claims_in

SCOPES = {"sub": "openid", "preferred_username": "openid profile", "email": "openid email"}
"""What is asked for, by the claim that names an account."""
FORM = {"content-type": "application/x-www-form-urlencoded", "accept": "application/json"}


class Away(Exception):
    """The provider does not answer as one."""


@dataclass(frozen=True)
class Sent:
    """Somebody who was sent there, and has to come back in the same browser."""

    to: str
    """A page of ours, for afterwards."""
    state: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    nonce: str = field(default_factory=lambda: secrets.token_urlsafe(32), repr=False)
    verifier: str = field(default_factory=lambda: secrets.token_urlsafe(48), repr=False)


@dataclass(frozen=True)
class Vouched:
    """Somebody whom the provider knows, and whose second factor is still to be shown here."""

    stamp: str = field(repr=False)
    """Of the account as it was: once a secret has changed, this is over."""
    to: str


@dataclass(frozen=True)
class Provider:
    """Whom we ask, as what we ask, and which of its words count."""

    issuer: str
    client_id: str
    secret: str | None = field(repr=False)
    claim: str
    """By which an account is bound to somebody there."""
    methods: frozenset[str]
    """By which the provider says that it asked for a second factor itself; without any, ours is always asked for."""
    ca_file: Path | None
    sent: Sessions[Sent]
    vouched: Sessions[Vouched]

    async def address_for(self, sent: Sent, back: str) -> str:
        """Where this person signs in over there. Raises Away."""
        async with self._client() as http:
            endpoint = (await self._about(http))["authorization_endpoint"]
        return str(
            prepare_grant_uri(
                endpoint,
                self.client_id,
                "code",
                redirect_uri=back,
                scope=SCOPES[self.claim],
                state=sent.state,
                nonce=sent.nonce,
                code_challenge=create_s256_code_challenge(sent.verifier),
                code_challenge_method="S256",
            )
        )

    async def claims(self, code: str, sent: Sent, back: str, now: datetime) -> dict[str, Any]:
        """What it says of who came back with this code. Raises NotVouched and Away."""
        async with self._client() as http:
            about = await self._about(http)
            token = await self._token(http, about["token_endpoint"], code, sent, back)
            keys = await _json(http.get(about["jwks_uri"]))
        return claims_in(token, keys, Expected(self.issuer, self.client_id, sent.nonce), now)

    def _client(self) -> httpx.AsyncClient:
        trusted = ssl.create_default_context(cafile=str(self.ca_file) if self.ca_file else None)
        return httpx.AsyncClient(timeout=10.0, verify=trusted, trust_env=False)

    async def _about(self, http: httpx.AsyncClient) -> Mapping[str, str]:
        """OpenID Connect Discovery 1.0, 4: it must call itself as our setting does."""
        about = await _json(http.get(f"{self.issuer.rstrip('/')}/.well-known/openid-configuration"))
        places = ("authorization_endpoint", "token_endpoint", "jwks_uri")
        scheme = self.issuer.partition("//")[0]
        if about.get("issuer") != self.issuer or {str(about.get(it)).partition("//")[0] for it in places} != {scheme}:
            raise Away
        return {it: str(about[it]) for it in places}

    async def _token(self, http: httpx.AsyncClient, endpoint: str, code: str, sent: Sent, back: str) -> str:
        named = {} if self.secret else {"client_id": self.client_id}
        body = prepare_token_request(
            "authorization_code", code=code, redirect_uri=back, code_verifier=sent.verifier, **named
        )
        # Both are encoded before they are joined (RFC 6749, 2.3.1).
        auth = httpx.BasicAuth(quote(self.client_id, ""), quote(self.secret, "")) if self.secret else httpx.Auth()
        try:
            reply = await http.post(endpoint, content=body, headers=FORM, auth=auth)
        except httpx.HTTPError as fault:
            raise Away from fault
        if reply.status_code == 400:
            raise NotVouched("provider.untrusted")
        return str(_object(reply).get("id_token", ""))


async def _json(asked: Any) -> dict[str, Any]:
    try:
        return _object(await asked)
    except httpx.HTTPError as fault:
        raise Away from fault


def _object(reply: httpx.Response) -> dict[str, Any]:
    try:
        found = reply.raise_for_status().json()
    except (httpx.HTTPStatusError, ValueError) as fault:
        raise Away from fault
    if not isinstance(found, dict):
        raise Away
    return found
