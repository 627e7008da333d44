"""Every code that a kiosk can be told, with both texts: the generated list `contracts/kiosk-codes.json`."""

from collections.abc import Mapping
from typing import Any

from intake.problems import KINDS

from contracts.bilingual import Bilingual
from contracts.faults import FAULTS
from procedures.hainan_2025.titles import CONDITIONS, GAPS, SENTENCES


def kiosk_codes() -> dict[str, Any]:
    """By kind and code; what stands in braces is filled in."""
    return {
        "problems": {
            f"/problems/{kind.name}": {"status": kind.status, "title": kind.title, **kind.detail._asdict()}
            for kind in KINDS
        },
        "faults": _texts(FAULTS),
        "gaps": _texts(GAPS),
        "grounds and findings": _texts({f"{rule}.{truth}": text for (rule, truth), text in SENTENCES.items()}),
        "conditions": _texts({f"{rule}.condition": text for rule, text in CONDITIONS.items()}),
    }


def _texts(table: Mapping[str, Bilingual]) -> dict[str, dict[str, str]]:
    return {code: text._asdict() for code, text in table.items()}
