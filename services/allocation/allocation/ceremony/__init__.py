"""The ceremony of a draw on the log: what each party does, in order, and what follows for the families."""
