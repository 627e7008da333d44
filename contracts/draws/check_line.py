"""The line by which a family finds its ticket again on any machine that has sha256sum."""

import shlex

VERSION = "lianshen-draw-v1"


def ticket_lines(seed: str, pool: str, number: str) -> tuple[str, ...]:
    """What is hashed for a ticket, each line ended by one LF."""
    return f"{VERSION}/ticket", seed, pool, number


def ticket_line(seed: str, pool: str, number: str) -> str:
    """Prints the ticket. Quoted: whoever pastes it runs nothing that a file of somebody else says."""
    lines = " ".join(map(shlex.quote, ticket_lines(seed, pool, number)))
    return f"printf '%s\\n' {lines} | sha256sum"
