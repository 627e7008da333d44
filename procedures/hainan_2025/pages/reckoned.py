"""How a line of a buy-back's price was reckoned, in the reader's language; the log keeps it in English."""

import re

from contracts.bilingual import Bilingual
from procedures.hainan_2025.titles import Language

STRAIGHT_LINE = Bilingual(
    "直线折旧：每年 {rate} %，自 {since} 至 {until} 共 {months} 个整月",
    "straight-line, {rate} % a year, {months} whole months from {since} to {until}",
)
_WRITTEN = re.compile(re.sub(r"\\\{(\w+)\\\}", r"(?P<\1>\\S+)", re.escape(STRAIGHT_LINE.en)))


def reckoned(how: str, language: Language) -> str:
    """Words of another formula stay as they are."""
    written = _WRITTEN.fullmatch(how)
    return getattr(STRAIGHT_LINE, language).format(**written.groupdict()) if written else how
