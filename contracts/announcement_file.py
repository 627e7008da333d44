"""A project's announcement as a file that people write (TOML): for the command line and for a page alike. Pure."""

import tomllib
from datetime import date
from decimal import Decimal
from typing import Any

from contracts.text_file import text_in

EXAMPLE = """\
project = "HN-2026-02"
title = "海南区2026年第二批配售型保障性住房"
place = "公乌素镇矿区街坊"
way = "offline"                       # or online
stock = "new"                         # or purchased
registration_opens = 2026-12-01
registration_closes = 2026-12-31      # the last day
method = "An open draw; its rules and its checker are posted before the list is frozen."
deposit = { amount = "20000.00", working_days = 10 }    # left out: none is asked
pools = [{ name = "two-rooms", substitutes = 5, reserved = [{ group = "elderly", homes = 2 }] }]

[[homes]]
code = "GWS-1-0201"                   # unique in the district
building = "1"
floor = 2
area = "75.30"                        # building area, square metres
pool = "two-rooms"
"""


def read_announcement(data: bytes) -> dict[str, Any]:
    """What the file says, as JSON takes it. Raises ValueError for what is no text or no TOML."""
    said: dict[str, Any] = _plain(tomllib.loads(text_in(data), parse_float=Decimal))
    return said


def _plain(value: Any) -> Any:
    """Days and numbers as text."""
    if isinstance(value, dict):
        return {key: _plain(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_plain(one) for one in value]
    return str(value) if isinstance(value, date | Decimal) else value
