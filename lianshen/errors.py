"""What ends a command with one sentence for the person who gave it. Light: every command imports it."""


class CommandError(Exception):
    """Base of what the command line tells in one sentence; the text says what is wrong and what mends it."""
