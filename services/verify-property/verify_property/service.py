"""verify-property: asks two departments about the homes of a family."""

from inquiry.verifying_service import verifying_service
from procedures.registry import PROCEDURES

SERVICE = verifying_service("verify-property", PROCEDURES)
