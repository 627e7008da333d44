"""`lianshen config show`: every setting, what it is here, and what it means."""

from typing import Any

import typer

from lianshen.cli.common import JsonOption, show

app = typer.Typer(help="What the processes read from their environment.", no_args_is_help=True)


@app.command("show")
def config_show(as_json: JsonOption = False) -> None:
    """Every setting: its environment name, its value here (secrets hidden), and what it means."""
    show(settings_rows()) if as_json else _table(settings_rows())


def settings_rows() -> list[dict[str, Any]]:
    """Name in the environment, value here, and what it is for; secrets are hidden."""
    from pydantic import Secret, SecretStr

    from lianshen.all_settings import ALL, in_the_environment

    rows: dict[str, dict[str, Any]] = {}
    for kind in ALL:
        settings = kind()
        for name, info in kind.model_fields.items():
            value = getattr(settings, name)
            environment = in_the_environment(kind, name)
            shown = "(hidden)" if isinstance(value, Secret | SecretStr) else str(value) if value is not None else None
            rows.setdefault(environment, {"name": environment, "value": shown, "about": info.description or ""})
    return list(rows.values())


def _table(rows: list[dict[str, Any]]) -> None:
    from rich.table import Table

    from lianshen.cli.table import console

    table = Table()
    for column in ("environment", "value here", "about"):
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(row["name"], row["value"] or "–", row["about"])
    console.print(table)
