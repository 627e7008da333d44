"""A text in both languages."""

from typing import NamedTuple


class Bilingual(NamedTuple):
    """Chinese and English of the same; what stands in braces is filled in."""

    zh: str
    en: str
