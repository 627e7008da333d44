"""People as the forms know them: the ID number of GB 11643, the card of GA 2102, and what can be read off them."""

import re
from datetime import date
from functools import lru_cache
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from contracts.check_digits import CHECK_DIGITS as CHECK_DIGITS
from contracts.check_digits import check_digit as check_digit
from contracts.faults import Faulty
from contracts.model import when_new
from contracts.text import characters, is_letter, readable, trimmed

PROVINCES = frozenset(
    {
        *("11", "12", "13", "14", "15"),
        *("21", "22", "23"),
        *("31", "32", "33", "34", "35", "36", "37"),
        *("41", "42", "43", "44", "45", "46"),
        *("50", "51", "52", "53", "54"),
        *("61", "62", "63", "64", "65"),
        "71",
        *("81", "82", "83"),
    }
)
OF_FIFTEEN = re.compile(r"[0-9]{15}|[A-Z]{3}[0-9]{12}")
"""How numbers were before they had 18 digits: the first ID cards, and the first residence cards of foreigners."""

Sex = Literal["male", "female"]


def birth_date(id_number: str) -> date:
    """Digits 7–14, on a residence card too. Raises ValueError where they are no day of the calendar."""
    return date(int(id_number[6:10]), int(id_number[10:12]), int(id_number[12:14]))


def sex(id_number: str) -> Sex:
    """Digit 17: odd is male (GB 11643, GA 2102)."""
    return "male" if int(id_number[16]) % 2 else "female"


def age_on(id_number: str, day: date) -> int:
    """Full years on `day`; someone born on 29 February is a year older on 1 March of a common year."""
    born = birth_date(id_number)
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


def is_adult(id_number: str, day: date) -> bool:
    """Eighteen or older (Civil Code 17)."""
    return age_on(id_number, day) >= 18


def is_residence_card(id_number: str) -> bool:
    """A foreigner's permanent residence card (GA 2102): 9, province, nationality; the rest is as in GB 11643."""
    return id_number.startswith("9")


@lru_cache(maxsize=4096)  # a family's numbers are read with every answer about it
def valid_id_number(value: str) -> str:
    """The number in capitals. Raises ValueError saying which part is wrong, never the number itself."""
    number = value.upper()
    if OF_FIFTEEN.fullmatch(number):
        raise Faulty("id-number-of-15-digits")
    if len(number) != 18:
        raise Faulty("id-number-length")
    if not (number[:17].isascii() and number[:17].isdigit() and number[17] in CHECK_DIGITS):
        raise Faulty("id-number-characters")
    if (number[1:3] if is_residence_card(number) else number[:2]) not in PROVINCES:
        raise Faulty("id-number-province")
    try:
        birth_date(number)
    except ValueError:
        raise Faulty("id-number-birth-date") from None
    if check_digit(number[:17]) != number[17]:
        raise Faulty("id-number-check-digit")
    return number


def upgraded_id_number(value: str) -> str:
    """The 18 characters of a number as GB 11643-1989 gave it, of 15 digits and without a century: all are born 19xx.

    Raises ValueError for what is no such number, and says which part is wrong, never the number itself.
    """
    if not (len(value) == 15 and value.isascii() and value.isdigit()):
        raise ValueError("an ID number of GB 11643-1989 is 15 digits")
    first_seventeen = f"{value[:6]}19{value[6:]}"
    return valid_id_number(first_seventeen + check_digit(first_seventeen))


def eighteen_digits(value: str) -> str:
    """What a register or an officer writes, with an old number of 15 digits as the same person's of 18."""
    try:
        return upgraded_id_number(value)
    except ValueError:
        return value


def valid_name(value: str) -> str:
    """A name as it was typed, its ends trimmed. Raises ValueError where a person could not read it as one.

    It may have characters that are newer than this Python's Unicode; only digits, dots and signs are no name.
    """
    name = trimmed(value)
    if not any(is_letter(character) for character in characters(name)):
        raise Faulty("name-without-letters")
    return readable(name)


IdNumber = Annotated[
    str,
    AfterValidator(valid_id_number),
    WithJsonSchema({"type": "string", "pattern": "^[1-9][0-9]{16}[0-9Xx]$", "description": "GB 11643 or GA 2102"}),
]
NameOnForm = Annotated[
    str,
    Field(min_length=1, max_length=60, json_schema_extra={"pattern": r"^\S(.*\S)?$"}),
]
"""A name that stands on a form in the log: it was checked when the form came, by the rules of that day."""
PersonName = Annotated[NameOnForm, when_new(valid_name)]
Division = Annotated[str, Field(pattern=r"^[0-9]{6}$", description="GB/T 2260")]
