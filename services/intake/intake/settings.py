"""What intake reads from its environment, besides the chassis's."""

import re
from pathlib import Path
from typing import Annotated, Any

from pydantic import Field, PositiveFloat, PositiveInt, field_validator
from pydantic_settings import NoDecode, SettingsConfigDict

from chassis.process.settings import Port, Settings
from procedures.hainan_2025.titles import ENQUIRIES

ORIGIN = re.compile(r"https?://[a-z0-9.-]+(:[0-9]{1,5})?")
LOOPBACK = r"^https?://(127\.0\.0\.1|localhost|\[::1\])(:[0-9]{1,5})?$"


class IntakeSettings(Settings):
    """`LIANSHEN_INTAKE_…`: where it listens, and what it takes."""

    model_config = SettingsConfigDict(env_prefix="LIANSHEN_", extra="ignore", frozen=True)

    intake_host: str = "127.0.0.1"
    intake_port: Port = Field(0, description="0: the OS chooses, and the log says which")
    intake_family_host: str = "127.0.0.1"
    intake_family_port: Port = Field(0, description="of the households' page; 0: the OS chooses")
    intake_family_tls: bool = Field(False, description="cookies of the households' page go over https only")
    intake_projects_file: Path | None = Field(None, description="projects and their registration windows (TOML)")
    intake_consent_texts_file: Path | None = Field(None, description="the texts to consent to, by version (TOML)")
    intake_cors_origins: Annotated[tuple[str, ...], NoDecode] = Field(
        (), description="web pages that may ask from a browser: exact origins, separated by commas; none by default"
    )
    intake_max_body: PositiveInt = Field(64 * 1024, description="bytes of one form")
    intake_body_within: PositiveFloat = Field(10.0, description="seconds a kiosk may take to send its body")
    intake_answer_within: PositiveFloat = Field(8.0, description="seconds until a kiosk is told to come back")
    intake_ban_within: PositiveFloat = Field(3.0, description="seconds the housing bureau has for the ban question")

    intake_kiosk_host: str = "127.0.0.1"
    intake_kiosk_port: Port = Field(0, description="of the kiosk's pages; 0: the OS chooses, and the log says which")
    intake_kiosk_channel: str = Field(
        "kiosk",
        pattern=r"^kiosk[A-Za-z0-9_.-]{0,59}$",
        description="what forms from these pages name as their channel, such as kiosk-03",
    )
    intake_kiosk_idle_seconds: int = Field(
        180, ge=30, le=3600, description="without a touch for so long, the screen and all that was typed are cleared"
    )
    intake_kiosk_card_reader: str | None = Field(
        None,
        pattern=LOOPBACK,
        description="where the program that reads identity cards listens on the kiosk itself (docs/kiosks.md)",
    )
    intake_kiosk_family_page: str | None = Field(
        None,
        pattern=r"^https?://[^\s#?]{1,200}$",
        description="the public address of the family's page, as the receipt and its QR code name it",
    )
    intake_kiosk_tls: bool = Field(False, description="cookies of the kiosk go over https only")

    notify_enquiries_zh: str = ENQUIRIES.zh
    notify_enquiries_en: str = ENQUIRIES.en
    notify_drill: bool = False
    """As notify has them: the households' page shows its notices, and names the same place."""

    @field_validator("intake_cors_origins", mode="before")
    @classmethod
    def _exact_origins(cls, value: Any) -> Any:
        origins = tuple(value.replace(",", " ").split()) if isinstance(value, str) else tuple(value)
        for origin in origins:
            if not ORIGIN.fullmatch(origin):
                raise ValueError(
                    f"{origin} is no origin: write scheme, host and port as in https://kiosk.example:8443"
                )
        return origins
