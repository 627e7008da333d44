"""A bank's reference is used once anywhere: a claim that is written together with the payment it stands for."""

import hashlib
from decimal import Decimal

from chassis.errors import CommandRefused
from chassis.log.history import History
from chassis.log.journal import Claim
from contracts.money import CENT

USED = "this bank reference was used before"
ANOTHER = "it stands for another payment; look at both with the bank"


def claim_of(reference: str, application: str, amount: Decimal) -> Claim:
    """Says for whom it came in, and how much."""
    digest = hashlib.sha256(f"bank|{reference}".encode()).hexdigest()
    return Claim(f"claim.bank.{digest[:40]}", f"{application} {amount.quantize(CENT)}", 0)


async def same_before(history: History, claim: Claim) -> bool:
    """Whether exactly this payment was taken before. Raises CommandRefused where the reference was another one's."""
    stored = await history.last(claim.subject)
    if stored is None:
        return False
    if not same_payment(stored.body.decode(), claim.holder):
        raise CommandRefused(409, USED, ANOTHER)
    return True


def same_payment(one: str, other: str) -> bool:
    """By their amounts, not their digits: claims of older versions say 20000 where these say 20000.00."""
    (whose, amount), (whose_too, amount_too) = one.split(), other.split()
    return whose == whose_too and Decimal(amount) == Decimal(amount_too)
