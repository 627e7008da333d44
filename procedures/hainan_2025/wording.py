"""Numbers as a finding writes them: exact where they can be, never rounded onto the limit itself."""

from decimal import Decimal
from fractions import Fraction

PLACES = 12


def exactly(number: Fraction) -> str:
    """`44.99`, or `80/3` where no decimal ends; only fractions too long to read are rounded."""
    for places in range(PLACES + 1):
        shifted = number * 10**places
        if shifted.denominator == 1:
            return f"{Decimal(shifted.numerator).scaleb(-places):f}"
    if number.denominator < 1_000_000:
        return str(number)
    return f"about {exactly(round(number, 6))}"


def rounded(number: Fraction, apart_from: Fraction) -> str:
    """Four decimals, more where four would make it look like `apart_from`: 14.999999 is not 15."""
    for places in range(4, PLACES):
        near = round(number, places)
        if near != apart_from or number == apart_from:
            return exactly(near)
    return f"just {'below' if number < apart_from else 'above'} {exactly(apart_from)}"


def per_member(total: Fraction, members: int, limit: Fraction) -> str:
    """The sum a family is measured by, as `44.99/3 = 14.9967`."""
    whole = exactly(total)
    return f"{f'({whole})' if '/' in whole else whole}/{members} = {rounded(total / members, apart_from=limit)}"


def sentence(text: str) -> str:
    return f"{text[:1].upper()}{text[1:]}."
