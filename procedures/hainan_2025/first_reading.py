"""How answers were read until 2026-11-28, reading 1 (ADR 0010): kept as it was, for what was decided by it.

A determination, an audit and a dossier of that time come out again by this reading only. Nothing new is read by it,
and nothing here is ever mended: what was wrong in it is what was decided. Pure.
"""

import json
from datetime import date
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Literal, TypeVar, cast

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from contracts.inquiries import Answer, AnswerClaims, PersonAnswer, Question
from procedures import records
from procedures.department import Department
from procedures.hainan_2025.departments import (
    civil_affairs,
    household_registry,
    housing,
    real_estate,
    social_security,
    tax,
)
from procedures.hainan_2025.departments.civil_affairs import MARRIED
from procedures.hainan_2025.policy import POLICY

DEEPEST = 12
NOT_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
HOUSING_DIVISIONS = frozenset(POLICY.parameters["housing_divisions"].values[0][1])
Row = TypeVar("Row", bound=records.Record)


def _blank_is_none(value: object) -> object:
    return None if value == "" else value


def _upper(value: object) -> object:
    return value.upper() or None if isinstance(value, str) else value


Word = Annotated[Annotated[str, Field(max_length=64)] | None, BeforeValidator(_blank_is_none)]
YesNo = Annotated[bool | None, BeforeValidator(_blank_is_none)]
Day = Annotated[date | None, BeforeValidator(_blank_is_none)]
SquareMetres = Annotated[
    Annotated[Decimal, Field(ge=0, le=100_000, allow_inf_nan=False)] | None, BeforeValidator(_blank_is_none)
]
Person = Annotated[Annotated[str, Field(max_length=18)] | None, BeforeValidator(_upper)]


class Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore", hide_input_in_errors=True)


class HouseholdRecord(Record):
    status: Word = None
    hukou_division: Word = None
    hukou_township: Word = None
    relation_to_head: Word = None
    moved_in: Word = None
    residence: Word = None


class CivilAffairsRecord(Record):
    marital_status: Word = None
    spouse_id_number: Person = None
    since: Word = None
    assistance: Word = None


class SocialSecurityRecord(Record):
    insured: YesNo = None
    division: Word = None
    last_paid_month: Word = None


class TaxRecord(Record):
    income_recorded: YesNo = None
    division: Word = None


class OwnershipRow(Record):
    unit_code: Word = None
    division: Word = None
    use: Word = None
    building_area_m2: SquareMetres = None
    ownership: Word = None
    owner_id_number: Person = None
    share: Word = None
    registered: Word = None
    status: Word = None


class HousingRow(Record):
    register_: Literal["net_signed", "tenancy", "ban"] = Field(alias="register")
    contract_no: Word = None
    unit_code: Word = None
    division: Word = None
    use: Word = None
    building_area_m2: SquareMetres = None
    buyer_id_number: Person = None
    share: Word = None
    filed: Word = None
    status: Word = None
    kind: Word = None
    article: Word = None
    decision: Word = None
    since: Day = None
    until: Day = None


RECORDS: dict[type[records.Record], type[Record]] = {
    household_registry.HouseholdRecord: HouseholdRecord,
    civil_affairs.CivilAffairsRecord: CivilAffairsRecord,
    social_security.SocialSecurityRecord: SocialSecurityRecord,
    tax.TaxRecord: TaxRecord,
    real_estate.OwnershipRow: OwnershipRow,
    housing.HousingRow: HousingRow,
}


def row_as_read_then(record: type[Row], row: dict[str, Any]) -> Row:
    """A stored row under the field names of today, with the values of that time. Raises ValidationError."""
    then = RECORDS.get(record)
    if then is None:
        return record.model_validate(row)
    return cast(Row, record.model_construct(None, **then.model_validate(row).__dict__))


def _within(row: Record, family: frozenset[str]) -> Record | None:
    if isinstance(row, CivilAffairsRecord):
        former = row.spouse_id_number is not None and row.marital_status not in MARRIED
        return row.model_copy(update={"spouse_id_number": None}) if former else row
    if isinstance(row, OwnershipRow):
        if row.division is not None and row.division not in HOUSING_DIVISIONS:
            return None
        outsider = row.owner_id_number is not None and row.owner_id_number not in family
        return row.model_copy(update={"owner_id_number": None}) if outsider else row
    if isinstance(row, HousingRow):
        return None if row.buyer_id_number is not None and row.buyer_id_number not in family else row
    return row


def answer_as_read_then(body: bytes, question: Question, department: Department) -> Answer | None:
    """What was recorded for a signed answer; None for bytes that were no answer, or beyond their contract."""
    try:
        raw = _parsed(body)
        surplus = _narrow(raw, {*Answer.model_fields, *AnswerClaims.model_fields})
        _narrow(raw, set(Answer.model_fields))
        persons = raw.get("persons") or []
        if not isinstance(persons, list):
            raise _Garbage("persons is no list")
        for person in persons:
            if not isinstance(person, dict):
                raise _Garbage("a person is no object")
            surplus += _narrow(person, {"id_number", "kind", "records"})
        raw["persons"] = persons
        answer = Answer.model_validate(raw)
    except (_Garbage, ValidationError):
        return None
    if answer.question_id != question.question_id or answer.kind == "deferred":
        return None
    return _narrowed(answer, question, department, surplus)


def _narrowed(answer: Answer, question: Question, department: Department, surplus: int) -> Answer | None:
    """Only persons asked about, only rows and fields of the contract; None if that left something out."""
    family = frozenset(person.id_number for person in question.persons)
    record = RECORDS[department.record]
    known = _names(record)
    persons = []
    seen: set[str] = set()
    for person in answer.persons:
        if person.id_number not in family or person.id_number in seen:
            surplus += 1
            continue
        seen.add(person.id_number)
        records: list[dict[str, Any]] = []
        for row in person.records:
            surplus += len(row.keys() - known)
            try:
                row_as_said = record.model_validate(row)
            except ValidationError:
                return None
            kept = _within(row_as_said, family)
            if kept is None:
                surplus += 1
            else:
                surplus += kept != row_as_said
                records.append(kept.model_dump(mode="json", by_alias=True, exclude_none=True))
        persons.append(PersonAnswer.model_construct(**{**person.__dict__, "records": tuple(records)}))
    return None if surplus else Answer.model_construct(**{**answer.__dict__, "persons": tuple(persons)})


@cache
def _names(record: type[Record]) -> set[str]:
    return {info.alias or name for name, info in record.model_fields.items()}


class _Garbage(Exception):
    """Bytes that are no answer."""


def _refuse_constant(name: str) -> object:
    raise _Garbage(f"{name} is no number of JSON")


def _parsed(body: bytes) -> dict[str, Any]:
    depth = deepest = 0
    for bracket in body.translate(None, NOT_BRACKETS):
        depth += 1 if bracket in b"[{" else -1
        deepest = max(deepest, depth)
    if deepest > DEEPEST:
        raise _Garbage("the answer is nested too deeply")
    try:
        raw = json.loads(body.decode("utf-8"), parse_constant=_refuse_constant, parse_float=str)
    except UnicodeDecodeError:
        raise _Garbage("the answer is not UTF-8") from None
    except (ValueError, RecursionError):
        raise _Garbage("the answer is not JSON") from None
    if not isinstance(raw, dict):
        raise _Garbage("the answer is no object")
    return raw


def _narrow(table: dict[str, Any], names: set[str]) -> int:
    """Drops the keys that are not in `names`; returns how many."""
    beyond = table.keys() - names
    for name in beyond:
        del table[name]
    return len(beyond)
