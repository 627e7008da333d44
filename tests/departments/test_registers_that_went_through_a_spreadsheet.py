"""Registers as Excel saves them: read as what they plainly say, or refused with their line; no home is overlooked."""

from pathlib import Path

import pytest

from contracts.people import check_digit
from lianshen.simulation.answers import DEPARTMENTS
from lianshen.simulation.numbers import NoNumber, id_number, owner_number
from lianshen.simulation.registers import Reread, Unreadable, load

OWNER, SPOUSE, OF_OLD = "150303199001013014", "15030319820202038X", "150303900101301"
COMPANY = "91350100M000100Y43"
"""The example that GB 32100 itself gives."""

HEADERS = {
    "household-registry": "id_number,name,status",
    "civil-affairs": "id_number,marital_status,spouse_id_number,since",
    "social-security": "id_number,insured,division",
    "tax": "id_number,income_recorded,division",
    "real-estate": "unit_code,division,owner_id_number,share",
    "net-signed": "contract_no,unit_code,buyer_id_number,share",
    "tenancies": "id_number,kind,since,until",
    "bans": "id_number,article,since,until",
}
COLUMNS = [(file, column) for file, header in HEADERS.items() for column in header.split(",") if "id_number" in column]
FULL_WIDTH = str.maketrans("0123456789X", "０１２３４５６７８９Ｘ")

NO_NUMBERS = {
    "excel": "1.50303E+17",
    "excel-in-small-letters": "1.50303e+17",
    "excel-with-a-decimal-comma": '"1,50303E+17"',
    "rounded-to-15-digits": "150303199001013000",
    "shifted": "YES",
    "a-name": "王强",
    "sixteen-digits": "1503031990010130",
    "fifteen-that-are-no-day": "150303901301301",
    "a-wrong-check-digit": "150303199001013015",
    "no-day": "150303199002303011",
    "a-float": "150303199001013014.0",
    "two-numbers": f"{OWNER};{SPOUSE}",
    "a-word-for-nothing": "无",
}


def write(world: Path, file: str, *rows: str) -> None:
    (world / f"{file}.csv").write_text("\n".join([HEADERS[file], *rows]) + "\n", encoding="utf-8-sig")


def row(file: str, **cells: str) -> str:
    return ",".join(cells.get(column, "") for column in HEADERS[file].split(","))


def department_of(file: str) -> str:
    return "housing" if file in ("net-signed", "tenancies", "bans") else file


@pytest.mark.parametrize("cell", NO_NUMBERS.values(), ids=NO_NUMBERS)
@pytest.mark.parametrize(("file", "column"), COLUMNS)
def test_what_is_no_number_is_refused_with_file_line_and_column_and_is_not_repeated(
    tmp_path: Path, file: str, column: str, cell: str
) -> None:
    key = next(name for name in HEADERS[file].split(",") if "id_number" in name)
    write(tmp_path, file, row(file, **{key: OWNER}), "", row(file, **({key: OWNER} | {column: cell})))

    with pytest.raises(Unreadable, match=rf"^{file}\.csv, line 4: no ID number in {column}: ") as refused:
        load(tmp_path, department_of(file))

    assert cell.strip('"') not in str(refused.value)
    assert refused.value.__suppress_context__


def test_a_number_that_a_spreadsheet_shortened_is_called_that(tmp_path: Path) -> None:
    write(tmp_path, "real-estate", row("real-estate", unit_code="U1", owner_id_number="1.50303E+17"))

    with pytest.raises(Unreadable, match=r"line 2: no ID number .* a number as a spreadsheet writes it"):
        load(tmp_path, "real-estate")


def test_two_units_are_not_one_because_a_spreadsheet_shortened_their_codes(tmp_path: Path) -> None:
    write(tmp_path, "real-estate", row("real-estate", unit_code="1.50303E+27", owner_id_number=OWNER))

    with pytest.raises(Unreadable, match=r"^real-estate\.csv, line 2: unit_code holds a number as a spreadsheet"):
        load(tmp_path, "real-estate")


@pytest.mark.parametrize(
    "cell",
    [
        OWNER,
        f" {OWNER} ",
        f"\t{OWNER}",
        f"\u00a0{OWNER}",
        f"'{OWNER}",
        f"’{OWNER}",
        f'="{OWNER}"',
        f'"=""{OWNER}"""',
        OWNER.translate(FULL_WIDTH),
        OF_OLD,
        f"'{OF_OLD}",
        OF_OLD.translate(FULL_WIDTH),
    ],
)
@pytest.mark.parametrize(("file", "column"), COLUMNS)
def test_a_number_is_read_as_what_it_plainly_is(tmp_path: Path, file: str, column: str, cell: str) -> None:
    key = next(name for name in HEADERS[file].split(",") if "id_number" in name)
    write(tmp_path, file, row(file, **({key: OWNER} | {column: cell})))

    [found] = load(tmp_path, department_of(file))[file].of_person[OWNER]

    assert found[column] == OWNER


def test_a_wife_under_her_old_number_owns_her_half(tmp_path: Path) -> None:
    write(tmp_path, "real-estate", f"U1,150303,{OWNER},1/2", f"U1,150303,{OF_OLD},1/2")

    answer = DEPARTMENTS["real-estate"](
        load(tmp_path, "real-estate"), {"question_id": "q", "persons": [{"id_number": OWNER}]}
    )

    assert [record["owner_id_number"] for record in answer["persons"][0]["records"]] == [OWNER, OWNER]


@pytest.mark.parametrize(("file", "column"), COLUMNS)
@pytest.mark.parametrize("cell", ["", " ", "'", '=""'])
def test_an_empty_cell_is_not_stated(tmp_path: Path, file: str, column: str, cell: str) -> None:
    write(tmp_path, file, row(file, **{column: cell, HEADERS[file].split(",")[1]: "x"}))

    assert load(tmp_path, department_of(file))[file].of_person == {}


@pytest.mark.parametrize(("file", "column"), [("real-estate", "owner_id_number"), ("net-signed", "buyer_id_number")])
def test_an_organisation_may_own_a_home_and_is_no_member_of_a_family(tmp_path: Path, file: str, column: str) -> None:
    write(tmp_path, file, row(file, unit_code="U1", **{column: COMPANY.lower()}))

    assert load(tmp_path, department_of(file))[file].of_person.keys() == {COMPANY}


@pytest.mark.parametrize("file", [file for file, column in COLUMNS if column == "id_number"])
def test_an_organisation_stands_in_no_register_of_persons(tmp_path: Path, file: str) -> None:
    write(tmp_path, file, row(file, id_number=COMPANY))

    with pytest.raises(Unreadable, match="line 2: no ID number in id_number"):
        load(tmp_path, department_of(file))


def test_a_mistyped_code_of_an_organisation_is_refused() -> None:
    for place, right in enumerate(COMPANY):
        wrong = "2" if right != "2" else "3"
        with pytest.raises(NoNumber):
            owner_number(COMPANY[:place] + wrong + COMPANY[place + 1 :])


def test_a_permanent_resident_may_own_a_home() -> None:
    """A number of GA 2102: 9, province, nationality, date of birth."""
    number = "91584019890412002"
    assert id_number(number + check_digit(number)) == number + check_digit(number)


def test_a_column_that_stands_twice_is_refused_by_its_name(tmp_path: Path) -> None:
    for header in ("id_number,id_number,kind", "id_number,ID_NUMBER ,kind", "id_number,kind,Kind"):
        (tmp_path / "tenancies.csv").write_text(f"{header}\n{OWNER},{OWNER},public_rental\n")
        with pytest.raises(Unreadable, match=r"^tenancies\.csv has two columns '(id_number|kind)'"):
            load(tmp_path, "housing")


@pytest.mark.parametrize(
    "header",
    ["Unit_Code, OWNER_ID_NUMBER ", " unit_code\t,owner_id_number\u3000", "ｕｎｉｔ＿ｃｏｄｅ,owner_id_number"],
)
def test_a_header_may_be_padded_or_in_any_case(tmp_path: Path, header: str) -> None:
    (tmp_path / "real-estate.csv").write_text(f"{header}\nU1,{OWNER}\n", encoding="utf-8")

    registers = load(tmp_path, "real-estate")

    assert registers["real-estate"].of_unit == {"U1": [{"unit_code": "U1", "owner_id_number": OWNER}]}


@pytest.mark.parametrize(
    "header", ["unit_code,owner", f"U1,{OWNER}", "unit_code;owner_id_number", '"unit_code,owner_id_number"']
)
def test_a_header_without_the_column_of_persons_is_refused(tmp_path: Path, header: str) -> None:
    (tmp_path / "real-estate.csv").write_text(f"{header}\nU1,{OWNER}\n")

    with pytest.raises(
        Unreadable, match=r"^real-estate\.csv has no column owner_id_number; its first line must name"
    ) as no:
        load(tmp_path, "real-estate")
    assert OWNER not in str(no.value)


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        (f"{OWNER},32,2026-01-01", "3 cells under 4 columns"),
        (f"{OWNER},32", "2 cells under 4 columns"),
        (f"{OWNER},32 2026-01-01,", "3 cells under 4 columns"),
        (f"{OWNER},32,2026-01-01,,x", "5 cells under 4 columns"),
        (f"{OWNER},32,,2026-01-01,", "5 cells under 4 columns"),
        (f'{OWNER},"32,2026-01-01,', "no CSV"),
    ],
)
def test_a_row_that_does_not_fit_under_its_header_is_refused_with_its_line(
    tmp_path: Path, cells: str, told: str
) -> None:
    write(tmp_path, "bans", row("bans", id_number=OWNER), cells)

    with pytest.raises(Unreadable, match=rf"^bans\.csv, line 3: {told}"):
        load(tmp_path, "housing")


def test_a_cell_beyond_the_named_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "tax.csv").write_text(f"id_number,income_recorded,division,\n{OWNER},,yes,150303\n")

    with pytest.raises(Unreadable, match=r"^tax\.csv, line 2: a cell stands under no column's name$"):
        load(tmp_path, "tax")


def test_the_line_is_the_one_in_which_the_row_begins(tmp_path: Path) -> None:
    write(tmp_path, "household-registry", f'{OWNER},"王\n强",normal', "YES,李娜,normal")

    with pytest.raises(Unreadable, match="line 4: no ID number"):
        load(tmp_path, "household-registry")


def test_a_register_that_excel_saved_as_unicode_text_is_refused_by_name(tmp_path: Path) -> None:
    (tmp_path / "tax.csv").write_text(f"{HEADERS['tax']}\n{OWNER},yes,150303\n", encoding="utf-16")

    with pytest.raises(Unreadable, match=r"^tax\.csv is not UTF-8; save it as UTF-8$"):
        load(tmp_path, "tax")


def test_a_register_is_read_again_once_its_file_is_another_one_and_never_half_written(tmp_path: Path) -> None:
    head, one, other = "id_number,income_recorded,division\n", "11010519491231002X", "440524188001010014"
    file = tmp_path / "tax.csv"
    file.write_text(f"{head}{one},yes,150303\n")
    registers = Reread("tax", tmp_path)
    first = registers()
    assert registers() is first
    file.write_text(f"{head}{one},yes,150303\n{other},yes,150303\n")
    assert [*registers()["tax"].of_person] == [one, other]
    file.write_text(f'{head}{other},"yes')
    assert [*registers()["tax"].of_person] == [one, other]
