"""What other machines say the time is: the `Date` of their HTTPS replies (RFC 9110, 6.6.1)."""

import asyncio
import ssl
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

import httpx

ANSWERS_WITHIN = 5.0
AGREES_WITHIN = timedelta(minutes=1)


@dataclass(frozen=True)
class OtherClock:
    """One HTTPS server; whatever it answers has a `Date`, also a refusal."""

    name: str
    url: str
    tls: ssl.SSLContext

    async def shows(self) -> datetime | None:
        """None if it does not answer, or not with a `Date` that can be read."""
        try:
            async with httpx.AsyncClient(verify=self.tls, trust_env=False, timeout=ANSWERS_WITHIN) as http:
                reply = await http.head(self.url)
            return instant_of(reply.headers["date"])
        except (httpx.HTTPError, httpx.InvalidURL, KeyError):
            return None


def instant_of(date: str) -> datetime | None:
    """None for what is no instant: it comes from outside."""
    try:
        return parsedate_to_datetime(date).astimezone(UTC)
    except (ValueError, TypeError, OverflowError):
        return None


async def ask(clocks: Sequence[OtherClock]) -> dict[str, datetime]:
    """What each shows, by its name; without those that do not answer."""
    shown = await asyncio.gather(*(clock.shows() for clock in clocks))
    return {clock.name: instant for clock, instant in zip(clocks, shown, strict=True) if instant is not None}


def vouches(shown: dict[str, datetime], wall: datetime, enough: int) -> bool:
    """Whether `enough` of them show what our clock shows, and none shows another time."""
    return len(shown) >= enough and not differing(shown, wall)


def differing(shown: dict[str, datetime], wall: datetime) -> dict[str, datetime]:
    """Those that show another time than ours."""
    return {name: instant for name, instant in shown.items() if abs(instant - wall) > AGREES_WITHIN}
