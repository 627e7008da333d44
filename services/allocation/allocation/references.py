"""A bank's reference is used once: a claim that is written together with the payment it stands for."""

import hashlib
from decimal import Decimal

from allocation.desk import Desk
from chassis.errors import CommandRefused
from chassis.log.journal import Claim

USED = "this bank reference was used before"


def claim_of(reference: str, application: str, amount: Decimal) -> Claim:
    """Says for whom it came in, and how much."""
    digest = hashlib.sha256(f"bank|{reference}".encode()).hexdigest()
    return Claim(f"claim.bank.{digest[:40]}", f"{application} {amount}", 0)


async def same_before(desk: Desk, claim: Claim) -> bool:
    """Whether exactly this payment was taken before. Raises CommandRefused where the reference was another one's."""
    stored = await desk.journal.history.last(claim.subject)
    if stored is None:
        return False
    if stored.body.decode() != claim.holder:
        raise CommandRefused(409, USED, "it stands for another payment; look at both with the bank")
    return True
