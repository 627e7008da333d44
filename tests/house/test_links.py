"""What the documents point to is there: a file that moved is found here before a reader misses it."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
DOCUMENTS = [ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "deploy").rglob("*.md")]
_LINK = re.compile(r"\]\((?!https?:)([^)#\s]+)(?:#[^)]*)?\)")


def test_every_link_leads_to_a_file_or_a_folder() -> None:
    links = [(document, link) for document in DOCUMENTS for link in _LINK.findall(document.read_text("utf-8"))]
    assert len(links) > 60, "the links were not found"
    lost = [f"{it.relative_to(ROOT)}: {link}" for it, link in links if not (it.parent / link).exists()]
    assert lost == []
