"""The settings of every process there is."""

from archive.settings import ArchiveSettings
from intake.settings import IntakeSettings
from notify.settings import NotifySettings
from publicity.settings import PublicitySettings
from pydantic_settings import BaseSettings

from chassis.process.settings import Settings

OF_SERVICES: dict[str, type[BaseSettings]] = {
    "intake": IntakeSettings,
    "publicity": PublicitySettings,
    "notify": NotifySettings,
    "archive": ArchiveSettings,
}
"""By service; the others read the chassis's alone."""
ALL: tuple[type[BaseSettings], ...] = (Settings, *OF_SERVICES.values())


def in_the_environment(kind: type[BaseSettings], field: str) -> str:
    """The name by which a setting stands in the environment."""
    return f"{kind.model_config.get('env_prefix', '')}{field}".upper()
