"""verify-property: asks two departments about the homes of a family, and one of them what burdens a home."""

from inquiry.verifying_service import verifying_service
from procedures.hainan_2025.questions.encumbrances import ENCUMBRANCES
from procedures.registry import PROCEDURES

SERVICE = verifying_service("verify-property", PROCEDURES, of_homes=(ENCUMBRANCES,))
