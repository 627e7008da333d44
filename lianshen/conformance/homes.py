"""Scenarios about homes: parts, owners, burdens, and units that are nobody's business here (Art. 18(2), 19, 27)."""

from lianshen.conformance.kit import Kit
from lianshen.conformance.people import PEOPLE
from lianshen.conformance.reply import Reply, difference
from lianshen.conformance.results import Bad, DoesNotApply, ErrorStatus
from procedures.hainan_2025.departments.housing import HousingRow
from procedures.hainan_2025.departments.real_estate import OwnershipRow

NO_HOMES = "this department's rows are no homes"
A_THIRD = "1/3"
BURDENED, FREE = "150303KIT00001", "150303KIT00002"
"""Two homes of the kit, each with one owner."""
UNABLE = ("cannot_determine", "refused")
UNTOLD = "it does not say what burdens a home: before a buy-back a person reads it from a paper"


async def thirds(kit: Kit) -> None:
    kit.only_for("real-estate", "housing", why=NO_HOMES)
    rows = _rows(await kit.ask("of thirds"), "of thirds")
    if not rows:
        raise Bad("no row about a home in parts")
    for row in rows:
        if row.share != A_THIRD:
            said = row.share if row.share and len(row.share) < 20 and set(row.share) <= set("0123456789./% ") else None
            raise Bad(f"{said or 'no share'} instead of {A_THIRD}")


async def every_owner(kit: Kit) -> None:
    kit.only_for("real-estate", why="only the real-estate register has a row for each owner")
    for who in (["jointly"], ["jointly", "jointly too"]):
        reply = await kit.ask(*who)
        wanted, came = kit.expected(reply, PEOPLE["jointly"][0]), _rows(reply, "jointly")
        if len(came) != len(wanted):
            raise Bad(f"{len(came)} rows of a unit that has {len(wanted)} owners")
        named = [_person(row) for row in came]
        if any(named.count(PEOPLE[it][0]) != 1 for it in who):
            raise Bad("no row that says which part is an asked person's")


async def outsiders(kit: Kit) -> None:
    kit.only_for("real-estate", "housing", why=NO_HOMES)
    for who in ("of thirds", "jointly"):
        reply = await kit.ask(who)
        if any(_person(row) not in (None, PEOPLE[who][0]) for row in _rows(reply, who)):
            raise Bad("the ID number of somebody who was not asked about")


async def elsewhere(kit: Kit) -> None:
    kit.only_for("real-estate", why="rows of this department are not told apart by where a unit is")
    reply = await kit.ask("here and elsewhere")
    rows = _rows(reply, "here and elsewhere")
    if None in kit.department.within_question(rows, frozenset(), reply.sent.question.asked_on):
        raise Bad("a unit in a division that the question is not about")
    if not rows:
        raise Bad("not even the unit that is here")


async def burdened_home(kit: Kit) -> None:
    kit.only_for("real-estate", why="only real-estate registration is asked what burdens a home")
    for who, home in (("known", BURDENED), ("other", FREE)):
        try:
            reply = await kit.about_home(who, home)
        except ErrorStatus:
            raise DoesNotApply(UNTOLD) from None
        if reply.kind in UNABLE and home == BURDENED:
            raise DoesNotApply(UNTOLD)
        wanted = kit.registers.burdens(home)
        if reply.kind != ("found" if wanted else "none"):
            raise Bad(f"`{reply.kind}` of a home with {len(wanted)} rows in the register of burdens")
        if differs := difference(wanted, reply.records.get(PEOPLE[who][0], [])):
            raise Bad(differs)


def _rows(reply: Reply, who: str) -> list[OwnershipRow | HousingRow]:
    return [
        row
        for row in reply.records.get(PEOPLE[who][0], [])
        if isinstance(row, OwnershipRow) or (isinstance(row, HousingRow) and row.register_ == "net_signed")
    ]


def _person(row: OwnershipRow | HousingRow) -> str | None:
    return row.owner_id_number if isinstance(row, OwnershipRow) else row.buyer_id_number
