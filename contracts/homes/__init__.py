"""One file a home: everything that happened to it, across families, owners and buy-backs (Art. 34)."""

from typing import TypeAlias, get_args

from contracts.events.registry import Registry
from contracts.homes.events import (
    HomeBoughtBack,
    HomeFreed,
    HomeListed,
    HomeTaken,
    KeysGiven,
    OwnersOfHomeChanged,
    RepairRecorded,
)

HomeRecord: TypeAlias = (
    HomeListed | HomeTaken | HomeFreed | KeysGiven | OwnersOfHomeChanged | RepairRecorded | HomeBoughtBack
)
"""Every event of a home."""
HOME_EVENTS: Registry[HomeRecord] = Registry("home.{home}", get_args(HomeRecord))
