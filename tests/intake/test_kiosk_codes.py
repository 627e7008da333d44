"""The list of codes that kiosks are given: complete, in both languages, and the same as the rules can say."""

import re
from typing import Any

from lianshen.documents.kiosk_codes import kiosk_codes
from procedures.hainan_2025.completeness import GROUNDS
from procedures.hainan_2025.rules import RULES
from procedures.hainan_2025.titles import SENTENCES

CHINESE = re.compile("[\u4e00-\u9fff]")
GROUNDS_OF_INTAKE = {"R17a", "R17b", "R17c", "R32", "one-application", "registration-window"}


def entries() -> list[tuple[str, str, dict[str, Any]]]:
    return [(kind, code, texts) for kind, table in kiosk_codes().items() for code, texts in table.items()]


def test_no_code_is_without_both_languages() -> None:
    assert len(entries()) > 80
    lacking = [code for _, code, texts in entries() if not CHINESE.search(texts["zh"]) or CHINESE.search(texts["en"])]
    assert lacking == []
    assert [code for _, code, texts in entries() if not texts["en"].strip()] == []


def test_every_rule_of_the_determination_and_every_ground_of_intake_has_its_codes() -> None:
    """G20 is a condition: it is met always."""
    of_rules = {(rule.__name__, truth) for rule in RULES for truth in ("met", "not_met", "unknown")}
    of_rules -= {("G20", "not_met"), ("G20", "unknown")}
    assert set(SENTENCES) == of_rules | {(rule, "not_met") for rule in GROUNDS_OF_INTAKE}
    assert len(GROUNDS) == len(GROUNDS_OF_INTAKE)
