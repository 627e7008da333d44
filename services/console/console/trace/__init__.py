"""The trace of one case: a waterfall over weeks, drawn from the log itself, and spans beneath while they are kept."""
