"""Notices by mail to the service centre's mailbox, which hands them on: families gave a phone, no address."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

import aiosmtplib

from chassis.clock import WALL
from notify.outgoing import ChannelRefused, ChannelUnavailable, Outgoing
from notify.settings import NotifySettings, SmtpTls


@dataclass(frozen=True)
class MailChannel:
    """One SMTP server and the mailbox that stands for the household."""

    host: str
    port: int
    sender: str
    recipient: str
    tls: SmtpTls = "starttls"
    user: str | None = None
    password: str | None = field(default=None, repr=False)
    within: float = 15.0
    """Seconds for the whole attempt: a server slow at every step must not outlast the ack wait."""
    clock: Callable[[], datetime] = WALL.now

    async def deliver(self, notice: Outgoing) -> None:
        """One attempt. A 5xx to the message itself is ChannelRefused; all else is ChannelUnavailable.

        Never falls back to plain text where the server offers no STARTTLS.
        """
        try:
            async with asyncio.timeout(self.within):
                await aiosmtplib.send(
                    self.message(notice),
                    hostname=self.host,
                    port=self.port,
                    username=self.user,
                    password=self.password,
                    use_tls=self.tls == "implicit",
                    start_tls=self.tls == "starttls",
                    timeout=self.within,
                )
        except aiosmtplib.SMTPDataError as error:
            raised = ChannelRefused if error.code >= 500 else ChannelUnavailable
            raise raised(f"the mail server answered {error.code} to the message") from None
        except aiosmtplib.SMTPResponseException as error:
            # Login, sender and mailbox are our settings: once they are mended, the notice goes out.
            raise ChannelUnavailable(f"the mail server answered {error.code} before the message") from None
        except (aiosmtplib.SMTPException, OSError) as error:
            raise ChannelUnavailable(f"the mail server could not be used: {type(error).__name__}") from None

    def message(self, notice: Outgoing) -> EmailMessage:
        """The mail; its headers name the application number and nobody."""
        mail = EmailMessage(policy=SMTP)
        mail["From"] = self.sender
        mail["To"] = self.recipient
        mail["Subject"] = notice.subject
        mail["Date"] = format_datetime(self.clock())
        mail["Message-ID"] = f"<{notice.notice_id}@{self.sender.rpartition('@')[2]}>"
        mail["Auto-Submitted"] = "auto-generated"
        mail.set_content(notice.body, cte="base64")
        return mail


def mail_channel(settings: NotifySettings) -> MailChannel:
    return MailChannel(
        host=settings.smtp_host or "",
        port=settings.smtp_port,
        sender=settings.smtp_sender or "",
        recipient=settings.smtp_recipient or "",
        tls=settings.smtp_tls,
        user=settings.smtp_user,
        password=settings.smtp_password.get_secret_value() if settings.smtp_password else None,
    )
