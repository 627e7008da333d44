"""`lianshen config show`: every setting of every process."""

from typing import Any

from archive.settings import ArchiveSettings
from intake.settings import IntakeSettings
from notify.settings import NotifySettings
from publicity.settings import PublicitySettings
from pydantic import Secret, SecretStr
from pydantic_settings import BaseSettings
from rich.table import Table

from chassis.settings import Settings
from lianshen.table import console

ALL: tuple[type[BaseSettings], ...] = (Settings, IntakeSettings, PublicitySettings, NotifySettings, ArchiveSettings)


def settings_rows() -> list[dict[str, Any]]:
    """Name in the environment, value here, and what it is for; secrets are hidden."""
    rows: dict[str, dict[str, Any]] = {}
    for kind in ALL:
        settings = kind()
        prefix = kind.model_config.get("env_prefix", "")
        for name, info in kind.model_fields.items():
            value = getattr(settings, name)
            environment = f"{prefix}{name}".upper()
            shown = "(hidden)" if isinstance(value, Secret | SecretStr) else str(value) if value is not None else None
            rows.setdefault(environment, {"name": environment, "value": shown, "about": info.description or ""})
    return list(rows.values())


def settings_table() -> None:
    table = Table()
    for column in ("environment", "value here", "about"):
        table.add_column(column, overflow="fold")
    for row in settings_rows():
        table.add_row(row["name"], row["value"] or "–", row["about"])
    console.print(table)
