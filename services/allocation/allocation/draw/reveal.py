"""What the ceremony brings to light: the dice, the public number and the parties' secrets."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from allocation.draw.documents import MANIFEST, REVEAL, written
from allocation.draw.faults import need
from allocation.draw.hashes import commitment
from allocation.draw.manifest import need_parties
from allocation.draw.public_format import is_in_format
from allocation.draw.rules import Rules, is_line_or_empty

_SECRET = re.compile("[0-9a-f]{64}")
_DIGITS = re.compile("[0-9]*")


@dataclass(frozen=True)
class Reveal:
    """The secrets in the order of the rules."""

    dice: str
    public: str
    secrets: tuple[tuple[str, str], ...]

    def to_bytes(self) -> bytes:
        """The file."""
        return written({"dice": self.dice, "public": self.public, "secrets": dict(self.secrets)})


def read_reveal(value: Any, manifest: Any, rules: Rules) -> Reveal:
    """Raises DoesNotHold."""
    commitments = need_parties(MANIFEST, manifest, rules, "commitments")
    secrets = need_parties(REVEAL, value, rules, "secrets")
    for party in rules.parties:
        need_secret(party, secrets[party])
    for party in rules.parties:
        need_committed(rules, party, secrets[party], commitments)
    need_dice(rules, value.get("dice"))
    need_public(rules, value.get("public"))
    return Reveal(value["dice"], value["public"], tuple((party, secrets[party]) for party in rules.parties))


def need_secret(party: str, secret: Any) -> None:
    """Raises DoesNotHold."""
    holds = isinstance(secret, str) and _SECRET.fullmatch(secret) is not None
    need(holds, "bad-secret", f"the secret of {party} is not 64 hex digits in lower case")


def need_committed(rules: Rules, party: str, secret: str, commitments: Mapping[str, Any]) -> None:
    """An envelope that does not fit voids the draw. Raises DoesNotHold."""
    holds = commitments.get(party) == commitment(rules.project, rules.serial, party, secret)
    need(holds, "not-committed", f"the secret of {party} does not fit its commitment")


def need_dice(rules: Rules, dice: Any) -> None:
    """Raises DoesNotHold."""
    holds = isinstance(dice, str) and _DIGITS.fullmatch(dice) is not None and len(dice) == rules.dice
    need(holds, "bad-dice", f"the dice are not {rules.dice} digits")


def need_public(rules: Rules, public: Any) -> None:
    """Raises DoesNotHold."""
    holds = is_line_or_empty(public) and is_in_format(public, rules.public_format)
    need(holds, "bad-public", "the public number is not in the format of the rules")
