"""verify-household: asks four departments about the persons of a family."""

from inquiry.verifying_service import verifying_service
from procedures.registry import PROCEDURES

SERVICE = verifying_service("verify-household", PROCEDURES)
