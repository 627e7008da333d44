"""What each template of a page must have that no browser has to be asked for."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
TEMPLATES = sorted(it for folder in ("chassis", "services") for it in (ROOT / folder).rglob("templates/*.html"))
SCROLLS = re.compile(r'<[^>]*class="[^"]*\bscroll\b[^"]*"[^>]*>')
INLINE = re.compile(r'\sstyle="|\son[a-z]+="|<style|<script(?![^>]*\bsrc=)|\bhref="https?:|\bsrc="https?:')


def test_nothing_stands_inline_and_nothing_is_loaded_from_elsewhere() -> None:
    assert len(TEMPLATES) > 40, "the templates were not found"
    found = [f"{it.relative_to(ROOT)}: {line}" for it in TEMPLATES for line in INLINE.findall(it.read_text("utf-8"))]
    assert found == []


def test_what_scrolls_sideways_can_be_reached_by_keys_and_has_a_name() -> None:
    boxes = [(it, box) for it in TEMPLATES for box in SCROLLS.findall(it.read_text("utf-8"))]
    assert len(boxes) > 10, "no table was found"
    assert [f"{it.name}: {box}" for it, box in boxes if 'tabindex="0"' not in box or "aria-label" not in box] == []
