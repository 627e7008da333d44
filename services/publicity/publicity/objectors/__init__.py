"""Who objected, if they said so: sealed to a key that no service holds, opened with a reason, erased after a year."""
