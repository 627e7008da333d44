"""Which texts the templates and the code of an app name, held against its tables."""

import re
from collections.abc import Iterable, Mapping
from pathlib import Path

from contracts.bilingual import Bilingual

SAID = re.compile(r"say\(\s*'([a-z0-9_.-]+)'\s*[,)]")
TITLE = re.compile(r"\{% set title = '([a-z0-9_.-]+)'")
QUOTED = re.compile(r"""["']([a-z][a-z0-9_-]*\.[a-z0-9_.-]*)["']""")
BRACES = re.compile(r"\{(\w+)\}")


def unknown(folder: Path, *tables: Mapping[str, Bilingual]) -> set[str]:
    """Keys that a template under this folder names and no table has."""
    known = {key for table in tables for key in table}
    named: set[str] = set()
    for path in folder.rglob("*.html"):
        text = path.read_text("utf-8")
        named |= {*SAID.findall(text), *TITLE.findall(text)}
    return named - known


def unused(folder: Path, table: Mapping[str, Bilingual], besides: Iterable[Path] = ()) -> set[str]:
    """Keys of a table that nothing under this folder names; `"case.state."` names all that begin so."""
    named: set[str] = set()
    for path in (*folder.rglob("*.html"), *folder.rglob("*.py"), *besides):
        text = path.read_text("utf-8")
        # A line of a table itself names nothing.
        named |= {key for key in QUOTED.findall(text) if not re.search(f'"{re.escape(key)}": Bilingual', text)}
    beginnings = tuple(key for key in named if key.endswith("."))
    return {key for key in table if key not in named and not key.startswith(beginnings or ("\0",))}


def crooked(table: Mapping[str, Bilingual]) -> set[str]:
    """Keys whose two languages do not fill in the same, or of which one is empty."""
    return {
        key
        for key, (zh, en) in table.items()
        if not zh.strip() or not en.strip() or set(BRACES.findall(zh)) != set(BRACES.findall(en))
    }
