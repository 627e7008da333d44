"""Which version wrote the store in a data directory: read from its stamp, or recognised by its accounts."""

from dataclasses import dataclass
from pathlib import Path

from chassis.log.store_version import NEWER, STORE_VERSION, refusal
from chassis.process.keys import write_secret
from lianshen.bus_access.account_names import LOG

STAMP = "store.version"
BEFORE_ACCOUNTS = "LIANSHEN"
"""The account that services and log had together."""
BEFORE_ACCOUNTS_VERSION = 1


@dataclass(frozen=True)
class Store:
    """What lies in the folder of a store (DATA/jetstream)."""

    stamp: str | None
    logs: frozenset[str]
    """The accounts that have a log."""

    @classmethod
    def in_(cls, folder: Path) -> "Store":
        stamp = folder / STAMP
        # nats-server makes a folder of that name inside the one it is given.
        logs = (log.parent.parent.name for log in folder.glob("jetstream/*/streams/CASES"))
        return cls(stamp.read_text().strip() if stamp.is_file() else None, frozenset(logs))

    @property
    def version(self) -> int | None:
        """None where there is nothing yet, or where the stamp is no number."""
        if self.stamp is not None:
            return int(self.stamp) if self.stamp.isdecimal() else None
        if BEFORE_ACCOUNTS in self.logs:
            return BEFORE_ACCOUNTS_VERSION
        return STORE_VERSION if self.logs else None

    def refusal(self) -> str | None:
        """Why nothing may be started on it, and what mends that; None where all is well, or new."""
        if self.stamp is not None and not self.stamp.isdecimal():
            return f"jetstream/{STAMP} is no number; {NEWER}"
        if self.version is None:
            return None
        if self.version == STORE_VERSION and BEFORE_ACCOUNTS in self.logs:
            return (
                "an older Lianshen was started on this data directory after its migration, and began a log of its own;"
                f" where nobody applied there, move jetstream/jetstream/{BEFORE_ACCOUNTS} elsewhere and start again"
            )
        if self.version == STORE_VERSION and self.logs - {LOG}:
            return f"the store has a log of an account that is not known: {', '.join(self.logs - {LOG})}; {NEWER}"
        return refusal(self.version)


def stamp(folder: Path) -> None:
    """Says that the store is of today's version; a stamp that is there stays."""
    write_secret(folder / STAMP, str(STORE_VERSION))
