"""The receipt's secret: an HMAC of the application number, so there is nothing to store and nothing to lose."""

import hashlib
import hmac

from contracts.numbers import MEANT, base32
from contracts.text import typed_number


def receipt_secret(key: bytes, application: str) -> str:
    """Twenty characters; the same for the same application, so a lost reply can be sent again."""
    return base32(hmac.digest(key, application.encode(), hashlib.sha256), 20)


def is_receipt(key: bytes, application: str, given: str) -> bool:
    """Compares in constant time; case, width, blanks and dashes of a typed secret do not matter."""
    typed = typed_number(_of_a_header(given)).translate(MEANT)
    return hmac.compare_digest(receipt_secret(key, application).encode(), typed.encode(errors="replace"))


def _of_a_header(given: str) -> str:
    # HTTP hands over a header's bytes as Latin-1; what was typed on paper's dash arrives in them as UTF-8.
    try:
        return given.encode("latin-1").decode()
    except UnicodeError:
        return given
