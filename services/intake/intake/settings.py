"""What intake reads from its environment, besides the chassis's."""

from pathlib import Path

from pydantic import Field, NonNegativeInt, PositiveFloat, PositiveInt
from pydantic_settings import SettingsConfigDict

from chassis.settings import Settings


class IntakeSettings(Settings):
    """`LIANSHEN_INTAKE_…`: where it listens, and what it takes."""

    model_config = SettingsConfigDict(env_prefix="LIANSHEN_", extra="ignore", frozen=True)

    intake_host: str = "127.0.0.1"
    intake_port: NonNegativeInt = Field(0, description="0: the OS chooses, and the log says which")
    intake_projects_file: Path | None = Field(None, description="projects and their registration windows (TOML)")
    intake_max_body: PositiveInt = Field(64 * 1024, description="bytes of one form")
    intake_body_within: PositiveFloat = Field(10.0, description="seconds a kiosk may take to send its body")
    intake_answer_within: PositiveFloat = Field(8.0, description="seconds until a kiosk is told to come back")
    intake_ban_within: PositiveFloat = Field(3.0, description="seconds the housing bureau has for the ban question")
