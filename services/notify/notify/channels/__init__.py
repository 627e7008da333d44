"""The ways a notice reaches a family: one file a way, and this list of all of them."""

from collections.abc import Callable

from notify.channels.folder import folder_channel
from notify.channels.mail import mail_channel
from notify.channels.sms import sms_channel
from notify.outgoing import Channel, ChannelError, ChannelRefused, ChannelUnavailable, Outgoing
from notify.settings import ChannelName, NotifySettings

__all__ = [
    "CHANNELS",
    "Channel",
    "ChannelError",
    "ChannelRefused",
    "ChannelUnavailable",
    "Outgoing",
    "open_channels",
]

CHANNELS: dict[ChannelName, Callable[[NotifySettings], Channel]] = {
    "folder": folder_channel,
    "sms": sms_channel,
    "mail": mail_channel,
}
"""Every channel there is; another one is one file and one line here."""


def open_channels(settings: NotifySettings) -> dict[ChannelName, Channel]:
    """The channels that the settings choose, in their order."""
    return {name: CHANNELS[name](settings) for name in settings.channels}
