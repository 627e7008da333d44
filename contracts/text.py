"""What people type and read: what of it can be seen, what is compared, and how it stands in one line. Pure.

A text is stored and shown as it was typed, its ends trimmed; only keys, codes and numbers are normalised. What can
be seen is decided by the ranges below, not by Python's own table of Unicode, which is years behind the names that
people have: Python 3.11 knows neither CJK Extension H nor I.
"""

import re
import unicodedata
from itertools import pairwise
from typing import Final

from contracts.check_digits import check_digit
from contracts.faults import Faulty

WHITE_SPACE: Final = "\t-\r \x85\xa0\u1680\u2000-\u200a\u2028\u2029\u202f\u205f\u3000"
"""White_Space (Unicode 16, PropList.txt), as ranges of a regular expression."""

INVISIBLE: Final = (
    "\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164\ufe00-\ufe0f"
    "\ufeff\uffa0\ufff0-\ufff8\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"  # the property
    "\u2800\ufff9-\ufffb\U00013430-\U0001343f\U00013441\U00013442\U00016fe4\U0001d159"  # blank without having it
)
"""Default_Ignorable_Code_Point (Unicode 16, DerivedCoreProperties.txt), and what is drawn as nothing all the same:
the braille blank, interlinear marks, hieroglyphic joiners and blanks, the Khitan filler, the musical null notehead."""

BIDI: Final = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069"
"""Bidi_Control: they change the order in which a line is read."""

CONTROL: Final = "\x00-\x1f\x7f-\x9f"
NO_CHARACTER: Final = "\ud800-\udfff\ufdd0-\ufdef" + "".join(
    f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0, 0x110000, 0x10000)
)
"""Lone surrogates, which no file can hold, and the code points that are no characters and never will be."""

IDEOGRAPHS: Final = (
    "\u2e80-\u2fdf\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    "\U00020000-\U0003fffd"  # the ideographic planes, whatever has been assigned in them by now
    "\ue000-\uf8ff\U000f0000-\U000ffffd\U00100000-\U0010fffd"  # private use: rare names in cards and old registers
)
MONGOLIAN: Final = "\u1800-\u180a\u1810-\u18af"
SELECTORS: Final = "\ufe00-\ufe0f\U000e0100-\U000e01ef"

DASHES: Final = (
    "\\-\u058a\u05be\u1400\u1806\u2010-\u2015\u2e17\u2e1a\u2e3a\u2e3b\u2e40\u2e5d\u301c\u3030\u30a0\ufe31\ufe32\ufe58"
    "\ufe63\uff0d\U00010d6e\U00010ead"  # Dash_Punctuation (Pd, Unicode 16)
    "\xad~\u02d7\u2027\u2043\u207b\u208b\u2212\u2500\u2501\u2796\u30fc\uff5e\uff70"  # and what is typed for it
)
MIDDLE_DOTS: Final = frozenset("·•‧∙⋅・･．.᛫\u0387\u2024")
"""Names in several parts are joined by U+00B7; the others are what keyboards put in its place."""

_BLANK = f"{WHITE_SPACE}{INVISIBLE}"
_BELONGS = f"(?:(?<=[{IDEOGRAPHS}])[{SELECTORS}]|(?<=[{MONGOLIAN}])[\u180b-\u180f]+)"
"""A variation selector after an ideograph, and Mongolian's own: a part of the character before it."""
_SEEN = re.compile(f"[^{_BLANK}{CONTROL}{NO_CHARACTER}]")
_KEPT = re.compile(f"[^{_BLANK}]{_BELONGS}?")
_ESCAPED = re.compile(f"[{CONTROL}{BIDI}\u2028\u2029\ud800-\udfff]")
_ESCAPED_IN_LINES = re.compile(_ESCAPED.pattern.replace("\x00-\x1f", "\x00-\t\x0b-\x1f"))
_UNREADABLE = re.compile(f"[{CONTROL}{INVISIBLE}{NO_CHARACTER}\u2028\u2029]")
_IGNORED = re.compile(f"[{INVISIBLE}]")
_DASH_OR_BLANK = re.compile(f"[{DASHES}{_BLANK}]")

# --- what can be seen -------------------------------------------------------------------------------------------


def characters(text: str) -> list[str]:
    """The text as a reader counts it: marks and selectors with the character before them, blanks left out."""
    found: list[str] = []
    for point in text:
        if unicodedata.category(point)[0] == "M" or point == "\u180e":
            if found:
                found[-1] += point
        elif _SEEN.match(point):
            found.append(point)
    return found


def is_letter(character: str) -> bool:
    """Whether a name may consist of it: all that is not known as a digit, a sign or punctuation."""
    category = unicodedata.category(character[0])
    return category not in ("Nd", "No") and category[0] not in "PS"  # 〇 is a number, and in names


def is_visible(text: str) -> bool:
    """Whether a reader sees anything at all."""
    return bool(characters(text))


def trimmed(text: str) -> str:
    """The text without white space and invisible characters at its ends; a selector stays with its character."""
    kept = list(_KEPT.finditer(text))
    return text[kept[0].start() : kept[-1].end()] if kept else ""


def visible(text: str) -> str:
    """The text, trimmed. Raises ValueError where nothing of it can be seen."""
    if not is_visible(text):
        raise Faulty("nothing-visible")
    return trimmed(text)


def readable(text: str) -> str:
    """The text itself. Raises ValueError for what a line cannot hold: controls, invisible characters, no characters.

    A variation selector after an ideograph and the selectors of Mongolian are parts of people's names.
    """
    if _UNREADABLE.search(re.sub(_BELONGS, "", text)):
        raise Faulty("not-in-one-line")
    return text


def one_line(text: str) -> str:
    """For a line that a person reads: what would move the cursor, end the line or turn it round is escaped."""
    return _ESCAPED.sub(_escaped, text)


def lines(text: str) -> str:
    """For a letter: its lines stay, and each is as `one_line` has it."""
    return _ESCAPED_IN_LINES.sub(_escaped, text.replace("\r\n", "\n"))


def _escaped(found: re.Match[str]) -> str:
    return found[0].encode("unicode_escape").decode()


# --- what is compared, and what is typed ------------------------------------------------------------------------


def key(text: str) -> str:
    """What names are compared by, never shown or stored: width, case, blanks, dots and the invisible do not count."""
    folded = unicodedata.normalize("NFKC", _meant(text).casefold())
    # Only what is known as blank, dot or sign is left out: what this Python does not know is in somebody's name.
    return "".join(point for point in folded if unicodedata.category(point)[0] not in "PSZ" and _SEEN.match(point))


def plain(text: str) -> str:
    """A code as it was meant: NFKC, nothing invisible, no white space at its ends."""
    return trimmed(_meant(text))


def typed_number(text: str) -> str:
    """A number that was read off paper: NFKC, capitals, without blanks, dashes of any kind and the invisible."""
    return _DASH_OR_BLANK.sub("", _meant(text)).upper()


def _meant(text: str) -> str:
    # Twice: NFKC makes invisible characters of others, and what stood around them composes when they are gone.
    return unicodedata.normalize("NFKC", _IGNORED.sub("", unicodedata.normalize("NFKC", text)))


# --- ID numbers in free text (regulation §7) --------------------------------------------------------------------

_GAP = " {0,5}"
_YEAR = f"(?:1{_GAP}[89]|2{_GAP}0){_GAP}[0-9]{_GAP}[0-9]"
_MONTH_DAY = f"(?:0{_GAP}[1-9]|1{_GAP}[0-2]){_GAP}(?:0{_GAP}[1-9]|[12]{_GAP}[0-9]|3{_GAP}[01])"
_LAST = "(?:[0-9](?![0-9])|X)"
_SEPARATOR = re.compile(f"[{DASHES}{_BLANK}{CONTROL}。｡/／_＿,，、;；|()（）~～…'’‘“”=+*#]")
CHINESE_DIGITS = dict(zip("〇零一二三四五六七八九壹贰叁肆伍陆柒捌玖", "00123456789123456789", strict=True))


def _digits(count: int) -> str:
    return _GAP.join(["[0-9]"] * count)


def _number(*parts: str) -> re.Pattern[str]:
    """Looks ahead, so that of two numbers side by side neither hides the other."""
    return re.compile(f"(?<![0-9])(?=({_GAP.join(parts)}))")


_IN_ONE_PIECE = re.compile(f"(?<![0-9])(?=([0-9]{{10}}{_MONTH_DAY.replace(_GAP, '')}[0-9]{{3}}{_LAST}))")
# With gaps the year must be one that somebody is born in: three dates in a row have eighteen digits, too.
_WITH_GAPS = _number(_digits(6), _YEAR, _MONTH_DAY, _digits(3), _LAST)
_DATED = _number("[0-9]{6}", _YEAR + r"\?", r"[0-9]{1,2}\?", r"[0-9]{1,2}\?", _digits(3), _LAST)
"""With its birth date as 1990年1月1日."""
_IN_A_RUN = re.compile(f"(?=([0-9]{{6}}(?:19|20)[0-9]{{2}}{_MONTH_DAY.replace(_GAP, '')}[0-9]{{3}}[0-9X]))")
"""Within a longer run of digits, as two numbers side by side are: there the check digit tells."""
_OLD_CARD = re.compile("(?<![A-Za-z])(?=([A-Z]{3}[0-9]{12})(?![0-9]))", re.IGNORECASE)
"""The permanent residence card of foreigners as it was: nationality, division and order, birth date, check digits."""
OF_A_CARD = 12
"""Digits of such a card, side by side."""
_TWELVE = re.compile(f"[0-9]{{{OF_A_CARD}}}")
_FIFTEEN = _number(_digits(6), _digits(2), _MONTH_DAY, f"{_digits(3)}(?![0-9])")
_PIECE = re.compile(r"[0-9][0-9 X]*(?:\?[0-9 ][0-9 X]*)*")
"""What a number may stand in, since none has two ? side by side: most of a text is not looked through."""
SHORTEST = 15
"""Digits of the shortest number."""
_TEN_DIGITS = re.compile(_digits(10))
"""Every number has so many with nothing but blanks between them; a list of dates has not."""


def _ideographs_that_are_no_digits() -> str:
    digits = sorted(ord(digit) for digit in CHINESE_DIGITS if "\u4e00" <= digit <= "\u9fff")
    between = pairwise((0x4DFF, *digits, 0xA000))
    return "".join(f"{chr(after + 1)}-{chr(before - 1)}" for after, before in between if after + 1 < before)


LETTERS: Final = f"A-WYZa-wyz{_ideographs_that_are_no_digits()}"
"""Each of them is a ? for a number: over two that stand side by side none goes on."""
NO_DIGITS: Final = f"{LETTERS}\x00-/:-\x7f\u3001-\u3006\u3008-\u301f\uff01-\uff0f\uff1a-\uff20"
"""What no number begins with, as far as texts are made of it."""
_WORDS = re.compile(f"([{LETTERS}]{{2}}[{NO_DIGITS}]*)")
"""Most of a text: only what stands between them is looked through."""
_NO_DIGIT = re.compile(f"[{NO_DIGITS}]+")


class _Folded(dict[int, str]):
    """Digits of any script and width as ASCII, whatever is typed for X as X, what separates as a blank, the rest ?."""

    def __missing__(self, point: int) -> str:
        character = unicodedata.normalize("NFKC", chr(point))
        # A circled or a raised digit is no part of a number: ① begins an item of a list, ² is a note.
        digit = unicodedata.decimal(chr(point), None)
        if digit is not None:
            self[point] = str(digit)
        elif chr(point) in CHINESE_DIGITS:
            self[point] = CHINESE_DIGITS[chr(point)]
        elif character in ("x", "X", "×", "χ", "Χ", "х", "Х"):  # the sign, the Greek and the Cyrillic letter, too
            self[point] = "X"
        else:
            separates = _SEPARATOR.match(chr(point)) or chr(point) in MIDDLE_DOTS
            self[point] = " " if separates else "?"
        return self[point]


_FOLDED = _Folded()


def masked(text: str) -> str:
    """The text with every ID number in it hidden but for its first four and last four digits, however it is typed.

    Of an old number of fifteen digits the last three are shown: the fourth from the end belongs to the birth date.
    """
    parts = _WORDS.split(text)
    long = [n for n in range(0, len(parts), 2) if len(parts[n]) >= OF_A_CARD]
    if any(_TWELVE.search(parts[n]) for n in long):
        return _starred(text, _hidden(text.translate(_FOLDED)) | _hidden_of_old_cards(text))
    for n in long:
        if len(_NO_DIGIT.sub("", parts[n])) >= SHORTEST:
            parts[n] = _starred(parts[n], _hidden(parts[n].translate(_FOLDED)))
    return "".join(parts)


def _starred(text: str, hidden: set[int]) -> str:
    return "".join("*" if at in hidden else point for at, point in enumerate(text)) if hidden else text


def has_id_number(text: str) -> bool:
    """Whether anything in it would be masked."""
    return masked(text) != text


def _hidden_of_old_cards(text: str) -> set[int]:
    return {at for card in _OLD_CARD.finditer(text) for at in range(card.start(1) + 4, card.end(1) - 3)}


def _hidden(folded: str) -> set[int]:
    """Where the digits stand that are not shown: ten of eighteen, eight of fifteen."""
    if not _TEN_DIGITS.search(folded):
        return set()
    pieces = (piece.span() for piece in _PIECE.finditer(folded) if _digits_in(piece[0]) >= SHORTEST)
    return {at for piece in pieces for at in _hidden_within(folded, *piece)}


def _digits_in(piece: str) -> int:
    return len(piece) - piece.count(" ") - piece.count("?")


def _hidden_within(folded: str, *piece: int) -> set[int]:
    whole = (_IN_ONE_PIECE, _WITH_GAPS, _DATED)
    numbers = {found.span(1) for pattern in whole for found in pattern.finditer(folded, *piece)}
    runs = (found for found in _IN_A_RUN.finditer(folded, *piece) if check_digit(found[1][:17]) == found[1][17])
    numbers |= {found.span(1) for found in runs}
    old = (found.span(1) for found in _FIFTEEN.finditer(folded, *piece))
    # Typed digit by digit, a number of eighteen has others of fifteen within it.
    alone = {(start, end) for start, end in old if not any(begin <= start and end <= last for begin, last in numbers)}
    hidden = {at for span in numbers for at in _places(folded, span)[4:14]}
    return hidden | {at for span in alone for at in _places(folded, span)[4:12]}


def _places(folded: str, span: tuple[int, int]) -> list[int]:
    return [at for at in range(*span) if folded[at] not in " ?"]
