"""Whether a department may be asked at all: not while it is paused, nor without a certificate where one is needed."""

from collections.abc import Collection
from datetime import datetime

from contracts.key_register import Holding


def reason_not_asked(
    holding: Holding,
    certified_only: bool,
    now: datetime,
    contracts: Collection[str] | None = None,
    way: str | None = None,
) -> str | None:
    """Why a department is asked nothing now; None if it is asked. Pure.

    A certificate must be over one of these contracts (`contract_hashes`) and for this way to attach, if they are
    given. A clerk needs none: there is no system that could go through the kit.
    """
    if holding.paused is not None:
        return f"paused: {holding.paused.reason}"
    if certified_only and way != "clerk" and not holding.is_certified_at(now, contracts, way):
        return "it has no certificate that counts, and only certified departments are asked"
    return None
