"""Notices that fail, by channel, as the log has them. Pure."""

from dataclasses import dataclass, field

from contracts.case.case import Recorded
from contracts.events import NoticeFailed, NoticeSent
from lianshen.doctor.finding import Finding

MENDED_BY = {
    "sms": "look at the gateway (LIANSHEN_NOTIFY_SMS_…)",
    "mail": "look at the mail server (LIANSHEN_NOTIFY_SMTP_…)",
    "folder": "look whether its folder can be written (LIANSHEN_NOTIFY_FOLDER)",
}
AGAIN = "what failed is tried again by itself, a minute later at most"
Notice = tuple[str, str, str]
"""Application, cause, channel."""


@dataclass
class Notices:
    """Takes the events of the log in order, and knows which notices nobody has got yet."""

    failing: dict[Notice, list[NoticeFailed]] = field(default_factory=dict)
    newest: dict[str, NoticeFailed | NoticeSent] = field(default_factory=dict)
    """By channel."""

    def take(self, item: Recorded) -> None:
        event = item.event
        if isinstance(event, NoticeFailed | NoticeSent):
            self.newest[event.channel] = event
            notice = (event.application, event.cause, event.channel)
            if isinstance(event, NoticeSent):
                self.failing.pop(notice, None)
            else:
                self.failing.setdefault(notice, []).append(event)

    def findings(self, tried_again: bool) -> list[Finding]:
        """One a channel. `tried_again`: whether notify has anything under way; a channel left out is tried no more."""
        found = [self._channel(channel, tried_again) for channel in sorted(self.newest)]
        return found or [Finding("notices", True, "none was to be sent yet")]

    def _channel(self, channel: str, tried_again: bool) -> Finding:
        what, newest = f"notices by {channel}", self.newest[channel]
        failing = [failures for (_, _, by), failures in self.failing.items() if by == channel]
        waiting = [failures for failures in failing if not failures[-1].last] if tried_again else []
        given_up = [failures for failures in failing if failures not in waiting]
        if waiting or (given_up and isinstance(newest, NoticeFailed) and newest.last):
            worst = waiting or given_up
            mend = MENDED_BY.get(channel, "look at the channel") + (f"; {AGAIN}" if waiting else "")
            why = max((failures[-1] for failures in worst), key=lambda failed: failed.at).reason
            return Finding(what, False, f"fail: {why}", min(f[0].at for f in worst), _cases(worst), mend)
        if given_up:
            since = min(failures[0].at for failures in given_up)
            return Finding(what, True, f"the newest went out; {_families(given_up)} not reached by it", since)
        return Finding(what, True, "all were sent")


def _families(failing: list[list[NoticeFailed]]) -> str:
    return "1 family was" if (cases := _cases(failing)) == 1 else f"{cases} families were"


def _cases(failing: list[list[NoticeFailed]]) -> int:
    return len({failures[0].application for failures in failing})
