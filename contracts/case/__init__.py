"""One case: its states, what is known of it, and how its history amounts to it."""
