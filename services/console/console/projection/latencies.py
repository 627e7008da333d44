"""How long answers take, counted in steps of a tenth: a percentile of millions without keeping one of them. Pure."""

import math
from collections.abc import Mapping
from datetime import timedelta

STEP = math.log(1.1)
SHARES = (0.5, 0.95, 0.99)


def bucket_of(took: timedelta) -> int:
    """Each bucket is a tenth longer than the one before; the first one is a millisecond."""
    return math.ceil(math.log(max(took.total_seconds() * 1000, 1.0)) / STEP)


def longest_in(bucket: int) -> timedelta:
    return timedelta(milliseconds=math.exp(bucket * STEP))


def percentiles(counts: Mapping[int, int]) -> tuple[timedelta, ...]:
    """Of SHARES, at most a tenth too long; empty if nothing was counted."""
    whole = sum(counts.values())
    return tuple(longest_in(_bucket_at(counts, math.ceil(share * whole))) for share in SHARES) if whole else ()


def _bucket_at(counts: Mapping[int, int], place: int) -> int:
    passed = 0
    for bucket in sorted(counts):
        passed += counts[bucket]
        if passed >= place:
            return bucket
    raise ValueError("there are fewer than that")
