"""Whether a history is one that a single register a key could have given (Wing and Gong 1993, Lowe 2017).

Each key stands for itself: a history is linearizable if the part of each key is (Herlihy and Wing 1990, locality).
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Sequence

from tests.linearizable.history import Operation, Told


def not_linearizable(history: Iterable[Operation]) -> list[str]:
    """The keys whose operations have no order that explains what their clients were told."""
    by_key = defaultdict(list)
    for operation in history:
        by_key[operation.key].append(operation)
    return [key for key, operations in by_key.items() if not has_order(operations)]


def has_order(operations: Sequence[Operation]) -> bool:
    """Searches depth first for an order that keeps real time; a state once refuted is not looked at again.

    An operation may come next if none of the others that are still to come had ended before it began. One whose
    outcome is unknown never ended, and need not come at all.
    """
    ordered = sorted(operations, key=lambda it: it.began)
    ends = [math.inf if it.told is Told.UNKNOWN else it.ended for it in ordered]
    definite = sum(1 << n for n, end in enumerate(ends) if end != math.inf)
    stack: list[tuple[int, str | None]] = [(0, None)]
    seen = set(stack)
    while stack:
        done, state = stack.pop()
        if done & definite == definite:
            return True
        first_end = min(end for n, end in enumerate(ends) if not done >> n & 1)
        for n, operation in enumerate(ordered):
            if operation.began > first_end:
                break
            if done >> n & 1:
                continue
            for after in operation.after(state):
                found = (done | 1 << n, after)
                if found not in seen:
                    seen.add(found)
                    stack.append(found)
    return False
