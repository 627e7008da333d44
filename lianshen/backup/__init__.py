"""Backups: what is kept, taken while the system runs, and how an empty place is filled from it (ADR 0031)."""
