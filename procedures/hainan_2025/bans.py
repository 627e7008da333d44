"""Whether a ban binds on a day (Art. 32): intake and R32 read it from the bureau and from our own record. Pure."""

from datetime import date

from contracts.events.values import OwnBan
from contracts.readings import CURRENT_READING, FIRST_READING
from procedures.hainan_2025.departments.housing import HousingRow


def first_free_day(ban: HousingRow, reading: int = CURRENT_READING) -> date | None:
    """The day from which a ban binds no more; None where nothing in the row tells it.

    Without an end of its own it is over a year after it began, on the corresponding date (Civil Code 202): a ban of
    29 February on 28 February.
    """
    if ban.until is not None or "until" in ban.not_understood or ban.since is None or reading == FIRST_READING:
        return ban.until
    try:
        return ban.since.replace(year=ban.since.year + 1)
    except ValueError:
        return date(ban.since.year + 1, 2, 28)


def binds(ban: HousingRow, article: str, today: date, reading: int = CURRENT_READING) -> bool | None:
    """Whether a ban of this article binds today; None where its beginning, its article or its end is not known."""
    if reading == FIRST_READING:
        return _bound_then(ban, article, today)
    other_register = ban.register_ not in ("ban", None)
    if other_register or (ban.article is not None and ban.article.partition("(")[0] != article):
        return False
    if ban.register_ is None or ban.article is None or ban.since is None:
        return None
    end = first_free_day(ban)
    if end is not None and end <= ban.since:
        return None  # an end before its beginning: one of them is not what it says
    if today < ban.since:
        return False
    return None if end is None else today < end


def own_binds(ban: OwnBan | None, article: str, today: date) -> bool:
    """Whether a ban of our own record binds today; it always states its beginning and its end."""
    return ban is not None and ban.article == article and ban.since <= today < ban.until


def _bound_then(ban: HousingRow, article: str, today: date) -> bool | None:
    """By reading 1: a ban without an end runs on."""
    over = ban.until is not None and ban.until <= today
    to_come = ban.since is not None and ban.since > today
    if over or to_come or ban.article not in (article, None):
        return False
    return None if ban.article is None or ban.since is None else True
