"""What a browser is asked to do with a key, and whether what comes back holds (W3C WebAuthn, 7). Pure.

A key is found by its own memory (a discoverable credential), so that nobody learns from us who has one.
"""

import base64
import hashlib
import secrets
from collections.abc import Iterable
from dataclasses import dataclass, field

from webauthn import (
    generate_authentication_options,
    generate_registration_options,
    options_to_json,
    verify_authentication_response,
    verify_registration_response,
)
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    parse_authentication_credential_json,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from console.sign_in.keys.relying_party import RelyingParty
from console.sign_in.keys.store import SecurityKey
from console.who import SignedIn

WITHIN = 120_000
"""Milliseconds that a browser waits for the key."""
NAME = "Lianshen"


class NoKey(ValueError):
    """What came back adds no key."""


@dataclass(frozen=True)
class Challenge:
    """What a key has to sign, once and soon."""

    new_key_of: str = ""
    """The account to which a key may be added by it; empty: to show one that is there."""
    value: bytes = field(default_factory=lambda: secrets.token_bytes(32), repr=False)


@dataclass(frozen=True)
class Assertion:
    """That a key signed, as the browser says it; for which challenge and which address we asked it to."""

    response: str = field(repr=False)
    challenge: bytes | None = field(repr=False)
    """None if there was none, or its time is over."""
    party: RelyingParty


def to_sign_in(party: RelyingParty, challenge: bytes) -> str:
    """The options of `navigator.credentials.get`, as JSON."""
    asked = generate_authentication_options(
        rp_id=party.id,
        challenge=challenge,
        timeout=WITHIN,
        # Without it many a key does not give away what it remembers.
        user_verification=UserVerificationRequirement.PREFERRED,
    )
    return options_to_json(asked)


def to_add(party: RelyingParty, challenge: bytes, who: SignedIn, there: Iterable[SecurityKey]) -> str:
    """The options of `navigator.credentials.create`, as JSON; a key that is there is not added once more."""
    asked = generate_registration_options(
        rp_id=party.id,
        rp_name=NAME,
        user_id=hashlib.sha256(f"{party.id} {who.account}".encode()).digest(),
        user_name=who.account,
        user_display_name=who.name,
        challenge=challenge,
        timeout=WITHIN,
        authenticator_selection=AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.REQUIRED, user_verification=UserVerificationRequirement.PREFERRED
        ),
        exclude_credentials=[PublicKeyCredentialDescriptor(id=base64url_to_bytes(key.id)) for key in there],
    )
    return options_to_json(asked)


@dataclass(frozen=True)
class NewKey:
    """What is kept of a key that was just made."""

    id: str
    public_key: str
    counter: int


def added(response: str, challenge: bytes, party: RelyingParty) -> NewKey:
    """Raises NoKey."""
    try:
        made = verify_registration_response(
            credential=response,
            expected_challenge=challenge,
            expected_rp_id=party.id,
            expected_origin=party.origin,
        )
    except Exception as fault:  # whatever a stranger's bytes do to the parsers of CBOR, COSE and JSON
        raise NoKey from fault
    public = base64.b64encode(made.credential_public_key).decode()
    return NewKey(bytes_to_base64url(made.credential_id), public, made.sign_count)


def id_in(assertion: Assertion) -> str:
    """Which key says that it signed; empty if that cannot be read."""
    try:
        return parse_authentication_credential_json(assertion.response).id
    except Exception:  # as above
        return ""


def counter_after(assertion: Assertion, key: SecurityKey) -> int | None:
    """What the key counts now; None if it did not sign, or counts less than before, as a copy of it would."""
    if assertion.challenge is None:
        return None
    try:
        held = verify_authentication_response(
            credential=assertion.response,
            expected_challenge=assertion.challenge,
            expected_rp_id=assertion.party.id,
            expected_origin=assertion.party.origin,
            credential_public_key=base64.b64decode(key.public_key),
            credential_current_sign_count=key.counter,
        )
    except Exception:  # as above
        return None
    return held.new_sign_count
