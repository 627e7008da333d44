"""Letters of one moment in one file that a person can print from; a folder a day. Why: docs/decisions/0034."""
