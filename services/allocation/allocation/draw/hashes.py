"""Every hash of a draw: SHA-256 over lines of UTF-8, each ended by one LF, so that `sha256sum` finds it as well."""

import hashlib
from collections.abc import Sequence

from contracts.draws.check_line import VERSION, ticket_lines


def sha256(body: bytes) -> str:
    """Of a whole file, as lower-case hex."""
    return hashlib.sha256(body).hexdigest()


def hash_lines(*lines: str) -> str:
    """As lower-case hex."""
    return sha256("".join(f"{line}\n" for line in lines).encode())


def commitment(project: str, serial: str, party: str, secret: str) -> str:
    """The party's own name is hashed, too: whoever copies another's commitment can open it with no secret."""
    return hash_lines(f"{VERSION}/commit", project, serial, party, secret)


def draw_seed(manifest: bytes, dice: str, public: str, secrets: Sequence[tuple[str, str]]) -> str:
    """From the manifest as it was published, and each party with its secret in the order of the rules."""
    opened = (f"{party} {secret}" for party, secret in secrets)
    return hash_lines(f"{VERSION}/seed", sha256(manifest), dice, public, *opened)


def ticket(seed: str, pool: str, application: str) -> str:
    """The pool is hashed, too: luck in one says nothing of another."""
    return hash_lines(*ticket_lines(seed, pool, application))
