"""What the simulated departments say about the people of a small world, without a bus."""

import json
from pathlib import Path
from typing import Any

import pytest

from contracts.inquiries import Question
from inquiry.parse_answer import NoAnswer, read_answer
from lianshen.simulation.answers import DEPARTMENTS, NotAQuestion, read_question
from lianshen.simulation.faults import BadProfile, Profile, Promises, garbage, profiles
from lianshen.simulation.registers import Unreadable, load
from procedures.registry import PROCEDURES

HUSBAND, WIFE, CHILD, BROTHER = "150303198001010011", "15030319820202038X", "150303201503030017", "150303197705050017"
NOBODY = "15030319990909001X"


def test_the_household_registry_knows_a_person_by_number_and_name_together(tmp_path: Path) -> None:
    (tmp_path / "household-registry.csv").write_text(
        "id_number,name,status,hukou_division,hukou_township,relation_to_head,moved_in,residence\n"
        f"{HUSBAND},王强,normal,150303,150303103,02,2010-03-01,yes\n"
        f"{WIFE},李娜,normal,150303,,,,\n",
        encoding="utf-8",
    )
    answer = ask("household-registry", tmp_path, (HUSBAND, " 王强 "), (WIFE, "李梅"), (NOBODY, "赵六"), (WIFE, None))
    assert answer["kind"] == "found"
    assert [person["kind"] for person in answer["persons"]] == ["found", "not_matched", "not_matched", "not_matched"]
    assert answer["persons"][0]["records"] == [
        {
            "status": "normal",
            "hukou_division": "150303",
            "hukou_township": "150303103",
            "relation_to_head": "02",
            "moved_in": "2010-03-01",
            "residence": "yes",
        }
    ]
    assert [person["records"] for person in answer["persons"][1:]] == [[], [], []]


@pytest.mark.parametrize(
    "typed", ["葛\U000e0100亮", " 葛 亮\u3000", "葛亮\u200b", "葛\xad亮", "葛\ufe00亮"], ids=ascii
)
def test_names_are_the_same_whatever_cannot_be_seen_in_them(tmp_path: Path, typed: str) -> None:
    (tmp_path / "household-registry.csv").write_text(f"id_number,name\n{HUSBAND},葛亮\n", encoding="utf-8")

    assert ask("household-registry", tmp_path, (HUSBAND, typed))["kind"] == "found"
    assert ask("household-registry", tmp_path, (HUSBAND, f"{typed}三"))["kind"] == "not_matched"


def test_names_are_the_same_however_their_characters_are_composed(tmp_path: Path) -> None:
    (tmp_path / "household-registry.csv").write_text(f"id_number,name\n{HUSBAND},Zo\u00eb\n", encoding="utf-8")
    assert ask("household-registry", tmp_path, (HUSBAND, "Zoe\u0308"))["kind"] == "found"


def test_a_registry_that_matches_nobody_says_so_for_the_whole(tmp_path: Path) -> None:
    assert ask("household-registry", tmp_path, (HUSBAND, "王强"), (WIFE, "李娜"))["kind"] == "not_matched"


@pytest.mark.parametrize("department", sorted(DEPARTMENTS.keys() - {"household-registry"}))
def test_a_person_without_a_row_is_none_and_a_missing_file_is_an_empty_register(
    department: str, tmp_path: Path
) -> None:
    answer = ask(department, tmp_path, (NOBODY, None))
    assert answer == {
        "question_id": "question-of-a-test",
        "kind": "none",
        "persons": [{"id_number": NOBODY, "kind": "none", "records": []}],
    }


def test_civil_affairs_says_who_is_married_to_whom_and_leaves_out_what_is_not_stated(tmp_path: Path) -> None:
    (tmp_path / "civil-affairs.csv").write_text(
        "id_number,marital_status,spouse_id_number,since,assistance\n"
        f"{HUSBAND},20,{WIFE.lower()},2010-10-01,none\n"
        f"{WIFE},20,,,\n"
    )
    answer = ask("civil-affairs", tmp_path, (HUSBAND, "王强"), (WIFE, "李娜"), (NOBODY, "赵六"))
    assert answer["kind"] == "found"
    assert [(person["kind"], person["records"]) for person in answer["persons"]] == [
        (
            "found",
            [{"marital_status": "20", "spouse_id_number": WIFE, "since": "2010-10-01", "assistance": "none"}],
        ),
        ("found", [{"marital_status": "20"}]),
        ("none", []),
    ]


def test_a_row_with_nothing_but_the_number_is_found_and_states_nothing(tmp_path: Path) -> None:
    (tmp_path / "civil-affairs.csv").write_text(f"id_number,marital_status\n{HUSBAND},\n")
    assert ask("civil-affairs", tmp_path, (HUSBAND, None))["persons"] == [
        {"id_number": HUSBAND, "kind": "found", "records": [{}]}
    ]


def test_insured_and_income_recorded_are_true_or_false(tmp_path: Path) -> None:
    (tmp_path / "social-security.csv").write_text(
        f"id_number,insured,division,last_paid_month\n{HUSBAND},yes,150303,2026-10\n{WIFE},no,,\n"
    )
    (tmp_path / "tax.csv").write_text(f"id_number,income_recorded,division\n{HUSBAND},no,\n{WIFE},yes,150304\n")
    insured = ask("social-security", tmp_path, (HUSBAND, "王强"), (WIFE, "李娜"))
    income = ask("tax", tmp_path, (HUSBAND, "王强"), (WIFE, "李娜"))
    assert [person["records"] for person in insured["persons"]] == [
        [{"insured": True, "division": "150303", "last_paid_month": "2026-10"}],
        [{"insured": False}],
    ]
    assert [person["records"] for person in income["persons"]] == [
        [{"income_recorded": False}],
        [{"income_recorded": True, "division": "150304"}],
    ]


def test_every_owner_of_a_joint_home_is_told_and_an_outsider_stays_anonymous(tmp_path: Path) -> None:
    (tmp_path / "real-estate.csv").write_text(
        "unit_code,division,use,building_area_m2,ownership,owner_id_number,share,registered,status\n"
        f"U1,150302,residential,72.40,shares,{HUSBAND},1/3,2018-06-01,registered\n"
        f"U1,150302,residential,72.40,shares,{WIFE},1/3,2018-06-01,registered\n"
        f"U1,150302,residential,72.40,shares,{BROTHER},,2018-06-01,registered\n"
        f"U2,150303,residential,50.00,sole,{BROTHER},1/1,2018-06-01,registered\n"
    )
    answer = ask("real-estate", tmp_path, (HUSBAND, None), (WIFE, None), (CHILD, None))
    unit = {"unit_code": "U1", "division": "150302", "use": "residential", "building_area_m2": "72.40"}
    unit |= {"ownership": "shares", "registered": "2018-06-01", "status": "registered"}
    rows = [
        {**unit, "owner_id_number": HUSBAND, "share": "1/3"},
        {**unit, "owner_id_number": WIFE, "share": "1/3"},
        unit,
    ]
    assert [(person["kind"], person["records"]) for person in answer["persons"]] == [
        ("found", rows),
        ("found", rows),
        ("none", []),
    ]
    assert BROTHER not in json.dumps(answer)


def test_units_outside_the_three_divisions_are_not_told(tmp_path: Path) -> None:
    (tmp_path / "real-estate.csv").write_text(
        "unit_code,division,use,owner_id_number\n"
        f"U1,150602,residential,{HUSBAND}\n"
        f"U2,150304,garage,{HUSBAND}\n"
        f"U3,,residential,{HUSBAND}\n"
        f"U4,150602,residential,{WIFE}\n"
    )
    husband, wife = ask("real-estate", tmp_path, (HUSBAND, None), (WIFE, None))["persons"]
    # U3: a division that is not stated has not been said to be elsewhere.
    assert [row["unit_code"] for row in husband["records"]] == ["U2", "U3"]
    assert (wife["kind"], wife["records"]) == ("none", [])


def test_units_without_a_code_are_not_taken_for_one_unit(tmp_path: Path) -> None:
    (tmp_path / "real-estate.csv").write_text(
        "unit_code,division,building_area_m2,owner_id_number\n"
        f",150303,30.00,{HUSBAND}\n,150303,40.00,{HUSBAND}\n,150303,50.00,{BROTHER}\n"
    )
    [husband] = ask("real-estate", tmp_path, (HUSBAND, None))["persons"]
    assert [row["building_area_m2"] for row in husband["records"]] == ["30.00", "40.00"]


def test_somebody_with_two_parts_of_a_unit_is_told_its_rows_once(tmp_path: Path) -> None:
    (tmp_path / "real-estate.csv").write_text(
        "unit_code,division,share,owner_id_number\n"
        f"U1,150303,1/4,{HUSBAND}\nU1,150303,1/4,{HUSBAND}\nU1,150303,1/2,{WIFE}\n"
    )
    [husband] = ask("real-estate", tmp_path, (HUSBAND, None))["persons"]
    assert [row["share"] for row in husband["records"]] == ["1/4", "1/4", "1/2"]


def test_the_housing_bureau_answers_from_its_three_registers_each_row_under_its_person(tmp_path: Path) -> None:
    (tmp_path / "net-signed.csv").write_text(
        "contract_no,unit_code,division,use,building_area_m2,buyer_id_number,share,filed,status\n"
        f"W1,,150303,residential,90.00,{HUSBAND},1/2,2026-08-08,filed\n"
        f"W1,,150303,residential,90.00,{BROTHER},1/2,2026-08-08,filed\n"
    )
    (tmp_path / "tenancies.csv").write_text(f"id_number,kind,since,until\n{WIFE},public_rental,2021-01-01,\n")
    (tmp_path / "bans.csv").write_text(
        f"id_number,article,decision,since,until\n{HUSBAND},32,B1,2026-08-03,2027-08-03\n"
    )
    answer = ask("housing", tmp_path, (HUSBAND, None), (WIFE, None), (CHILD, None))
    assert [(person["kind"], person["records"]) for person in answer["persons"]] == [
        (
            "found",
            [
                {
                    "register": "net_signed",
                    "contract_no": "W1",
                    "division": "150303",
                    "use": "residential",
                    "building_area_m2": "90.00",
                    "buyer_id_number": HUSBAND,
                    "share": "1/2",
                    "filed": "2026-08-08",
                    "status": "filed",
                },
                {
                    "register": "ban",
                    "article": "32",
                    "decision": "B1",
                    "since": "2026-08-03",
                    "until": "2027-08-03",
                },
            ],
        ),
        ("found", [{"register": "tenancy", "kind": "public_rental", "since": "2021-01-01"}]),
        ("none", []),
    ]


def test_a_small_x_and_a_capital_one_are_the_same_number_on_either_side(tmp_path: Path) -> None:
    (tmp_path / "tax.csv").write_text(f"id_number,income_recorded\n{WIFE.lower()},yes\n")
    (tmp_path / "real-estate.csv").write_text(f"unit_code,division,owner_id_number\nU1,150303,{WIFE.lower()}\n")
    for asked in (WIFE, WIFE.lower()):
        assert ask("tax", tmp_path, (asked, "李娜"))["kind"] == "found"
        [person] = ask("real-estate", tmp_path, (asked, None))["persons"]
        assert person["records"] == [{"unit_code": "U1", "division": "150303", "owner_id_number": WIFE}]


def test_registers_may_have_a_byte_order_mark_either_line_end_and_commas_to_spare(tmp_path: Path) -> None:
    (tmp_path / "tax.csv").write_bytes(
        b"\xef\xbb\xbfID_Number, income_recorded ,division,,\r\n"
        + f"{HUSBAND}, yes ,,,\r\n\r\n,,,,\r\n{WIFE},no,150303,,\n".encode()
    )
    answer = ask("tax", tmp_path, (HUSBAND, None), (WIFE, None))
    assert [person["records"] for person in answer["persons"]] == [
        [{"income_recorded": True}],
        [{"income_recorded": False, "division": "150303"}],
    ]


def test_several_worlds_are_answered_from_as_one(tmp_path: Path) -> None:
    """The kit's persons beside a world's own: `lianshen up` can be checked as it stands."""
    for world, number in (("one", HUSBAND), ("other", WIFE)):
        (tmp_path / world).mkdir()
        (tmp_path / world / "tax.csv").write_text(f"id_number,income_recorded,division\n{number},yes,150303\n")
    (tmp_path / "empty").mkdir()
    registers = load(tmp_path / "one", "tax", tmp_path / "empty", tmp_path / "other")
    assert registers["tax"].of_person.keys() == {HUSBAND, WIFE}


def test_a_file_that_is_no_register_is_named_without_what_is_in_it(tmp_path: Path) -> None:
    (tmp_path / "tax.csv").write_bytes("id_number,name\n1,王强\n".encode("gb18030"))
    with pytest.raises(Unreadable, match=r"^tax\.csv is not UTF-8; save it as UTF-8$"):
        load(tmp_path, "tax")
    (tmp_path / "tax.csv").write_text(f"{HUSBAND},yes,150303\n")
    with pytest.raises(Unreadable, match=r"^tax\.csv has no column id_number; its first line must name the columns$"):
        load(tmp_path, "tax")


@pytest.mark.parametrize(
    ("body", "says"),
    [
        (b"\xff", "JSON"),
        (b"[" * 100_000, "JSON"),
        (b"[]", "question_id"),
        (b'{"question_id": 7, "persons": []}', "question_id"),
        (b'{"question_id": "q"}', "persons"),
        (b'{"question_id": "q", "persons": ["150303198001010011"]}', "id_number"),
        (b'{"question_id": "q", "persons": [{"id_number": 7}]}', "id_number"),
        (b'{"question_id": "q", "persons": [{"id_number": "150303198001010011", "name": []}]}', "name"),
    ],
    ids=["bytes", "deep", "list", "id-a-number", "no-persons", "person-as-text", "number-as-number", "name-as-list"],
)
def test_what_is_no_question_is_refused_without_repeating_it(body: bytes, says: str) -> None:
    with pytest.raises(NotAQuestion, match=says) as refusal:
        read_question(body)
    assert HUSBAND not in str(refusal.value)


@pytest.mark.parametrize("which", range(7))
@pytest.mark.parametrize(
    "department",
    [*PROCEDURES.asked_by("verify-household"), *PROCEDURES.asked_by("verify-property")],
    ids=lambda it: it.name,
)
def test_garbage_is_read_as_garbage_by_every_department(department: Any, which: int) -> None:
    question = Question.model_validate(
        {
            "question_id": "QUESTION0000000000000001",
            "department": department.name,
            "round": 1,
            "asked_at": "2026-11-02T09:00:00+08:00",
            "answer_by": "2026-11-09T18:00:00+08:00",
            "persons": [{"id_number": HUSBAND}],
        }
    )
    with pytest.raises(NoAnswer):
        read_answer(garbage(question.question_id, which), question, department)


def test_a_question_meets_the_same_fate_every_time_and_shares_are_kept_over_many() -> None:
    profile = Profile(latency=(0.1, 0.3), garbage=0.2, deferred=0.5)
    ids = [f"QUESTION-{number:08}" for number in range(4000)]
    fates = [profile.fate(question_id) for question_id in ids]
    assert fates == [profile.fate(question_id) for question_id in ids]
    assert all(0.1 <= fate.latency < 0.3 for fate in fates)
    assert sum(fate.latency for fate in fates) / 4000 == pytest.approx(0.2, abs=0.01)
    assert sum(fate.garbage is not None for fate in fates) / 4000 == pytest.approx(0.2, abs=0.03)
    assert sum(fate.deferred for fate in fates) / 4000 == pytest.approx(0.5, abs=0.03)
    assert {(fate.garbage is None, fate.deferred) for fate in fates} == {(a, b) for a in (0, 1) for b in (0, 1)}
    assert all(fate.garbage is None and not fate.deferred for fate in map(Profile().fate, ids))


def test_a_deferred_question_keeps_its_promised_instant_and_is_answered_from_then_on() -> None:
    promises = Promises()
    assert promises.wait_until("one", now=100.0, seconds=2.0) == 102.0
    assert promises.wait_until("one", now=101.9, seconds=2.0) == 102.0
    assert promises.wait_until("two", now=101.9, seconds=2.0) == pytest.approx(103.9)
    assert promises.wait_until("one", now=102.0, seconds=2.0) is None
    assert promises.wait_until("one", now=500.0, seconds=2.0) is None


def test_windows_begin_with_their_first_second_and_end_before_their_last() -> None:
    profile = Profile(outage=((2.0, 4.0),), dead=((0.0, 3.0), (5.0, float("inf"))))
    assert [profile.is_out(second) for second in (1.9, 2.0, 3.9, 4.0)] == [False, True, True, False]
    assert [profile.is_dead(second) for second in (-1.0, 0.0, 2.9, 3.0, 5.0, 1e9)] == [
        False,
        True,
        True,
        False,
        True,
        True,
    ]
    assert [profile.next_change(second) for second in (-1.0, 0.0, 3.0, 5.0)] == [0.0, 3.0, 5.0, float("inf")]


def test_a_fault_profile_is_read_and_what_it_leaves_out_is_healthy(tmp_path: Path) -> None:
    (tmp_path / "faults.toml").write_text(
        "[tax]\noutage = [[0, 8.0]]\ndead = [[9, inf]]\nlatency = [0.01, 0.05]\n"
        "garbage = 0.1\ndeferred = 1\ndeferred_seconds = 0.5\n"
    )
    read = profiles(tmp_path / "faults.toml")
    assert read["tax"] == Profile(
        outage=((0.0, 8.0),),
        dead=((9.0, float("inf")),),
        latency=(0.01, 0.05),
        garbage=0.1,
        deferred=1.0,
        deferred_seconds=0.5,
    )
    assert {read[name] for name in DEPARTMENTS if name != "tax"} == {Profile()}
    assert profiles(None) == dict.fromkeys(DEPARTMENTS, Profile())


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("[taxes]\n", r"\[taxes\] is no department"),
        ("[tax]\nlag = 1\n", r"\[tax\] lag is no key"),
        ("tax = 1\n", r"\[tax\] must be a table"),
        ("[tax]\noutage = [0.0, 8.0]\n", r"\[tax\] outage: two numbers"),
        ("[tax]\noutage = 8\n", r"\[tax\] outage must be a list of windows"),
        ("[tax]\ndead = [[8.0, 0.0]]\n", r"\[tax\] dead: two numbers of seconds, the smaller one first"),
        ("[tax]\nlatency = [-1, 0]\n", r"\[tax\] latency must be seconds from 0"),
        ("[tax]\nlatency = [0, nan]\n", r"\[tax\] latency: two numbers"),
        ("[tax]\ngarbage = 10\n", r"\[tax\] garbage must be a number from 0 to 1"),
        ("[tax]\ndeferred = true\n", r"\[tax\] deferred must be a number from 0 to 1"),
        ("[tax\n", r"faults\.toml is no TOML"),
    ],
)
def test_a_fault_profile_that_cannot_be_played_says_at_which_key(text: str, says: str, tmp_path: Path) -> None:
    (tmp_path / "faults.toml").write_text(text)
    with pytest.raises(BadProfile, match=says):
        profiles(tmp_path / "faults.toml")


def ask(department: str, world: Path, *persons: tuple[str, str | None]) -> dict[str, Any]:
    """Asks as the wire does: the question goes in and the answer comes out as JSON."""
    question = {
        "question_id": "question-of-a-test",
        "persons": [
            {"id_number": number, "name": name} if name is not None else {"id_number": number}
            for number, name in persons
        ],
    }
    answer = DEPARTMENTS[department](load(world, department), read_question(json.dumps(question).encode()))
    return dict(json.loads(json.dumps(answer)))
