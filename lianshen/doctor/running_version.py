"""Whether what runs here can stand beside a newer version (docs/decisions/0033): its checkpoints say so.

A version that gives back what only a newer one reads names, in each checkpoint, the kinds that were read for it.
"""

import json
from collections.abc import Mapping

from nats.aio.client import Client

from chassis.consume.checkpoints import STREAM as CHECKPOINTS
from chassis.consume.checkpoints import head_of
from chassis.log.history import History
from lianshen.catalog import durables
from lianshen.doctor.finding import Finding

NAME = "the version that runs"
REPLACE_ALL = (
    "replace all at once: stop the system, `lianshen provision` by this version, start it; then "
    "`lianshen dead-letters list` and `retry`. Never one process after another"
)


async def running_version(nc: Client) -> Finding:
    history = History(nc, CHECKPOINTS)
    await history.start()
    heads: dict[str, bytes] = {}
    for name in (durable.name for durable in durables() if durable.pushed_to is not None):
        if (stored := await history.last(head_of(name))) is not None:
            heads[name] = stored.body
    return about_heads(heads)


def about_heads(heads: Mapping[str, bytes]) -> Finding:
    """`heads` are the newest checkpoints by index; pure."""
    older = sorted(name for name, body in heads.items() if not _names_kinds(body))
    if older:
        detail = (
            f"is older than what can stand beside another (before ADR 0033), by its checkpoints ({', '.join(older)}): "
            "it would bury or pass over what only this one reads"
        )
        return Finding(NAME, False, detail, mend=REPLACE_ALL)
    if not heads:
        return Finding(NAME, True, "has kept no index yet, so it does not show; a minute after its start it does")
    return Finding(NAME, True, "can stand beside this one: it gives back what only this one reads")


def _names_kinds(body: bytes) -> bool:
    try:
        return "kinds" in json.loads(body)
    except (ValueError, TypeError):
        return False
