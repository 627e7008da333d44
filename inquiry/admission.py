"""Whether a department may be asked at all: not while it is paused, nor without a certificate where one is needed."""

from collections.abc import Collection
from datetime import UTC, datetime

from contracts.key_register import Holding
from contracts.local_time import SHANGHAI
from procedures.policy import CURRENT, policy_named


def reason_not_asked_now(holding: Holding, contracts: Collection[str] | None, way: str | None = None) -> str | None:
    """Why a department is asked nothing now, under today's policy; None where it is asked.

    The certificate must be over one of these contracts (`contract_hashes`) and for this way to attach, if they are
    given. A clerk needs none: there is no system that could go through the kit.
    """
    now = datetime.now(UTC)
    policy = policy_named(CURRENT).on(now.astimezone(SHANGHAI).date())
    return reason_not_asked(holding, policy.certified_departments_only and way != "clerk", now, contracts, way)


def reason_not_asked(
    holding: Holding,
    certified_only: bool,
    now: datetime,
    contracts: Collection[str] | None = None,
    way: str | None = None,
) -> str | None:
    """The decision of `reason_not_asked_now`. Pure."""
    if holding.paused is not None:
        return f"paused: {holding.paused.reason}"
    if certified_only and not holding.is_certified_at(now, contracts, way):
        return "it has no certificate that counts, and only certified departments are asked"
    return None
