"""What the family was told, and over which channel."""

from contracts.application import Token
from contracts.events.base import CaseEvent
from contracts.events.values import Count, SubjectToken


class NoticeSent(CaseEvent):
    """A notice reached a channel. The text can be made again from the case; it is not stored twice."""

    tail = "notice-sent.{cause}.{channel}"
    cause: SubjectToken
    channel: SubjectToken
    notice_id: Token
    article: str


class NoticeFailed(CaseEvent):
    """A channel did not take a notice; it is tried again until the last attempt."""

    tail = "notice-failed.{cause}.{channel}.{n}"
    cause: SubjectToken
    channel: SubjectToken
    n: Count
    notice_id: Token
    reason: str
    last: bool = False
