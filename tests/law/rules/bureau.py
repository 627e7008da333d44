"""Articles 32 and 20: the one-year ban, and the rental that has to be left first."""

from datetime import date

from tests.law.facts import (
    HOUSING,
    UNCLEAR,
    Conditions,
    Facts,
    Finding,
    OwnRecord,
    PersonAnswer,
    Record,
    Truth,
)

BAN_ARTICLE = "32"
SOCIAL_RENTALS = frozenset({"public_rental", "affordable_rental"})  # Art. 20


def one_year_after(day: date) -> date:
    """The corresponding date of the next year (Civil Code 202): 29 February ends on 28 February."""
    if (day.month, day.day) == (2, 29):
        return date(day.year + 1, 2, 28)
    return day.replace(year=day.year + 1)


def ban_binds(row: Record, today: date) -> tuple[bool | None, str]:
    """Whether a row of the ban list binds today. The only ban there is is that of Article 32."""
    article, since, until = row.get("article"), row.get("since"), row.get("until")
    if article is None:
        return None, "R32.no_article"
    if article != BAN_ARTICLE:
        return False, "R32.other_article"
    if since is None:
        return None, "R32.no_beginning"
    if until is None:
        return _by_its_year(since, today)
    if today < since:
        return False, "R32.not_yet"
    if today >= until:
        return False, "R32.first_free_day_is_today" if today == until else "R32.over"
    return True, "R32.begins_today" if today == since else "R32.binds"


def _by_its_year(since: date, today: date) -> tuple[bool, str]:
    """A ban without an end binds for one year."""
    if since <= today < one_year_after(since):
        return True, "R32.binds_without_end"
    ended_on_28_february = today == one_year_after(since) and (since.month, since.day) == (2, 29)
    return False, "R32.ended_on_28_february" if ended_on_28_february else "R32.over_without_end"


def bans(said: PersonAnswer | None, today: date) -> tuple[Truth, tuple[str, ...]]:
    """R32 from what the bureau says about the main applicant."""
    if said is None:
        return "unknown", ("R32.silent",)
    if said.kind in UNCLEAR or (said.kind == "found" and not said.records):
        return "unknown", ("R32.unclear",)
    readings = [ban_binds(row, today) for row in said.records if row["register"] == "ban"]
    because = tuple(because for _, because in readings) or ("R32.no_ban",)
    values = {value for value, _ in readings}
    if True in values:
        return "not_met", because
    return ("unknown" if None in values else "met"), because


def record_binds(record: OwnRecord | None, today: date) -> bool:
    """A ban that the office itself imposed, on this day."""
    return record is not None and record.since <= today and not record.until <= today


def beside_our_record(bureau: Truth, heard: bool) -> tuple[Truth, str]:
    """Our own file says that a ban binds. A bureau that clearly says no contradicts it, and a person has to look."""
    if not heard:
        return "unknown", "R32.ours_and_silent"
    table: dict[Truth, tuple[Truth, str]] = {
        "not_met": ("not_met", "R32.both"),
        "unknown": ("not_met", "R32.ours_and_unclear"),
        "met": ("unknown", "R32.ours_denied"),
    }
    return table[bureau]


def r32(facts: Facts) -> Finding:
    """The main applicant is under no ban today; a ban of anybody else is nobody's reason."""
    truth, because = bans(facts.said(HOUSING, facts.applicant), facts.as_of)
    if record_binds(facts.own_record, facts.as_of):
        truth, ours = beside_our_record(truth, heard=not facts.is_silent(HOUSING))
        because = (*because, ours)
    others = any(
        row["register"] == "ban" for member in facts.members[1:] for row in facts.records(HOUSING, member)
    )  # fmt: skip
    return Finding(truth, (*because, "R32.of_somebody_else") if others else because)


def g20(facts: Facts) -> tuple[Conditions, tuple[str, ...]]:
    """The condition to leave public or affordable rental housing; never a reason against."""
    because: list[str] = []
    carried = to_be_checked = False
    for member in facts.family:
        said = facts.said(HOUSING, member)
        if said is None or said.kind in UNCLEAR or (said.kind == "found" and not said.records):
            to_be_checked = True
            because.append("G20.silent" if said is None else "G20.unclear")
        for row in facts.records(HOUSING, member):
            if row["register"] == "tenancy":
                runs, edge = tenancy_runs(row, facts.as_of)
                kind = row.get("kind")
                if runs and kind in SOCIAL_RENTALS:
                    carried = True
                elif runs and kind is None:
                    to_be_checked, edge = True, "G20.kind_not_stated"
                elif runs:
                    edge = "G20.other_rental"
                because.append(edge)
    if carried:
        return "carried", tuple(because)
    return ("to_be_checked" if to_be_checked else "none"), tuple(because) or ("G20.no_rental",)


def tenancy_runs(row: Record, today: date) -> tuple[bool, str]:
    """It runs while since ≤ today ≤ until; without a beginning or an end it runs."""
    since, until = row.get("since"), row.get("until")
    if since is not None and today < since:
        return False, "G20.not_yet"
    if until is not None and until < today:
        return False, "G20.over"
    if until == today:
        return True, "G20.last_day_is_today"
    if since == today:
        return True, "G20.begins_today"
    if since is None:
        return True, "G20.without_beginning"
    return True, "G20.runs" if until is not None else "G20.without_end"
