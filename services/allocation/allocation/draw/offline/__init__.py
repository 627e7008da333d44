"""What a family downloads and runs without us: the checker as a script, and as a page. Nobody imports either."""

from pathlib import Path

_HERE = Path(__file__).parent
CHECKER = "verify_draw.py"
PAGE = "verify_draw.html"


def checker() -> bytes:
    """`python3 verify_draw.py FOLDER [APPLICATION]`"""
    return (_HERE / CHECKER).read_bytes()


def page() -> bytes:
    """To be sent as an attachment: it is opened from disk, where no server can see or change anything."""
    return (_HERE / PAGE).read_bytes()
