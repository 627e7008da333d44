"""What an operator sets for notices, from the environment: `LIANSHEN_NOTIFY_CHANNELS=folder,sms`."""

import json
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, HttpUrl, Secret, SecretStr, field_validator, model_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from chassis.process.state_folder import NoHome, state_folder
from procedures.hainan_2025.titles import ENQUIRIES

PREFIX = "LIANSHEN_NOTIFY_"
ChannelName = Literal["folder", "sms", "mail"]
SmtpTls = Literal["starttls", "implicit", "none"]
MailAddress = Annotated[str, Field(pattern=r"^[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+$", max_length=254)]
OneLine = Annotated[str, Field(pattern=r"^\S.{0,99}$")]
LOOPBACK = frozenset({"127.0.0.1", "::1", "[::1]", "localhost"})

NEEDED: dict[ChannelName, tuple[str, ...]] = {
    "folder": (),
    "sms": ("sms_url", "sms_key", "sms_sender"),
    "mail": ("smtp_host", "smtp_sender", "smtp_recipient"),
}
"""What a channel cannot work without."""


def _state_folder() -> Path | None:
    try:
        return state_folder() / "notices"
    except NoHome:
        return None


class NotifySettings(BaseSettings):
    """Channels, their endpoints and senders. A missing or unsafe one is an error that names the variable."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_ignore_empty=True, frozen=True, extra="ignore", hide_input_in_errors=True
    )

    channels: Annotated[tuple[ChannelName, ...], NoDecode, Field(min_length=1)] = ("folder",)
    max_attempts: int = Field(default=8, ge=1, le=999, description="failures recorded; it is tried on")
    drill: bool = Field(default=False, description="everything sent is marked 演练 / DRILL")
    enquiries_zh: OneLine = ENQUIRIES.zh
    enquiries_en: OneLine = ENQUIRIES.en

    folder: Path | None = Field(
        default_factory=_state_folder, description="of the channel folder; unset: in the state folder of this user"
    )

    sms_url: HttpUrl | None = Field(default=None, description="the gateway; what it is sent: docs/notices.md")
    sms_key: Annotated[SecretStr, Field(min_length=16)] | None = Field(default=None, description="signs requests")
    sms_sender: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    sms_template: Annotated[str, Field(min_length=1, max_length=64)] | None = None
    sms_delivered_if: Annotated[str, Field(pattern=r"^[^=\s]{1,100}=\S.{0,63}$")] | None = Field(
        default=None,
        description="what a 2xx must say besides, like Code=OK: a field of its JSON body and the value;"
        " unset: the status alone counts as delivered",
    )
    sms_proxy: Secret[HttpUrl] | None = Field(
        default=None, description="HTTP proxy on the way to the gateway; those of the environment are never used"
    )

    smtp_host: Annotated[str, Field(min_length=1)] | None = None
    smtp_port: int = Field(default=587, ge=1, le=65535)
    smtp_user: str | None = None
    smtp_password: SecretStr | None = None
    smtp_tls: SmtpTls = "starttls"
    smtp_sender: MailAddress | None = None
    smtp_recipient: MailAddress | None = Field(
        default=None, description="the service centre's mailbox: families have phones, no addresses"
    )

    @field_validator("channels", mode="before")
    @classmethod
    def _a_list(cls, value: Any) -> Any:
        """`folder,sms` or `["folder", "sms"]`; a channel named twice is one channel."""
        if isinstance(value, str):
            value = json.loads(value) if value.lstrip().startswith("[") else value.replace(",", " ").split()
        return tuple(dict.fromkeys(value)) if isinstance(value, list | tuple) else value

    @model_validator(mode="after")
    def _complete(self) -> "NotifySettings":
        missing = [
            f"{PREFIX}{name.upper()} (channel {channel})"
            for channel in self.channels
            for name in NEEDED[channel]
            if getattr(self, name) is None
        ]
        if missing:
            raise ValueError(f"set {', '.join(missing)}, or leave the channel out of {PREFIX}CHANNELS")
        if "mail" in self.channels and (self.smtp_user is None) != (self.smtp_password is None):
            raise ValueError(f"set both {PREFIX}SMTP_USER and {PREFIX}SMTP_PASSWORD, or neither")
        return self

    @model_validator(mode="after")
    def _nothing_personal_in_the_clear(self) -> "NotifySettings":
        url = self.sms_url
        if "sms" in self.channels and url and url.scheme != "https" and url.host not in LOOPBACK:
            raise ValueError(f"{PREFIX}SMS_URL carries phone numbers: use https, or a gateway on this machine")
        if "sms" in self.channels and url and url.scheme != "https" and self.sms_proxy is not None:
            raise ValueError(f"{PREFIX}SMS_PROXY would read phone numbers: use it with an https gateway only")
        if "mail" in self.channels and self.smtp_tls == "none" and self.smtp_host not in LOOPBACK:
            raise ValueError(f"{PREFIX}SMTP_TLS=none sends letters in the clear: only on this machine")
        return self
