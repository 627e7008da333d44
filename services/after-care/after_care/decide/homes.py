"""One file a home: repairs, its history across families, closed management (Art. 27, 34). Pure."""

import csv
import io
from collections.abc import Iterable
from datetime import datetime
from typing import Any, Literal

from contracts.case.case import NotAllowed, Recorded
from contracts.homes import HomeRecord
from contracts.homes.events import RepairRecorded
from contracts.homes.home import HomeFile, Stands

COLUMNS = ("n", "at", "what", "application", "detail", "by")


def record_repair(
    home: HomeFile, what: Literal["damaged", "repaired", "refused"], reason: str, by: str, now: datetime
) -> RepairRecorded:
    """Raises NotAllowed if nothing is damaged that could be repaired or refused."""
    if home.stands is Stands.UNKNOWN:
        raise NotAllowed("no project listed a home of this code")
    if what != "damaged" and home.damage not in ("damaged", "refused"):
        raise NotAllowed("no damage stands on record; record it first")
    return RepairRecorded(home=home.code, n=home.next(RepairRecorded), at=now, what=what, reason=reason, by=by)


def closed_management(home: HomeFile) -> bool:
    """Whether it may change hands only to us: from its listing on, whoever lives there (Art. 27)."""
    return home.stands is not Stands.UNKNOWN


def file_of(home: HomeFile, history: Iterable[Recorded[HomeRecord]]) -> dict[str, Any]:
    """Everything that happened to it, in order; families by their number alone."""
    return {
        "home": home.code,
        "stands": home.stands.value,
        "project": home.project,
        "application": home.application,
        "closed_management": closed_management(home),
        "history": [_line(n, recorded.event) for n, recorded in enumerate(history, start=1)],
    }


def as_csv(file: dict[str, Any]) -> str:
    """The history, one line an event."""
    out = io.StringIO()
    writer = csv.DictWriter(out, COLUMNS, lineterminator="\n")
    writer.writeheader()
    for line in file["history"]:
        writer.writerow({**line, "detail": "; ".join(f"{name}: {said}" for name, said in line["detail"].items())})
    return out.getvalue()


def _line(n: int, event: HomeRecord) -> dict[str, Any]:
    said = event.model_dump(mode="json", exclude={"home", "n", "at", "by", "data"})
    application = said.pop("application", None)
    at, what = event.at.isoformat(), type(event).__name__
    return {"n": n, "at": at, "what": what, "application": application, "detail": said, "by": event.by}
