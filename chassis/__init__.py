"""How any service runs: the journal, the asking, the trace of a case. Knows no law and no department."""
