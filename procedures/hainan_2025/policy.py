"""The numbers of this regulation (policy.toml, allocation.toml), as every file of this folder reads them."""

from procedures.policy import policy_named

POLICY = policy_named("hainan-2025")
