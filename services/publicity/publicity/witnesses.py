"""Whose clocks may vouch for ours: a server that a setting names, or two departments attached over HTTPS.

A department on the bus sends no time, and one on this machine has our own clock: neither is a witness.
"""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from chassis.bus_tls import THIS_MACHINE
from chassis.consume.other_clocks import OtherClock
from inquiry.attachments.config import AttachmentConfig
from inquiry.attachments.tls import tls_context
from publicity.settings import PublicitySettings

log = logging.getLogger(__name__)
DEPARTMENTS_ENOUGH = 2


@dataclass(frozen=True)
class Witnesses:
    """Whom to ask, and how many have to agree."""

    clocks: tuple[OtherClock, ...] = ()
    enough: int = 1


def witnesses_of(settings: PublicitySettings, tables: Mapping[str, AttachmentConfig]) -> Witnesses:
    """Raises OSError for a file of certificates that cannot be used, where a setting names it."""
    if settings.clock_witness is not None:
        tls = tls_context(settings.clock_witness_ca_file, None)
        return Witnesses((OtherClock("the witness", settings.clock_witness, tls),))
    asked = (_clock(name, table) for name, table in tables.items() if _is_elsewhere(table))
    clocks = tuple(clock for clock in asked if clock is not None)
    return Witnesses(clocks if len(clocks) >= DEPARTMENTS_ENOUGH else (), DEPARTMENTS_ENOUGH)


def _is_elsewhere(table: AttachmentConfig) -> bool:
    parts = urlsplit(table.url or "")
    return parts.scheme == "https" and parts.hostname not in THIS_MACHINE


def _clock(name: str, table: AttachmentConfig) -> OtherClock | None:
    """None where its files cannot be used here: on Kubernetes only the service that asks a department has them."""
    assert table.url is not None
    own = (table.certificate, table.private_key) if table.certificate and table.private_key else None
    try:
        return OtherClock(name, table.url, tls_context(table.ca_file, own))
    except OSError:
        log.warning("%s is no witness of the clock: its files of certificates cannot be used here", name)
        return None
