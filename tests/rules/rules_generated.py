"""Families and answers as hypothesis makes them up: good, bad, unreadable and contradicting."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import product
from typing import Any

from hypothesis import strategies as st

from contracts.application import MaritalStatus
from contracts.case.answers import Counted
from contracts.events.values import FamilyMember, OwnBan
from contracts.inquiries import Answer, PersonAnswer
from procedures.hainan_2025.facts import Facts
from tests.rules.rules_world import (
    AT,
    CHILD,
    MAN,
    OUTSIDER,
    SECOND_CHILD,
    SIX,
    WIFE,
    ban,
    contract,
    counted,
    evidence,
    family,
    hukou,
    income,
    insured,
    marriage,
    number,
    tenancy,
    unit,
)

GROWN = number("20050505")
SEVENTEEN = number("20090505")
SEVEN = (*SIX, "archive")
FAMILIES = (
    family(MAN),
    family(MAN, WIFE),
    family(MAN, WIFE, CHILD),
    family(WIFE, MAN, CHILD, SECOND_CHILD),
    family(MAN, None, CHILD),
    family(SEVENTEEN),
    family(MAN, WIFE, GROWN),
)
OWN_BAN = OwnBan(article="32", since=date(2026, 9, 1), until=date(2027, 9, 1))
KINDS = ("none", "none", "not_matched", "cannot_determine")

areas = st.sampled_from(["20", "44.99", "45", "90"])
clear_units = st.builds(unit, st.sampled_from([MAN, MAN, WIFE, CHILD]), areas, st.sampled_from(["UNIT1", "UNIT2"]))
any_units = st.builds(
    unit,
    st.sampled_from([MAN, MAN, WIFE, CHILD, "", OUTSIDER]),
    st.sampled_from(["20", "45", "", "-1"]),
    st.sampled_from(["UNIT1", "UNIT2", ""]),
    division=st.sampled_from(["150303", "150302", "150602", ""]),
    use=st.sampled_from(["residential", "residential", "commercial", ""]),
    ownership=st.sampled_from(["sole", "joint", "shares", "shares", ""]),
    share=st.sampled_from(["1/2", "1/3", "50%", "1/1", ""]),
    status=st.sampled_from(["registered", "registered", "cancelled", ""]),
)
clear_contracts = st.builds(contract, st.sampled_from([MAN, WIFE]), areas, share=st.sampled_from(["1/1", "1/2"]))
any_contracts = st.builds(
    contract,
    st.sampled_from([MAN, MAN, WIFE, CHILD, "", OUTSIDER]),
    st.sampled_from(["20", "45", "90", ""]),
    st.sampled_from(["WQ1", "WQ2", ""]),
    unit_code=st.sampled_from(["", "UNIT1", "UNIT2"]),
    share=st.sampled_from(["1/1", "1/2", "50%", ""]),
    status=st.sampled_from(["filed", "filed", "cancelled", ""]),
)
days = st.sampled_from(["2026-01-01", "2026-11-20", "2026-11-21", ""])
bans = st.one_of(
    st.just(ban("2026-09-01", "2027-09-01")), st.builds(ban, days, days, st.sampled_from(["32", "31", ""]))
)
tenancies = st.builds(tenancy, st.sampled_from(["public_rental", "market_rental", "hostel", ""]), days, days)


def one_of_product(row: Callable[..., dict[str, Any]], *cells: Sequence[str]) -> st.SearchStrategy[Any]:
    """One row, whose cells are drawn as one choice; sometimes two rows that may contradict each other."""
    rows = st.sampled_from([row(*each) for each in product(*cells)])
    return st.one_of(st.tuples(rows), st.tuples(rows), st.tuples(rows, rows))


ROWS: dict[str, st.SearchStrategy[Any]] = {
    "household-registry": one_of_product(
        hukou,
        ("150303", "150303", "150302", ""),
        ("normal", "normal", "deceased", ""),
        ("no", "no", "yes", "unknown", ""),
    ),
    "civil-affairs": one_of_product(marriage, ("20", "20", "10", "40", "90", ""), (MAN, WIFE, OUTSIDER, "", "")),
    "social-security": one_of_product(insured, ("no", "yes", "", "perhaps"), ("150303", "150302", "")),
    "tax": one_of_product(income, ("no", "yes", ""), ("150303", "150302", "")),
    "real-estate": st.one_of(st.just("none"), st.tuples(clear_units), st.lists(any_units, max_size=3)),
    "housing": st.one_of(
        st.just("none"),
        st.tuples(clear_contracts),
        st.tuples(bans),
        st.tuples(tenancies),
        st.lists(st.one_of(any_contracts, bans, tenancies, st.just({"register": "debts"})), max_size=3),
    ),
    "archive": st.just([{"kept": "yes"}]),
}


@dataclass(frozen=True)
class World:
    """A family, and what each of seven departments would say of it."""

    persons: tuple[FamilyMember, ...]
    marital_status: MaritalStatus
    said: dict[str, Counted]
    at_a_counter: bool
    own_ban: OwnBan | None = None

    def after(self, departments: Iterable[str]) -> Facts:
        """What the rules may read once these departments have answered."""
        answers = {name: self.said[name] for name in departments}
        return evidence(
            self.persons,
            answers,
            self.marital_status,
            own_income_shown=True,
            at_a_counter=self.at_a_counter,
            own_ban=self.own_ban,
        )


def agreeing(department: str, persons: tuple[FamilyMember, ...]) -> Counted:
    """What a department says of a family that is eligible."""
    numbers = [person.id_number for person in persons]
    adults = [person.id_number for person in persons if person.role != "child"]
    said: dict[str, dict[str, Any]] = {
        "household-registry": {who: [hukou()] for who in numbers},
        "civil-affairs": {who: [marriage("20" if len(adults) == 2 else "10")] for who in adults},
    }
    return counted(said.get(department) or dict.fromkeys(numbers, "none"))


@st.composite
def worlds(draw: st.DrawFn) -> World:
    persons = draw(st.sampled_from(FAMILIES))
    true_status = "married" if any(person.role == "spouse" for person in persons) else "single"
    status = draw(st.sampled_from([true_status, true_status, true_status, "divorced"]))
    odd = draw(st.sets(st.sampled_from(SEVEN), max_size=draw(st.sampled_from([1, 2, 7]))))
    said = {name: draw(answers(name, persons)) if name in odd else agreeing(name, persons) for name in SEVEN}
    own = draw(st.sampled_from([None, None, None, OWN_BAN]))
    return World(persons, status, said, draw(st.booleans()), own)


@st.composite
def answers(draw: st.DrawFn, department: str, persons: tuple[FamilyMember, ...]) -> Counted:
    told = tuple(
        PersonAnswer(id_number=person.id_number, kind=what)
        if isinstance(what, str)
        else PersonAnswer(id_number=person.id_number, kind="found", records=tuple(what))
        for person in persons
        for what in [draw(st.one_of(ROWS[department], ROWS[department], st.sampled_from(KINDS)))]
    )
    whole, contradicted = draw(st.sampled_from([("found", False)] * 8 + [("refused", False), ("found", True)]))
    return Counted(7, Answer(question_id="question-of-a-test", kind=whole, persons=told), AT, False, contradicted)


any_names = st.sets(st.sampled_from(SEVEN))
names = st.one_of(any_names, st.sets(st.sampled_from(SEVEN), max_size=2).map(lambda silent: set(SEVEN) - silent))
"""Some departments; as often as not, all but one or two."""
