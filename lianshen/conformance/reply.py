"""One reply, read so that a scenario sees only what it is about: a wrong question id has a scenario of its own."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from contracts.inquiries import Answer, AnswerClaims, PersonAnswer
from contracts.jws import WrongSignature, is_signed, payload_of
from contracts.people import eighteen_digits
from inquiry.parse_answer import NOT_JSON, NoAnswer, parsed, read_answer
from inquiry.questions import Sent
from inquiry.verify_answer import question_named
from lianshen.conformance.results import Bad, plainly
from procedures.department import Department
from procedures.records import Record, fields_of, read_row


@dataclass(frozen=True)
class Reply:
    """What came back to one question."""

    sent: Sent
    body: bytes
    answer: Answer
    surplus: tuple[str, ...]
    """Fields beyond the contract, by their names."""
    records: dict[str, list[Record]] = field(repr=False)
    """Every row as it was said, by the person it was said about; nothing is dropped."""

    @property
    def signed(self) -> bool:
        return is_signed(self.body)

    @property
    def named(self) -> str | None:
        """The question it says it belongs to."""
        return question_named(self.body)

    def about(self, number: str) -> PersonAnswer:
        return self.answer.about(number)

    @property
    def kind(self) -> str:
        """Of the one person asked about."""
        return self.about(self.sent.question.persons[0].id_number).kind

    def content(self) -> dict[str, Any]:
        """What was said about whom, in one order, without the question's id."""
        numbers = [person.id_number for person in self.sent.question.persons]
        return {
            number: (self.about(number).kind, sorted(map(repr, self.records.get(number, [])))) for number in numbers
        }


def read_reply(body: bytes, sent: Sent, department: Department) -> Reply:
    """Raises Bad where it is no answer at all."""
    said = _parsed(body)
    # The id has a scenario of its own.
    whole = json.dumps({**said, "question_id": sent.question.question_id}, default=float).encode(
        "utf-8", "surrogatepass"
    )
    try:
        read = read_answer(whole, sent.question, department, datetime.now(UTC))
    except NoAnswer as wrong:
        raise Bad(str(wrong)) from None
    records: dict[str, list[Record]] = {}
    surplus = said.keys() - Answer.model_fields.keys() - AnswerClaims.model_fields.keys()
    known = fields_of(department.record).keys()
    for person in said.get("persons") or ():
        surplus |= person.keys() - PersonAnswer.model_fields.keys()
        rows = person.get("records") or ()
        for row in rows:
            surplus |= row.keys() - known
        records.setdefault(_number_of(person), []).extend(_records(rows, department))
    return Reply(sent, body, _as_said(said, read.answer, sent), tuple(surplus), records)


def _as_said(said: dict[str, Any], read: Answer, sent: Sent) -> Answer:
    """The kinds as they were said: what contradicts itself has a scenario of its own."""
    asked = {person.id_number for person in sent.question.persons}
    kinds = {_number_of(person): person["kind"] for person in said.get("persons", ())}
    persons = tuple(
        PersonAnswer(id_number=number, kind=kind, records=()) for number, kind in kinds.items() if number in asked
    )
    return read.model_copy(update={"kind": said["kind"], "persons": persons})


def _number_of(person: dict[str, Any]) -> str:
    return eighteen_digits(str(person["id_number"]).upper())


def _records(rows: Iterable[Any], department: Department) -> list[Record]:
    """Also those about persons who were not asked about, which the reading leaves out."""
    read = [read_row(department.record, row) for row in rows]
    if unknown := sorted({name for row in read for name in row.not_understood}):
        raise Bad(f"a value that its contract does not have, in {plainly(unknown)}")
    return read


def _parsed(body: bytes) -> dict[str, Any]:
    try:
        return parsed(payload_of(body.decode("ascii")) if is_signed(body) else body)
    except (WrongSignature, UnicodeDecodeError):
        raise Bad("bytes that are neither UTF-8 nor a signature") from None
    except NoAnswer as wrong:
        if str(wrong) == NOT_JSON:
            raise Bad(f"{len(body)} bytes that are not JSON" if body else "an error, and no answer") from None
        raise Bad(str(wrong)) from None


def difference(wanted: list[Record], came: list[Record]) -> str | None:
    """How rows differ, by counts and names of fields; None where they are the same in any order."""
    missing, beyond = list(wanted), []
    for row in came:
        if row in missing:
            missing.remove(row)
        else:
            beyond.append(row)
    if not missing and not beyond:
        return None
    if len(wanted) != len(came):
        return f"{len(came)} rows instead of {len(wanted)}"
    names = {name for one, two in zip(missing, beyond, strict=True) for name in _unlike(one, two)}
    return f"rows that differ from the register in {plainly(names)}"


def _unlike(one: Record, two: Record) -> set[str]:
    return {name for name in type(one).model_fields if getattr(one, name) != getattr(two, name)}
