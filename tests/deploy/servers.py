"""Configurations of nats-server, to be compared."""

import re


def flat(config: str) -> dict[str, str]:
    """A server's configuration with one setting a line, as dotted names."""
    blocks: list[str] = []
    found: dict[str, str] = {}
    for line in re.sub(r"#.*", "", config).replace('"', "").splitlines():
        words = line.strip().rstrip(",")
        if words.endswith(("{", "[")):
            blocks.append(words.rstrip("{[: "))
        elif words in ("}", "]"):
            blocks.pop()
        elif ":" in words:
            name, _, value = words.partition(":")
            found[".".join([*filter(None, blocks), name.strip()])] = value.strip()
    return found
