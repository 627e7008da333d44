"""Asking several questions at once, where a department shows that it takes them: gathered, sent, read, kept."""
