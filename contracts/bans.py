"""Whether a ban binds on a day (Art. 32): intake reads it from the ban list, R32 from the bureau's answer. Pure."""

from datetime import date

from contracts.readings import CURRENT_READING
from contracts.records import HousingRow


def first_free_day(ban: HousingRow, reading: int = CURRENT_READING) -> date | None:
    """The day from which a ban binds no more; None where nothing in the row tells it.

    Without an end of its own it is over a year after it began, on the corresponding date (Civil Code 202): a ban of
    29 February on 28 February.
    """
    if ban.until is not None or "until" in ban.not_understood or ban.since is None or reading == 1:
        return ban.until
    try:
        return ban.since.replace(year=ban.since.year + 1)
    except ValueError:
        return date(ban.since.year + 1, 2, 28)


def binds(ban: HousingRow, article: str, today: date, reading: int = CURRENT_READING) -> bool | None:
    """Whether a ban of this article binds today; None where what is not stated, or not understood, could tell."""
    if reading == 1:
        return _bound_then(ban, article, today)
    if ban.register_ is not None and ban.register_ != "ban":
        return False
    if ban.article is not None and ban.article != article:
        return False
    end = first_free_day(ban)
    if ban.since is not None and end is not None and end <= ban.since:
        return None  # an end before its beginning: one of them is not what it says
    if ban.since is not None and today < ban.since:
        return False
    if end is not None and end <= today:
        return False
    return None if None in (ban.register_, ban.article, ban.since, end) else True


def _bound_then(ban: HousingRow, article: str, today: date) -> bool | None:
    """By reading 1: a ban without an end runs on."""
    over = ban.until is not None and ban.until <= today
    to_come = ban.since is not None and ban.since > today
    if over or to_come or ban.article not in (article, None):
        return False
    return None if ban.article is None or ban.since is None else True
