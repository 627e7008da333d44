"""What must hold from the pool to the keys, and after: A1 to A8, each by the log alone. Pure."""
