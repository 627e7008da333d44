"""Which form the log is stored in: a number that a store carries, so that none takes another's log for an empty one.

It stands in the metadata of the stream, and beside a store on this machine (lianshen/embedded/store_version.py).
"""

from collections.abc import Mapping

from chassis.errors import Unusable

STORE_VERSION = 2
"""1: one account for services and log. 2: the log has an account of its own (ADR 0009)."""
METADATA = "lianshen-store-version"
STAMPED = {METADATA: str(STORE_VERSION)}

MIGRATE = "nothing of it would be seen: stop what runs, then `lianshen migrate`, which keeps the old files"
NEWER = "this one cannot read it: run that version, or restore the backup that was made before the upgrade"


def refusal(version: int) -> str | None:
    """Why a log of this version is not touched, and what mends it; None where it is today's."""
    if version == STORE_VERSION:
        return None
    by, mend = ("an older", MIGRATE) if version < STORE_VERSION else ("a newer", NEWER)
    return f"the log was written by {by} Lianshen (store version {version}, this is {STORE_VERSION}); {mend}"


def stamped_version(metadata: Mapping[str, str] | None) -> int | None:
    """The version in a stream's metadata; None where there is none. Raises Unusable for what is no number."""
    text = (metadata or {}).get(METADATA)
    if text is None:
        return None
    if not text.isdecimal():
        raise Unusable(f"the metadata {METADATA} of the log is {text!r} and no number; {NEWER}")
    return int(text)


def refuse_other(metadata: Mapping[str, str] | None) -> None:
    """Raises Unusable for the log of another version; one without a stamp is today's, and provisioning stamps it."""
    version = stamped_version(metadata)
    if version is not None and (why := refusal(version)) is not None:
        raise Unusable(why)
