"""Whether an ID token holds, and whom it names (OpenID Connect Core 3.1.3.7). Pure: keys and time are passed in."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from authlib.oidc.core import CodeIDToken
from joserfc import jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jwk import KeySet

from console.sign_in.signing_in import Wrong

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA")
"""Signatures by a key that the provider alone holds; never by the secret that we share, and never none."""
SLACK = 60
"""Seconds that the provider's clock may be off."""
log = logging.getLogger(__name__)


class NotVouched(Wrong):
    """The provider does not say, or not so that it holds, that this is one of us."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why
        """The key of the text that says so."""


@dataclass(frozen=True)
class Expected:
    """What the token must say: whose it is, for whom, and in answer to what."""

    issuer: str
    client_id: str
    nonce: str = field(repr=False)


def claims_in(token: str, keys: Mapping[str, Any], expected: Expected, now: datetime) -> dict[str, Any]:
    """Raises NotVouched."""
    try:
        decoded = jwt.decode(token, KeySet.import_key_set({"keys": keys["keys"]}), algorithms=[*ALGORITHMS])
        claims = CodeIDToken(
            decoded.claims,
            decoded.header,
            options={name: {"essential": True, "value": value} for name, value in _named(expected)},
            params={"nonce": expected.nonce, "client_id": expected.client_id},
        )
        claims.validate(int(now.timestamp()), SLACK)
    except ExpiredTokenError:
        raise NotVouched("provider.expired") from None
    except (JoseError, ValueError, KeyError, TypeError) as fault:
        # Only what kind of fault: what the token says of a person stays out of logs.
        log.warning("an ID token does not hold: %s %s", type(fault).__name__, getattr(fault, "claim", ""))
        raise NotVouched("provider.untrusted") from None
    return dict(claims)


def _named(expected: Expected) -> tuple[tuple[str, str], ...]:
    return ("iss", expected.issuer), ("aud", expected.client_id)


def subject_in(claims: Mapping[str, Any], claim: str) -> str:
    """By which an account is bound. Raises NotVouched, also for an address that nobody has checked."""
    subject = claims.get(claim)
    if not isinstance(subject, str) or not subject or (claim == "email" and claims.get("email_verified") is not True):
        raise NotVouched("provider.unknown")
    return subject


def methods_in(claims: Mapping[str, Any]) -> frozenset[str]:
    """How the provider says that the person showed who they are (`amr`, `acr`)."""
    amr = claims.get("amr")
    said = [*(amr if isinstance(amr, list) else []), claims.get("acr")]
    return frozenset(it for it in said if isinstance(it, str))
