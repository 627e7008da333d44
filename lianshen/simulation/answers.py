"""What each simulated department answers from its registers, in the contract's JSON and no field beyond it. Pure."""

import json
import unicodedata
from collections.abc import Callable, Iterable
from typing import Any

from lianshen.simulation.registers import Registers, Row, same_number

DIVISIONS = frozenset({"150302", "150303", "150304"})
"""Haibowan, Hainan District, Wuda: where homes count (Art. 18(2))."""

HOUSEHOLD = ("status", "hukou_division", "hukou_township", "relation_to_head", "moved_in", "residence")
MARRIAGE = ("marital_status", "spouse_id_number", "since", "assistance")
MARRIED = frozenset({"20", "21", "22", "23"})
INSURANCE = ("insured", "division", "last_paid_month")
INCOME = ("income_recorded", "division")
OWNERSHIP = ("unit_code", "division", "use", "building_area_m2", "ownership", "share", "registered", "status")
CONTRACT = (
    *("contract_no", "unit_code", "division", "use", "building_area_m2", "buyer_id_number", "share", "filed"),
    "status",
)
BURDEN = ("unit_code", "kind", "since", "status")
OF_A_HOME = "home-encumbrances"
"""The contract by which real estate is asked what burdens a home."""
TENANCY = ("kind", "since", "until")
BAN = ("article", "decision", "since", "until")
YES_NO = {"yes": True, "no": False}
UNSEEN = frozenset(("Cc", "Cf", "Zs", "Zl", "Zp", "Pc", "Pd", "Po", "Ps", "Pe"))

Question = dict[str, Any]
Answer = dict[str, Any]
Record = dict[str, Any]
About = Callable[[str, str], tuple[str, list[Record]]]
"""Looks one person up by ID number and name ("" where it was not asked with): a kind and the rows."""


class NotAQuestion(ValueError):
    """What arrived is no question; says what is wrong with it, never what was in it."""


def read_question(body: bytes) -> Question:
    """Raises NotAQuestion unless there is an id and a list of persons with ID numbers."""
    try:
        question = json.loads(body)
    except (ValueError, RecursionError):
        raise NotAQuestion("a question is JSON in UTF-8") from None
    if not isinstance(question, dict) or not isinstance(question.get("question_id"), str):
        raise NotAQuestion("a question is an object with a question_id")
    persons = question.get("persons")
    if not isinstance(persons, list):
        raise NotAQuestion("a question has a list of persons")
    for person in persons:
        if not isinstance(person, dict) or not isinstance(person.get("id_number"), str):
            raise NotAQuestion("a person in a question has an id_number")
        if not isinstance(person.get("name", ""), str | None):
            raise NotAQuestion("a person's name is text")
    return question


def household_registry(registers: Registers, question: Question) -> Answer:
    """Knows a person only by number and name together; anybody else is not matched (Art. 18(1), 21)."""

    def about(number: str, name: str) -> tuple[str, list[Record]]:
        rows = registers["household-registry"].of_person.get(number, ())
        matched = [row for row in rows if name and _compared(row.get("name", "")) == _compared(name)]
        return ("found" if matched else "not_matched"), _kept(matched, HOUSEHOLD)

    return _answer(question, about)


def civil_affairs(registers: Registers, question: Question) -> Answer:
    """Who is married to whom (Art. 17); who somebody was married to once is not told."""

    def about(number: str, _: str) -> tuple[str, list[Record]]:
        records = _kept(_rows(registers, "civil-affairs", number), MARRIAGE)
        for record in records:
            if record.get("marital_status") not in MARRIED:
                record.pop("spouse_id_number", None)
        return _found(records)

    return _answer(question, about)


def social_security(registers: Registers, question: Question) -> Answer:
    """Whether and where somebody is insured (Art. 18(1))."""
    return _answer(question, lambda number, _: _found(_kept(_rows(registers, "social-security", number), INSURANCE)))


def tax(registers: Registers, question: Question) -> Answer:
    """Whether and where income is recorded, never how much (Art. 18(1))."""
    return _answer(question, lambda number, _: _found(_kept(_rows(registers, "tax", number), INCOME)))


def real_estate(registers: Registers, question: Question) -> Answer:
    """Every owner row of every unit in which a person has a part; owners we were not asked about stay anonymous."""
    if question.get("contract") == OF_A_HOME:
        return _of_a_home(registers, question)
    register = registers["real-estate"]
    family = {same_number(person["id_number"]) for person in question["persons"]}

    def about(number: str, _: str) -> tuple[str, list[Record]]:
        units: dict[str, list[Row]] = {}
        for place, own in enumerate(register.of_person.get(number, ())):
            code = own.get("unit_code")
            # A unit without a code cannot be told from another: each such row is a unit of its own.
            units[code or f"row {place}"] = register.of_unit[code] if code else [own]
        return _found([_ownership(row, family) for unit in units.values() if _is_within(unit) for row in unit])

    return _answer(question, about)


def _of_a_home(registers: Registers, question: Question) -> Answer:
    """What burdens the one home that is asked about (Art. 27, 28)."""
    burdens = registers["encumbrances"].of_unit.get(question.get("home", ""), ())
    return _answer(question, lambda number, _: _found(_kept(burdens, BURDEN)))


def housing(registers: Registers, question: Question) -> Answer:
    """The bureau's three registers, each row under the person it is about (Art. 19, 20, 32)."""

    def about(number: str, _: str) -> tuple[str, list[Record]]:
        return _found(
            [
                {"register": word, **record}
                for word, file, fields in (
                    ("net_signed", "net-signed", CONTRACT),
                    ("tenancy", "tenancies", TENANCY),
                    ("ban", "bans", BAN),
                )
                for record in _kept(_rows(registers, file, number), fields)
            ]
        )

    return _answer(question, about)


DEPARTMENTS: dict[str, Callable[[Registers, Question], Answer]] = {
    "household-registry": household_registry,
    "civil-affairs": civil_affairs,
    "social-security": social_security,
    "tax": tax,
    "real-estate": real_estate,
    "housing": housing,
}


def deferred(question: Question, promised_at: str) -> Answer:
    """A clerk will answer later: at the instant promised (RFC 3339), when asked again."""
    return {"question_id": question["question_id"], "kind": "deferred", "promised_at": promised_at}


def _answer(question: Question, about: About) -> Answer:
    persons = []
    for person in question["persons"]:
        kind, records = about(same_number(person["id_number"]), person.get("name") or "")
        persons.append({"id_number": person["id_number"], "kind": kind, "records": records})
    kinds = {person["kind"] for person in persons}
    overall = "found" if "found" in kinds else "not_matched" if kinds == {"not_matched"} else "none"
    return {"question_id": question["question_id"], "kind": overall, "persons": persons}


def _found(records: list[Record]) -> tuple[str, list[Record]]:
    return ("found" if records else "none"), records


def _rows(registers: Registers, file: str, number: str) -> Iterable[Row]:
    return registers[file].of_person.get(number, ())


def _kept(rows: Iterable[Row], fields: Iterable[str]) -> list[Record]:
    return [{field: _said(field, row[field]) for field in fields if field in row} for row in rows]


def _said(field: str, cell: str) -> str | bool:
    return YES_NO.get(cell.lower(), cell) if field in ("insured", "income_recorded") else cell


def _ownership(row: Row, family: set[str]) -> Record:
    [record] = _kept([row], OWNERSHIP)
    owner = row.get("owner_id_number")
    return record | ({"owner_id_number": owner} if owner in family else {})


def _is_within(unit: Iterable[Row]) -> bool:
    """In the three divisions; a division that is not stated has not been said to be another one."""
    return any(row.get("division") is None or row["division"] in DIVISIONS for row in unit)


def _compared(name: str) -> str:
    """A name without width, case, blanks, dots and what cannot be seen."""
    folded = unicodedata.normalize("NFKC", name).casefold()
    return "".join(
        point
        for point in folded
        if unicodedata.category(point) not in UNSEEN and not "\ufe00" <= point <= "\ufe0f" and point < "\U000e0000"
    )
