"""The receipt's secret: an HMAC of the application number, so there is nothing to store and nothing to lose."""

import hashlib
import hmac

from contracts.numbers import base32


def receipt_secret(key: bytes, application: str) -> str:
    """Twenty characters; the same for the same application, so a lost reply can be sent again."""
    return base32(hmac.digest(key, application.encode(), hashlib.sha256), 20)


def is_receipt(key: bytes, application: str, given: str) -> bool:
    """Compares in constant time; case and hyphens of a typed secret do not matter."""
    typed = given.upper().replace("-", "").replace(" ", "").replace("O", "0").replace("I", "1").replace("L", "1")
    return hmac.compare_digest(receipt_secret(key, application).encode(), typed.encode(errors="replace"))
