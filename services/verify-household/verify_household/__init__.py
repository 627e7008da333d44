"""Asks about the persons: household registry, civil affairs, social security, tax."""
