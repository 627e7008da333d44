"""How long things take, counted in even steps: a percentile of millions without keeping one of them. Pure."""

import math
from collections.abc import Mapping, Sequence
from datetime import timedelta

TENTH, HUNDREDTH = math.log(1.1), math.log(1.01)
"""By how much a bucket is longer than the one before it: a tenth for latencies, a hundredth for figures."""
SHARES = (0.5, 0.95, 0.99)


def bucket_of(took: timedelta, step: float = TENTH) -> int:
    """The first one is a millisecond."""
    return math.ceil(math.log(max(took.total_seconds() * 1000, 1.0)) / step)


def longest_in(bucket: int, step: float = TENTH) -> timedelta:
    return timedelta(milliseconds=math.exp(bucket * step))


def percentiles(
    counts: Mapping[int, int], shares: Sequence[float] = SHARES, step: float = TENTH
) -> tuple[timedelta, ...]:
    """Of these shares, at most one step too long; empty if nothing was counted."""
    return tuple(longest_in(bucket, step) for bucket in buckets_at(counts, shares))


def buckets_at(counts: Mapping[int, int], shares: Sequence[float]) -> tuple[int, ...]:
    """In which bucket each of these shares is reached; empty if nothing was counted."""
    whole = sum(counts.values())
    return tuple(_bucket_at(counts, math.ceil(share * whole)) for share in shares) if whole else ()


def _bucket_at(counts: Mapping[int, int], place: int) -> int:
    passed = 0
    for bucket in sorted(counts):
        passed += counts[bucket]
        if passed >= place:
            return bucket
    raise ValueError("there are fewer than that")
