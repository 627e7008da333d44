"""Bans and tenancies around today, at both ends."""

from datetime import date, timedelta

from tests.law.facts import OwnRecord, Record
from tests.law.makers.draft import Draft
from tests.law.rules.bureau import one_year_after


def a_ban(draft: Draft) -> None:
    """Around today at both ends; some without an end, a beginning or an article; some of another member."""
    random, today = draft.random, draft.as_of
    ban: Record = {"register": "ban", "article": "32", "decision": "D-1"}
    ban["since"] = today + timedelta(random.choice((-400, -200, -30, -1, 0, 1, 20)))
    ban["until"] = random.choice((one_year_after(ban["since"]), today + timedelta(random.choice((-1, 0, 1, 9)))))
    if ban["until"] <= ban["since"]:
        ban["until"] = ban["since"] + timedelta(1)
    missing = random.choice((None, None, None, None, "since", "article", "until"))
    ban.pop(missing or "", None)
    if random.random() < 0.1:
        ban["article"] = random.choice(("31", "24"))
    owner = draft.applicant if random.random() < 0.85 else random.choice(draft.members)
    draft.bureau.append((owner.id_number, ban))


def a_ban_of_our_own(draft: Draft) -> None:
    """Around today at both ends; now and then the bureau knows of it, too."""
    random, today = draft.random, draft.as_of
    since = today + timedelta(random.choice((-400, -300, -30, -1, 0, 1)))
    draft.own_record = OwnRecord(since, max(since + timedelta(1), today + timedelta(random.choice((-1, 0, 1, 200)))))
    if random.random() < 0.5:
        a_ban(draft)


def a_ban_without_an_end(draft: Draft) -> None:
    """It ends one year after its beginning: today, yesterday, tomorrow; one of 29 February ends on 28 February."""
    draft.as_of = draft.accepted_on + timedelta(draft.random.choice((0, 3)))
    ban: Record = {"register": "ban", "article": "32"}
    if draft.random.random() < 0.5:
        year = draft.random.choice((2028, 2024))
        ban["since"] = date(year, 2, 29)
        if year == 2028:
            draft.accepted_on = draft.as_of = date(2029, 2, 26) + timedelta(draft.random.randrange(4))
    else:
        ban["since"] = draft.as_of - timedelta(draft.random.choice((364, 365, 366, 367, 3)))
    draft.bureau.append((draft.applicant.id_number, ban))


def a_tenancy(draft: Draft) -> None:
    """Around today at both ends, of every kind; some without a beginning, an end or a kind."""
    random, today = draft.random, draft.as_of
    kinds = ("public_rental", "affordable_rental", "public_rental", "affordable_rental", "private", "market")
    tenancy: Record = {"register": "tenancy", "kind": random.choice(kinds)}
    tenancy["since"] = today + timedelta(random.choice((-900, -30, -1, 0, 1, 30)))
    tenancy["until"] = max(tenancy["since"], today + timedelta(random.choice((-20, -1, 0, 1, 300))))
    tenancy.pop(random.choice(("", "", "", "since", "until", "kind")), None)
    draft.bureau.append((random.choice(draft.members).id_number, tenancy))
