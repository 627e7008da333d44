"""Whether a department may be asked at all: not while it is paused, nor without a certificate where one is needed."""

from datetime import UTC, datetime

from contracts.key_register import Holding
from contracts.local_time import SHANGHAI
from procedures.policy import CURRENT, policy_named


def reason_not_asked_now(holding: Holding, contract: str | None, way: str | None = None) -> str | None:
    """Why a department is asked nothing now, under today's policy; None where it is asked.

    The certificate must be for this contract (`contract_sha256`) and this way to attach, where they are given. A
    clerk needs none: there is no system that could go through the kit.
    """
    now = datetime.now(UTC)
    policy = policy_named(CURRENT).on(now.astimezone(SHANGHAI).date())
    return reason_not_asked(holding, policy.certified_departments_only and way != "clerk", now, contract, way)


def reason_not_asked(
    holding: Holding, certified_only: bool, now: datetime, contract: str | None = None, way: str | None = None
) -> str | None:
    """The decision of `reason_not_asked_now`. Pure."""
    if holding.paused is not None:
        return f"paused: {holding.paused.reason}"
    if certified_only and not holding.is_certified_at(now, contract, way):
        return "it has no certificate that counts, and only certified departments are asked"
    return None
