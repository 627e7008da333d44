"""What a value of an answer means, type by type: read in one form, not stated, or not understood."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from procedures.hainan_2025.departments.civil_affairs import CivilAffairsRecord
from procedures.hainan_2025.departments.housing import HousingRow
from procedures.hainan_2025.departments.real_estate import OwnershipRow
from procedures.hainan_2025.departments.tax import TaxRecord
from procedures.records import Record, doubts_in, read_row
from tests.rules.rules_world import CHILD, MAN

NOT_UNDERSTOOD = object()
ONE_FORM = [
    (
        OwnershipRow,
        "division",
        "150303",
        ["150303", " 150303", "150303\t", "\u3000150303\u00a0", "１５０３０３", "15\u200b0303"],
    ),
    (OwnershipRow, "use", "residential", ["residential", "residential ", "ｒｅｓｉｄｅｎｔｉａｌ"]),
    (OwnershipRow, "unit_code", "U 7", ["U 7", " U 7 ", "Ｕ　７"]),
    (OwnershipRow, "owner_id_number", MAN, [MAN, f" {MAN}", MAN.lower(), MAN[:6] + MAN[8:17]]),
    (OwnershipRow, "building_area_m2", Decimal("72.40"), ["72.40", " 72.40 ", "７２.４０", Decimal("72.40")]),
    (OwnershipRow, "unit_code", "x" * 64, ["x" * 64]),
    (OwnershipRow, "building_area_m2", Decimal("0.5"), ["0.5", Decimal("0.50")]),
    (OwnershipRow, "building_area_m2", Decimal("0." + "3" * 20), ["0." + "3" * 20]),
    (OwnershipRow, "building_area_m2", Decimal(100_000), [100_000, "100000"]),
    (HousingRow, "until", date(2027, 1, 1), ["2027-01-01", "2027-01-01 ", "２０２７-０１-０１"]),
    (HousingRow, "until", date(1901, 1, 1), ["1901-01-01"]),
    (HousingRow, "until", date(2199, 12, 31), ["2199-12-31"]),
    (HousingRow, "article", "32", ["32", "32 "]),
    (HousingRow, "article", "15(1)(2)", ["15(1)(2)", "15（1）（2）"]),
    (HousingRow, "share", "1/3", ["1/3", " 1/3"]),
    (HousingRow, "share", "33.3%", ["33.3%", "３３.３％"]),
    (TaxRecord, "income_recorded", True, [True]),
    (TaxRecord, "income_recorded", False, [False]),
]
NOT = [
    (
        OwnershipRow,
        "division",
        [150303, 150303.0, True, "150303.0", "15030", "150303000000", "050303", "１５０３O３", ["150303"]],
    ),
    (OwnershipRow, "use", ["Residential", "residentia", "住宅", 1, ["residential"], {}]),
    (OwnershipRow, "unit_code", [7, True, "x" * 65, "U\x007", "U\n7", "U\ud800", ["U7"]]),
    (
        OwnershipRow,
        "owner_id_number",
        [int(MAN[:17]), MAN[:-1], MAN + "0", MAN[:16] + "99", CHILD[:6] + CHILD[8:12], "X" * 18],
    ),
    (
        OwnershipRow,
        "building_area_m2",
        [0, 0.0, -1, "0", "-1", "1e3", "120㎡", "1,200", "NaN", True, 100_001, "0." + "3" * 21, [1]],
    ),
    (
        OwnershipRow,
        "building_area_m2",
        [
            Decimal("1E-30"),
            Decimal("0." + "3" * 21),
            Decimal("NaN"),
            Decimal("Infinity"),
            "100000.1",
            "+1",
            ".5",
            "1.",
        ],
    ),
    (
        HousingRow,
        "until",
        ["1970-01-01", "1900-12-31", "2200-01-01", "9999-12-31", "20270101", "2027-1-1", "2027-01-01T00:00:00"],
    ),
    (HousingRow, "until", [0, 20270101, "2027-02-29", "01.01.2027", "2027-W01-1", "长期", True, ["2027-01-01"]]),
    (HousingRow, "article", [32, "032", "第32条", "32.", "Art. 32", "1000"]),
    (HousingRow, "share", [1, 0.5, "1:2", "1/2/3", "一半", "1 / 2 / 3", "1e-1", "-1/2"]),
    (TaxRecord, "income_recorded", ["yes", "true", "1", 1, 0, 1.0, [True], "是"]),
]
EMPTY = [None, "", " ", "\t", "\u3000", "\u200b\ufeff"]


@pytest.mark.parametrize(("record", "field", "value", "written"), ONE_FORM)
def test_what_plainly_is_one_value_is_read_as_it(
    record: type[Record], field: str, value: Any, written: list[Any]
) -> None:
    for each in written:
        row = read_row(record, {field: each})
        assert (getattr(row, field), row.not_understood) == (value, {}), each


@pytest.mark.parametrize(("record", "field", "written"), NOT)
def test_anything_else_is_not_stated_and_known_as_not_understood(
    record: type[Record], field: str, written: list[Any]
) -> None:
    for each in written:
        row = read_row(record, {field: each})
        assert (getattr(row, field), list(row.not_understood)) == (None, [field]), each


@pytest.mark.parametrize("empty", EMPTY)
def test_an_empty_cell_is_not_stated(empty: str | None) -> None:
    for record in (OwnershipRow, HousingRow, TaxRecord, CivilAffairsRecord):
        row = read_row(
            record, dict.fromkeys((info.alias or name for name, info in record.model_fields.items()), empty)
        )
        assert row == record()


def test_what_was_not_understood_is_kept_with_a_row_and_never_taken_from_a_department() -> None:
    row = read_row(TaxRecord, {"division": "海南区"})
    stored = row.model_dump(mode="json", exclude_none=True)
    assert stored == {"not_understood": {"division": "海南区"}}
    assert read_row(TaxRecord, stored, stored=True) == row
    assert read_row(TaxRecord, {"division": "150303", "not_understood": {"division": "x"}}).not_understood == {}
    assert read_row(TaxRecord, {"division": 7, "not_understood": 7}, stored=True).not_understood == {"division": "7"}
    assert doubts_in([stored, {}]) == ["division: '海南区'"]


def test_a_value_that_is_long_is_cut_and_a_number_of_a_person_is_not_shown() -> None:
    assert read_row(TaxRecord, {"division": "y" * 64}).not_understood == {"division": "y" * 64}
    assert read_row(TaxRecord, {"division": "y" * 65}).not_understood == {"division": "y" * 64 + "…"}
    assert read_row(TaxRecord, {"division": "y" * 999}).not_understood == {"division": "y" * 64 + "…"}
    assert MAN[6:14] not in read_row(TaxRecord, {"division": MAN}).not_understood["division"]
    assert read_row(TaxRecord, {"division": "a\r\nb"}).not_understood == {"division": "a\\r\\nb"}
    for wrong in (MAN[:17], f"{MAN[:17]}0", int(MAN[:17]), [MAN]):
        said = read_row(OwnershipRow, {"owner_id_number": wrong}).not_understood["owner_id_number"]
        assert said.startswith("something that is no ID number")
        assert "1985" not in said
