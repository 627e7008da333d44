"""A second, small procedure that no law has: Hainan's with other limits, and fewer departments asked."""

from dataclasses import replace
from typing import Any

from procedures.hainan_2025.law import HAINAN_2025
from procedures.policy import Policy
from procedures.procedure import Procedures


def with_values(policy: Policy, name: str, **values: Any) -> Policy:
    """A policy of this name, whose parameters have other values from its first day on."""
    changed = {
        key: replace(policy.parameters[key], values=((policy.in_force, value),)) for key, value in values.items()
    }
    return replace(policy, name=name, parameters=policy.parameters | changed)


MADE_UP = replace(
    HAINAN_2025,
    policy=with_values(
        HAINAN_2025.policy,
        "made-up-2026",
        departments=["tax", "housing"],
        department_reply_working_days=9,
        reminder_working_days=[1, 2],
        publicity_working_days=3,
        objections_per_entry=2,
    ),
)
BOTH = Procedures(accepting=HAINAN_2025, others=(MADE_UP,))
