"""A department, and what it owes, as people who look after it see them."""

import time
from datetime import datetime, timedelta
from typing import Any

from contracts.key_register import Holding
from inquiry.deadlines import Silent
from inquiry.department_client import DepartmentClient


def state_of(asking: DepartmentClient, holding: Holding, silent: list[Silent], now: datetime) -> dict[str, Any]:
    """One department as operations staff see it."""
    keys = [key for key in holding.keys.values() if key.use == "answer"]
    return {
        "department": asking.name,
        "title": asking.department.title.en,
        "attached_by": asking.attached_by,
        "signatures": asking.signatures,
        "paused": holding.paused.reason if holding.paused else None,
        "paused_since": holding.paused.at.isoformat() if holding.paused else None,
        "not_asked_because": asking.breaker.held,
        "breaker_open": asking.breaker.is_open,
        "asked_next": _asked_next(asking, now),
        "address": asking.attachment.address,
        "faults": [fault | {"address": asking.attachment.address} for fault in asking.faults.listed()],
        "open_questions": len(silent),
        "oldest_asked_at": min((item.asked_at.isoformat() for item in silent), default=None),
        "overdue": sum(item.overdue for item in silent),
        "overdue_since": min((item.answer_by.isoformat() for item in silent if item.overdue), default=None),
        "keys": [
            {"kid": key.kid, "until": (key.revoked_since or key.not_after).isoformat(), "counts": key.counts_at(now)}
            for key in keys
        ],
        "certified_until": holding.certified.expires_at.isoformat()
        if holding.certified and holding.is_certified_at(now, way=asking.attached_by)
        else None,
    }


def _asked_next(asking: DepartmentClient, now: datetime) -> str | None:
    """When a department that is left alone is asked again; None where it is asked whenever there is a question."""
    if asking.breaker.next_probe is None or asking.breaker.held is not None:
        return None
    return (now + timedelta(seconds=max(0.0, asking.breaker.next_probe - time.monotonic()))).isoformat()


def as_listed(item: Silent) -> dict[str, Any]:
    return {
        "application": item.case.application,
        "department": item.department,
        "round": item.round,
        "asked_at": item.asked_at.isoformat(),
        "answer_by": item.answer_by.isoformat(),
        "overdue": item.overdue,
        "reminded": item.reminded,
    }
