"""Headers of a message as the client reads them, to the letter, and cheaper: each name is looked at once."""

from functools import lru_cache

from nats.aio.client import Client


def read_headers_fast(nc: Client) -> None:
    """The client looks at every character of every name; a message of the log has ten names, the same ones each time.

    It calls its function by this name, in the version that is pinned (tested).
    """
    nc._parse_header_lines = read_headers  # type: ignore[method-assign]  # a static method, on this client alone


def read_headers(raw: bytes) -> dict[str, str]:
    """The header lines of a message; what is no header is left out, as the client leaves it out."""
    found: dict[str, str] = {}
    for line in raw.split(b"\r\n"):
        name, colon, value = line.partition(b":")
        if colon and (key := _name(name)) is not None:
            found[key] = value.strip().decode("utf-8", "replace")
    return found


@lru_cache(maxsize=1024)
def _name(name: bytes) -> str | None:
    try:
        key = name.strip().decode("ascii")
    except UnicodeDecodeError:
        return None
    return None if any(character.isspace() for character in key) else key
