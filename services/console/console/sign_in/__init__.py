"""Who works here, and how they show it: a password and a second factor."""
