"""What a spreadsheet would run as a formula is made plain text (OWASP, CSV injection). Pure."""

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How such a text begins; the wide forms are typed with a Chinese keyboard."""


def safe(cell: str) -> str:
    """With an apostrophe before it, which no spreadsheet shows."""
    return f"'{cell}" if cell.startswith(FORMULA) else cell
