"""Whose number stands in a cell of a register: a person's, an organisation's, or nobody's. Pure."""

import re
import unicodedata

from contracts.people import birth_date, check_digit

OF_AN_ORGANISATION = "0123456789ABCDEFGHJKLMNPQRTUWXY"
"""The characters of a unified social credit code by their values (GB 32100)."""


class NoNumber(ValueError):
    """A cell holds no number of anybody; says what should stand there, never what does."""


SHORTENED = "a number as a spreadsheet writes it, its digits are lost; make the column text, and fill it again"


def is_shortened(cell: str) -> bool:
    """1.50303E+17, and nothing brings the digits back."""
    return re.fullmatch(r"[0-9]([.,][0-9]+)?[Ee]\+[0-9]+", cell) is not None


def plain(cell: str) -> str:
    """The cell without what spreadsheets put around text ('1503…, ="1503…") and in one width and case."""
    text = unicodedata.normalize("NFKC", cell).strip().lstrip("'’‘")
    if text.startswith('="') and text.endswith('"'):
        text = text[2:-1]
    return text.strip().upper()


def id_number(cell: str) -> str:
    """The 18 characters of the person, "" where none is stated; 15 digits (GB 11643-1989) are of somebody born 19xx.

    Raises NoNumber.
    """
    number = plain(cell)
    if len(number) == 15 and _is_digits(number):
        seventeen = f"{number[:6]}19{number[6:]}"
        number = seventeen + check_digit(seventeen)
    if is_shortened(number):
        raise NoNumber(SHORTENED)
    if number and not _is_of_a_person(number):
        raise NoNumber("18 characters are wanted, the last a check digit (GB 11643)")
    return number


def owner_number(cell: str) -> str:
    """The person, or the organisation by its unified social credit code; "" where none is stated. Raises NoNumber."""
    code = plain(cell)
    return code if _is_of_an_organisation(code) else id_number(cell)


def _is_of_a_person(number: str) -> bool:
    if len(number) != 18 or not _is_digits(number[:17]) or check_digit(number[:17]) != number[17]:
        return False
    try:
        birth_date(number)
    except ValueError:
        return False
    return True


def _is_of_an_organisation(code: str) -> bool:
    values = [OF_AN_ORGANISATION.find(character) for character in code]
    # Of digits alone there is hardly one, but many a person's number that a spreadsheet has rounded looks like one.
    if len(values) != 18 or -1 in values or _is_digits(code):
        return False
    return (sum(value * pow(3, place, 31) for place, value in enumerate(values[:17])) + values[17]) % 31 == 0


def _is_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()
