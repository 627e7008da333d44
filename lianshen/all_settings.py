"""The settings of every process there is: the chassis's, and what each service declares."""

from pydantic_settings import BaseSettings

from chassis.process.settings import Settings
from lianshen.catalog import SERVICES

ALL: tuple[type[BaseSettings], ...] = tuple(dict.fromkeys((Settings, *(it.settings for it in SERVICES.values()))))


def in_the_environment(kind: type[BaseSettings], field: str) -> str:
    """The name by which a setting stands in the environment."""
    return f"{kind.model_config.get('env_prefix', '')}{field}".upper()
