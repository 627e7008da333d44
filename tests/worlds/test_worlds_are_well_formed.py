"""A world is data that a run is checked against: here the data is checked, without the code it checks."""

import csv
import json
import re
import tomllib
from datetime import date
from pathlib import Path
from typing import Any

import pytest

WORLDS = Path(__file__).parents[2] / "examples" / "worlds"
EVERY_WORLD = sorted(folder for folder in WORLDS.iterdir() if (folder / "applications").is_dir())
each_world = pytest.mark.parametrize("world", EVERY_WORLD, ids=lambda world: world.name)

HEADERS = {
    "household-registry": ("id_number,name,status,hukou_division,hukou_township,relation_to_head,moved_in,residence"),
    "civil-affairs": "id_number,marital_status,spouse_id_number,since,assistance",
    "social-security": "id_number,insured,division,last_paid_month",
    "tax": "id_number,income_recorded,division",
    "real-estate": ("unit_code,division,use,building_area_m2,ownership,owner_id_number,share,registered,status"),
    "net-signed": "contract_no,unit_code,division,use,building_area_m2,buyer_id_number,share,filed,status",
    "tenancies": "id_number,kind,since,until",
    "bans": "id_number,article,decision,since,until",
    "expected": "file,intake,outcome,failed,unknown,conditions,why",
}
DEPARTMENTS = {"household-registry", "civil-affairs", "social-security", "tax", "real-estate", "housing"}
RULES = {"R17a", "R17b", "R17c", "R18a", "R18b", "R18c", "R32"}
UNIQUE_PEOPLE = ("household-registry", "civil-affairs", "social-security", "tax")


def rows(world: Path, table: str) -> list[dict[str, str]]:
    with (world / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines, strict=True))


def is_gb_11643(number: str) -> bool:
    """Whether a real date stands inside, and the weighted characters leave 1 (ISO 7064 MOD 11-2)."""
    if not re.fullmatch(r"[1-9][0-9]{16}[0-9X]", number):
        return False
    try:
        date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    return sum("0123456789X".index(c) << (17 - place) for place, c in enumerate(number)) % 11 == 1


def test_the_check_of_this_file_knows_the_standard_s_own_numbers() -> None:
    assert is_gb_11643("11010519491231002X")
    assert is_gb_11643("440524188001010014")
    assert not is_gb_11643("440524188001010015")
    assert not is_gb_11643("150303198802300027")  # 30 February, with the right check digit


def test_the_worlds_the_documents_speak_of_are_there() -> None:
    assert {"sample", "edges"} <= {world.name for world in EVERY_WORLD}


@each_world
def test_every_application_has_one_expected_row_and_every_row_its_application(world: Path) -> None:
    posted = sorted(file.name for file in (world / "applications").iterdir())
    assert sorted(row["file"] for row in rows(world, "expected")) == posted


@each_world
def test_every_table_has_exactly_its_columns(world: Path) -> None:
    assert {file.stem for file in world.glob("*.csv")} == set(HEADERS)
    for table, columns in HEADERS.items():
        with (world / f"{table}.csv").open(encoding="utf-8", newline="") as lines:
            header, *body = csv.reader(lines, strict=True)
        assert header == columns.split(","), table
        assert [line for line in body if len(line) != len(header)] == [], table


@each_world
def test_every_id_number_in_a_register_satisfies_gb_11643(world: Path) -> None:
    numbers = [
        (table, row[column])
        for table, columns in HEADERS.items()
        for column in columns.split(",")
        if column.endswith("id_number")
        for row in rows(world, table)
        if not (column == "spouse_id_number" and row[column] == "")
    ]
    assert numbers
    assert [number for number in numbers if not is_gb_11643(number[1])] == []


@each_world
@pytest.mark.parametrize("table", UNIQUE_PEOPLE)
def test_a_register_of_persons_has_one_row_a_person(world: Path, table: str) -> None:
    people = [row["id_number"] for row in rows(world, table)]
    assert len(people) == len(set(people))


@each_world
def test_every_expected_row_speaks_the_words_of_the_regulation(world: Path) -> None:
    for row in rows(world, "expected"):
        failed, unknown = row["failed"].split(), row["unknown"].split()
        assert row["intake"] in {"accepted", "supplement", "refused", "invalid"}, row
        assert row["outcome"] in {"eligible", "ineligible", "review", ""}, row
        assert set(failed) | set(unknown) <= RULES, row
        assert row["conditions"] in {"", "G20"}, row
        assert row["why"], row


@each_world
def test_the_expected_outcome_follows_from_the_expected_rules(world: Path) -> None:
    """Article by article: any not met → ineligible; else any unknown → review; else eligible."""
    withdrawn = {visit["file"] for visit in visits(world)}
    for row in rows(world, "expected"):
        if row["intake"] == "accepted" and row["file"] not in withdrawn:
            follows = "ineligible" if row["failed"] else "review" if row["unknown"] else "eligible"
            assert row["outcome"] == follows, row
        else:
            assert row["outcome"] == row["unknown"] == row["conditions"] == "", row
        if row["intake"] in {"invalid", "supplement"}:
            assert row["failed"] == "", row


@each_world
def test_only_an_invalid_application_carries_a_number_the_standard_refuses(world: Path) -> None:
    for row in rows(world, "expected"):
        if row["intake"] == "invalid":
            continue
        form = json.loads((world / "applications" / row["file"]).read_text(encoding="utf-8"))
        people = [form["applicant"], *form["members"], *form["consents"]]
        assert all(is_gb_11643(person["id_number"].upper()) for person in people), row["file"]


@each_world
def test_a_fault_profile_names_departments_and_keys_that_exist(world: Path) -> None:
    for department, profile in toml(world / "faults.toml").items():
        assert department in DEPARTMENTS
        assert set(profile) <= {"outage", "latency", "garbage", "deferred"}, department
        low, high = profile.get("latency", [0.0, 0.0])
        assert 0 <= low <= high, department
        assert all(0 <= begin < end for begin, end in profile.get("outage", [])), department
        assert all(0 <= profile.get(share, 0) <= 1 for share in ("garbage", "deferred")), department


@each_world
def test_a_visit_belongs_to_an_accepted_application(world: Path) -> None:
    accepted = {row["file"] for row in rows(world, "expected") if row["intake"] == "accepted"}
    for visit in visits(world):
        assert visit["file"] in accepted
        assert visit["reason"]


def toml(file: Path) -> dict[str, Any]:
    return tomllib.loads(file.read_text(encoding="utf-8")) if file.exists() else {}


def visits(world: Path) -> list[dict[str, str]]:
    return list(toml(world / "visits.toml").get("withdraw", []))
