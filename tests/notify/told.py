"""A history as a test writes it down: one `then` an event, told in Shanghai time."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from notify.outgoing import Outgoing

from contracts.application import ApplicationForm
from contracts.case.case import Recorded
from contracts.events import Event
from contracts.numbers import application_number
from procedures.hainan_2025.letters import Desk
from tests.support.notices import notice_of

NUMBER = application_number("a key of a kiosk", bytes(32))
KEY = bytes(range(32))
DESK = Desk(enquiries_zh="示范窗口", enquiries_en="the window of this test")

PHONE = "13800001234"
APPLICANT, SPOUSE, CHILD = "15030319880312001X", "150303199007220022", "150303201806090025"
NAMES = ("王建国", "刘芳", "王小雨")
PERSONS = (
    {"id_number": APPLICANT, "name": NAMES[0], "role": "applicant"},
    {"id_number": SPOUSE, "name": NAMES[1], "role": "spouse"},
    {"id_number": CHILD, "name": NAMES[2], "role": "child"},
)
DEPARTMENTS = ("household-registry", "civil-affairs", "social-security", "tax", "real-estate", "housing")


def at(text: str) -> datetime:
    """`2026-11-03 10:00` in Shanghai."""
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo("Asia/Shanghai"))


def form() -> ApplicationForm:
    """A family of three; synthetic."""
    return ApplicationForm.model_validate(
        {
            "project": "HN-2026-01",
            "channel": "kiosk-03",
            "applicant": {
                "name": NAMES[0],
                "id_number": APPLICANT,
                "phone": PHONE,
                "marital_status": "married",
            },
            "members": [
                {"name": NAMES[1], "id_number": SPOUSE, "relation": "spouse"},
                {"name": NAMES[2], "id_number": CHILD, "relation": "child"},
            ],
            "residence": {"division": "150303", "address": "公乌素镇矿区街坊 12 号"},
            "documents": ["application_form", "identity_copies", "commitment", "consent"],
            "consents": [{"id_number": APPLICANT, "given": True, "text_version": "2025-1"}],
        }
    )


@dataclass(frozen=True)
class Told:
    """What has happened so far to one application."""

    history: tuple[Recorded, ...] = ()

    def then(self, kind: type[Event], when: str, **fields: Any) -> "Told":
        event = kind.model_validate({"application": NUMBER, "at": at(when), **fields})
        sequence = 10 * (len(self.history) + 1)
        return Told((*self.history, Recorded(sequence, event, f"id-{sequence}", event.at)))

    @property
    def last(self) -> Event:
        return self.history[-1].event

    def notice(self, desk: Desk = DESK, channel: str = "folder") -> Outgoing | None:
        """The notice that the last event asks for."""
        return notice_of(self.history, self.last, channel, desk, KEY)

    def letter(self, desk: Desk = DESK) -> Outgoing:
        notice = self.notice(desk)
        assert notice is not None
        return notice
