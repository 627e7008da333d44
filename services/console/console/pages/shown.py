"""A page about cases: with how far the console has read, and with what every one of them needs to say a case."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from fastapi import Response

from chassis.http.pages.language import Language, language_of
from console.visit import Visit
from console.words.events import EVENTS, WORDS
from contracts.bilingual import Bilingual
from contracts.describe import instant
from contracts.looks import REASONS
from procedures.hainan_2025.titles import DEPARTMENT_TITLES, STATES

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def shown(visit: Visit, template: str, status: int = 200, **values: Any) -> Response:
    """With `at`, `long`, `whom`, `state` and `happened` for instants, durations, names and events."""
    language = language_of(visit.request)
    views = visit.console.views
    said = {
        "as_of": views.as_of,
        "now": visit.now,
        "again": _again(visit),
        "at": minute,
        "exactly": exactly,
        "long": long,
        "whom": lambda name: whom(name, language, visit.console.site.catalogue.say),
        "state": lambda name: _in(STATES.get(name), name, language),
        "happened": lambda kind: _in(EVENTS.get(f"event.{kind}"), kind, language),
        "about": lambda words: about(words, language),
        "why": lambda reason: _in(REASONS.get(reason), reason, language),
        "in_words": lambda told: _in(told, "", language),
    }
    return visit.page(template, status, **{**said, **values})


def _again(visit: Visit) -> str:
    """By which a live page is asked for again; empty for one that a form made."""
    url = visit.request.url
    return url.path + (f"?{url.query}" if url.query else "") if visit.request.method == "GET" else ""


def _in(found: Bilingual | None, name: str, language: Language) -> str:
    return str(getattr(found, language)) if found is not None else name


def whom(name: str, language: Language, say: Callable[..., str]) -> str:
    """A department by its title, everybody else by the table."""
    found = DEPARTMENT_TITLES.get(name)
    return str(getattr(found, language)) if found is not None else say(language, "whom." + name)


def about(words: str, language: Language) -> str:
    """An event's summary: departments and kinds of answers by their titles, numbers and channels as they are."""
    known = {**WORDS, **DEPARTMENT_TITLES}
    return " ".join(_in(known.get(word), word, language) for word in words.split())


def minute(at: datetime | None) -> str:
    """As a clock in Wuhai shows it, without seconds."""
    return instant(at)[:16] if at is not None else ""


def exactly(at: datetime) -> str:
    """With milliseconds, as the trace needs them."""
    return f"{instant(at)}.{at.astimezone(UTC).microsecond // 1000:03d}"


def long(took: timedelta) -> str:
    """Short enough for a table: `350 ms`, `12.5 s`, `7 min`, `3.2 h`, `4.5 d`."""
    seconds = took.total_seconds()
    if seconds < 1:
        return f"{seconds * 1000:.0f} ms"
    if seconds < 120:
        return f"{seconds:.1f} s"
    if took < 2 * HOUR:
        return f"{seconds / 60:.0f} min"
    return f"{took / HOUR:.1f} h" if took < 2 * DAY else f"{took / DAY:.1f} d"


def size(n: int) -> str:
    """Of a disk: `512 MB`, `4.2 GB`."""
    return f"{n / 1024**2:.0f} MB" if n < 1024**3 else f"{n / 1024**3:.1f} GB"
