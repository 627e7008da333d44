"""Tells the family what happened: one notice a cause, Chinese with an English twin, on every channel."""
