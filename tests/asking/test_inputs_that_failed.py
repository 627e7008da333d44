"""The smallest answers that once decided wrongly, each with its right value. All went through without a word before.

Every other department answers well: hukou and residence in 150303, unmarried, nothing found elsewhere.
"""

import json
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from contracts.case.answers import Counted
from contracts.events.values import FamilyMember, Finding
from contracts.people import check_digit
from inquiry.parse_answer import NoAnswer, read_answer
from inquiry.questions import question_under
from procedures.department import Department
from procedures.hainan_2025.departments import BY_NAME as DEPARTMENTS
from procedures.hainan_2025.determination import judge, outcome
from procedures.hainan_2025.facts import Facts
from procedures.hainan_2025.policy import POLICY

NOW, TODAY = datetime(2026, 11, 28, 3, tzinfo=UTC), date(2026, 11, 28)
QUESTION = "QUESTION-OF-A-TEST"
WELL: dict[str, list[dict[str, Any]]] = {
    "household-registry": [{"status": "normal", "hukou_division": "150303", "residence": "yes"}]
}


def number(born: str, order: int) -> str:
    return f"150303{born}{order:03}{check_digit(f'150303{born}{order:03}')}"


MAN, WIFE = number("19900101", 801), number("19910202", 817)
OLD_NUMBER_OF_THE_WIFE = WIFE[:6] + WIFE[8:17]


def home(**cells: Any) -> dict[str, Any]:
    return {
        "unit_code": "U1",
        "division": "150303",
        "use": "residential",
        "building_area_m2": "120",
        "ownership": "sole",
        "owner_id_number": MAN,
        "registered": "2015-05-01",
        "status": "registered",
    } | cells


def contract(**cells: Any) -> dict[str, Any]:
    return {
        "register": "net_signed",
        "contract_no": "WQ1",
        "division": "150303",
        "use": "residential",
        "building_area_m2": "120",
        "buyer_id_number": MAN,
        "share": "1/1",
        "filed": "2026-05-01",
        "status": "filed",
    } | cells


def ban(**cells: Any) -> dict[str, Any]:
    return {"register": "ban", "article": "32", "decision": "2026-1", "since": "2026-01-01"} | cells


def entry(*rows: dict[str, Any], kind: str = "found", of: str = MAN) -> dict[str, Any]:
    return {"id_number": of, "kind": kind, "records": list(rows)}


def hukou(division: object) -> dict[str, Any]:
    return {"status": "normal", "hukou_division": division, "residence": "yes"}


def answer(*persons: dict[str, Any], kind: str = "found") -> dict[str, Any]:
    return {"question_id": QUESTION, "kind": kind, "persons": list(persons)}


REGISTRY, ESTATE, HOUSING = "household-registry", "real-estate", "housing"
RIGHT: dict[str, tuple[str, dict[str, Any], str, str]] = {
    # what it was: the department, its answer, the outcome, and what the finding says
    "a hukou division with a blank": (
        REGISTRY,
        answer(entry(hukou("150303 "))),
        "eligible",
        "hukou is normal in 150303",
    ),
    "a hukou division in full width": (REGISTRY, answer(entry(hukou("１５０３０３"))), "eligible", "normal in 150303"),
    "a hukou division as a number": (
        REGISTRY,
        answer(entry(hukou(150303.5))),
        "review",
        "'150303.5' as hukou_division",
    ),
    "a hukou division of twelve digits": (REGISTRY, answer(entry(hukou("150303000000"))), "review", "hukou_division"),
    "a home's division with a blank": (ESTATE, answer(entry(home(division="150303 "))), "ineligible", "120 m²"),
    "a use in Chinese": (ESTATE, answer(entry(home(use="住宅"))), "review", "real estate says '住宅' as use"),
    "a status of another list": (ESTATE, answer(entry(home(status="现势"))), "review", "says '现势' as status"),
    "a status in capitals": (
        ESTATE,
        answer(entry(home(status="Registered"))),
        "review",
        "says 'Registered' as status",
    ),
    "an area of nothing": (ESTATE, answer(entry(home(building_area_m2="0"))), "review", "'0' as building_area_m2"),
    "an owner who is none": (ESTATE, answer(entry(home(owner_id_number="1503031990"))), "review", "no ID number"),
    "a person twice, a row each": (
        ESTATE,
        answer(entry(home(building_area_m2="10")), entry(home(unit_code="U2", building_area_m2="10"))),
        "ineligible",
        "20 m²",
    ),
    "a person twice, in two words": (
        ESTATE,
        answer(entry(home()), entry(kind="none")),
        "review",
        "not answered clearly",
    ),
    "found without rows": (ESTATE, answer(entry()), "review", "not answered clearly"),
    "found as a whole, and of nobody": (ESTATE, answer(entry(kind="none")), "review", "not answered clearly"),
    "a contract's status with a blank": (HOUSING, answer(entry(contract(status="filed "))), "ineligible", "120 m²"),
    "a contract's status of another list": (
        HOUSING,
        answer(entry(contract(status="备案"))),
        "review",
        "'备案' as status",
    ),
    "a ban's article with a blank": (
        HOUSING,
        answer(entry(ban(article="32 "))),
        "ineligible",
        "ban of Art. 32 binds",
    ),
    "a ban until 0": (HOUSING, answer(entry(ban(until=0))), "review", "housing says '0' as until"),
    "a ban until the end of time": (HOUSING, answer(entry(ban(until="9999-12-31"))), "review", "as until"),
    "a ban that ends before it begins": (
        HOUSING,
        answer(entry(ban(until="2025-06-01"))),
        "review",
        "from when until when",
    ),
    "a row of no register": (HOUSING, answer(entry(ban(register="bans"))), "review", "says 'bans' as register"),
}


def judged(name: str, body: bytes, family: tuple[FamilyMember, ...], marital_status: str) -> tuple[Finding, ...]:
    return judge(
        Facts(
            family,
            marital_status,  # type: ignore[arg-type]
            False,
            False,
            NOW,
            TODAY,
            TODAY,
            POLICY,
            dict(_answers(name, body, family)),
        )
    )


def _answers(name: str, body: bytes, family: tuple[FamilyMember, ...]) -> Iterator[tuple[str, Counted]]:
    for n, (each, department) in enumerate(DEPARTMENTS.items(), 1):
        question = question_under(QUESTION, department, 1, family, NOW, NOW + timedelta(days=5))
        said = (
            body if each == name else json.dumps(_well(department, [it.id_number for it in question.persons])).encode()
        )
        yield each, Counted(n, read_answer(said, question, department, NOW).answer, NOW)


def _well(department: Department, numbers: list[str]) -> dict[str, Any]:
    rows = WELL.get(department.name, [])
    if department.name == "civil-affairs" and len(numbers) == 2:
        return answer(
            *(
                entry({"marital_status": "20", "spouse_id_number": MAN if it == WIFE else WIFE}, of=it)
                for it in numbers
            )
        )
    return answer(
        *(entry(*rows, kind="found" if rows else "none", of=it) for it in numbers), kind="found" if rows else "none"
    )


ALONE = (FamilyMember(id_number=MAN, name="测试一", role="applicant"),)
COUPLE = (*ALONE, FamilyMember(id_number=WIFE, name="测试二", role="spouse"))


@pytest.mark.parametrize("what", RIGHT)
def test_a_dirty_answer_is_read_as_what_it_plainly_is_or_goes_to_a_person_with_the_reason(what: str) -> None:
    name, said, right, text = RIGHT[what]
    findings = judged(name, json.dumps(said, ensure_ascii=False).encode(), ALONE, "single")
    assert outcome(findings) == right
    assert any(text in finding.text for finding in findings), [finding.text for finding in findings]
    assert MAN not in str(findings)


def test_a_spouses_old_number_of_15_digits_is_the_spouse() -> None:
    halves = [
        home(ownership="shares", share="1/2", building_area_m2="44", owner_id_number=it)
        for it in (MAN, OLD_NUMBER_OF_THE_WIFE)
    ]
    said = answer(entry(*halves), entry(kind="none", of=WIFE))
    findings = judged(ESTATE, json.dumps(said).encode(), COUPLE, "married")
    assert outcome(findings) == "ineligible"
    assert any("44/2 = 22" in finding.text for finding in findings)


def test_a_name_that_stands_twice_in_an_object_is_no_answer() -> None:
    said = json.dumps(answer(entry(home())))[:-1] + ', "kind": "none"}'
    with pytest.raises(NoAnswer, match="a name stands twice"):
        judged(ESTATE, said.encode(), ALONE, "single")
