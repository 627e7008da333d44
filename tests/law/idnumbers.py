"""ID numbers of GB 11643 and the foreigner's permanent residence card: what is valid, what can be read off them."""

from datetime import date

# GB/T 2260, the first two digits of a division: a province, an autonomous region, a municipality.
PROVINCES = frozenset(
    f"{region}{place}"
    for region, places in {"1": "12345", "2": "123", "3": "1234567", "4": "123456", "5": "01234", "6": "12345"}.items()
    for place in places
) | {"71", "81", "82"}
FOREIGNER = "9"  # the first digit of the card of GA 2102


def check_character(first_seventeen: str) -> str:
    """ISO 7064 MOD 11-2: the eighteenth character makes the weighted sum 1 modulo 11."""
    rest = 0
    for digit in first_seventeen:
        rest = (rest + int(digit)) * 2 % 11
    missing = (12 - rest) % 11
    return "X" if missing == 10 else str(missing)


def birth_date(number: str) -> date:
    """Digits 7–14. Raises ValueError where the calendar has no such day."""
    return date(int(number[6:10]), int(number[10:12]), int(number[12:14]))


def is_man(number: str) -> bool:
    """Digit 17 is odd."""
    return int(number[16]) % 2 == 1


def age_on(number: str, day: date) -> int:
    """Full years; who was born on 29 February is a year older on 1 March of a common year."""
    years = day.year - int(number[6:10])
    return years if (day.month, day.day) >= (int(number[10:12]), int(number[12:14])) else years - 1


def born_on_29_february(number: str) -> bool:
    return number[10:14] == "0229"


def fault(number: str, day: date, *, may_be_foreign: bool = False) -> str | None:
    """What is wrong with a number on a form posted on `day`; None where nothing is."""
    number = number.upper()
    if len(number) == 15:
        return "fifteen_digits"
    if len(number) != 18 or not (number[:17].isascii() and number[:17].isdigit()) or number[17] not in "0123456789X":
        return "length"
    foreign = number[0] == FOREIGNER
    if foreign and not may_be_foreign:
        return "foreign_card"
    if not foreign and number[:2] not in PROVINCES:
        return "division"
    try:
        born = birth_date(number)
    except ValueError:
        return "birth_date"
    if check_character(number[:17]) != number[17]:
        return "check_digit"
    return "in_the_future" if born > day else None
