"""The dates of a case as a calendar file (RFC 5545): no name, no ID number, nothing but what is due. Pure."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from icalendar import Calendar as CalendarFile
from icalendar import Event as Entry

from intake.family.next_steps import Step
from intake.family.standing import Standing

LASTS = timedelta(minutes=30)


@dataclass(frozen=True)
class Due:
    """One date: its text, and whether the calendar may still move it."""

    text: str
    at: date | datetime
    provisional: bool = False
    departments: tuple[str, ...] = ()


def dates(standing: Standing, steps: tuple[Step, ...]) -> tuple[Due, ...]:
    """What was promised, and what comes by itself; each instant once."""
    promise = standing.promise
    found = [Due(promise.text, promise.due, promise.provisional)] if promise else []
    told = {due.at for due in found}
    found += [
        Due(it.text, it.at, departments=it.departments) for it in steps if it.at is not None and it.at not in told
    ]
    return tuple(found)


def as_calendar(application: str, due: tuple[Due, ...], say: Callable[[Due], str], title: str, now: datetime) -> bytes:
    """A file that a phone's calendar takes; taken again, its entries move instead of doubling."""
    file = CalendarFile()
    file.add("prodid", "-//Lianshen//family//ZH")
    file.add("version", "2.0")
    file.add("method", "PUBLISH")
    file.add("x-wr-calname", title)
    for one in due:
        entry = Entry()
        entry.add("uid", f"{application}.{one.text}@lianshen")
        entry.add("dtstamp", now)
        entry.add("dtstart", one.at)
        if isinstance(one.at, datetime):
            entry.add("dtend", one.at + LASTS)
        entry.add("summary", f"{title} · {say(one)}")
        entry.add("status", "TENTATIVE" if one.provisional else "CONFIRMED")
        file.add_component(entry)
    return bytes(file.to_ical())
