"""What a family downloads and runs without us. Nobody imports it."""

from pathlib import Path

_HERE = Path(__file__).parent
CHECKER = "verify_draw.py"


def checker() -> bytes:
    """`python3 verify_draw.py FOLDER [APPLICATION]`"""
    return (_HERE / CHECKER).read_bytes()
