"""The log as the console lists it: one row a case, its events in a word each, who waits for whom; nobody's name."""
