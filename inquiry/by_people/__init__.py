"""Answers that people give in a department's place: its clerk, or an officer once its time is over."""
