"""Gathers the departments' answers into one joint determination that cites the law (Art. 17–20, 26, 32)."""
