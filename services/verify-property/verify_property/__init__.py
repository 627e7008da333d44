"""Asks about homes: real-estate registration, and the housing bureau's own registers."""
