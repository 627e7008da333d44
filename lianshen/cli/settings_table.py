"""`lianshen config show`: every setting of every process."""

from typing import Any

from pydantic import Secret, SecretStr
from rich.table import Table

from lianshen.all_settings import ALL, in_the_environment
from lianshen.cli.table import console


def settings_rows() -> list[dict[str, Any]]:
    """Name in the environment, value here, and what it is for; secrets are hidden."""
    rows: dict[str, dict[str, Any]] = {}
    for kind in ALL:
        settings = kind()
        for name, info in kind.model_fields.items():
            value = getattr(settings, name)
            environment = in_the_environment(kind, name)
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
