"""A department without a system: its clerk sees what is asked, and answers, with the department's own credentials."""

import asyncio
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import nats.errors
from nats.aio.client import Client
from pydantic import ValidationError

from chassis.bus import Bus
from chassis.errors import CommandRefused
from chassis.process.settings import Settings
from contracts.bans import QUERY as BANS_ASKED
from contracts.inquiries import Answer, AnswerClaims, Kind, PersonAnswer, Question
from contracts.jws import ANSWER, Signer
from contracts.model import STORED
from contracts.people import eighteen_digits
from contracts.text_file import read_text
from inquiry.parse_answer import NoAnswer, read_answer
from lianshen.departments.folder import DepartmentFolder
from lianshen.embedded.client import CONNECT_WITHIN, NotRunning, where
from lianshen.embedded.data_dir import DataDir
from procedures.department import Department
from procedures.hainan_2025.departments.housing import HOUSING
from procedures.records import fields_of

KINDS: tuple[Kind, ...] = ("none", "found", "not_matched", "cannot_determine", "refused")
FEWEST = 6
"""Characters of a question's id that a clerk has to type, where they name one question only."""
Rows = list[dict[str, Any]]


class CannotAnswer(ValueError):
    """What the clerk wrote is no answer to this question; says what to change, and repeats nobody's number."""


@dataclass(frozen=True)
class Desk:
    """A clerk's desk: the connection of the department, and its signing key where it has one."""

    nc: Client
    department: str
    signer: Signer | None

    async def questions(self) -> list[dict[str, Any]]:
        """What waits, oldest first."""
        found = (await self._ask("questions", b"{}"))["questions"]
        return sorted(found, key=lambda question: str(question["asked_at"]))

    async def our_bans(self, questions: list[dict[str, Any]]) -> dict[str, dict[str, str]]:
        """By ID number, what the housing bureau's own list of bans has to show (Art. 32); for others nothing."""
        if self.department != HOUSING.name or not questions:
            return {}
        found: dict[str, dict[str, str]] = {}
        for question in questions:
            numbers = [person["id_number"] for person in question["persons"]]
            said = await self._request(BANS_ASKED, json.dumps({"id_numbers": numbers}).encode())
            found |= {ban["id_number"]: ban for ban in said["bans"]}
        return found

    async def answer(self, asked: dict[str, Any], answer: Answer) -> None:
        """Brings it, signed where there is a key. Raises CommandRefused."""
        body = answer.model_dump_json(exclude_none=True).encode()
        if self.signer is not None:
            claims = AnswerClaims.model_validate({key: asked[key] for key in AnswerClaims.model_fields})
            said = answer.model_dump(mode="json", exclude_none=True) | claims.model_dump()
            body = self.signer.sign(json.dumps(said, ensure_ascii=False).encode(), ANSWER).encode()
        await self._ask("answer", body)

    async def _ask(self, what: str, body: bytes) -> dict[str, Any]:
        return await self._request(f"{what}.{self.department}.v1", body)

    async def _request(self, subject: str, body: bytes) -> dict[str, Any]:
        try:
            reply = await self.nc.request(subject, body, timeout=30)
        except (nats.errors.Error, TimeoutError):
            raise CommandRefused(503, "nobody takes it", "is the system running? try again in a few seconds") from None
        said = json.loads(reply.data)
        if "problem" in said:
            raise CommandRefused(**said["problem"])
        return dict(said["ok"])


@asynccontextmanager
async def desk(name: str, data_dir: Path | None, credentials: Path | None) -> AsyncIterator[Desk]:
    """At the system of a data directory, or anywhere with the folder that `department add` made."""
    directory = DataDir.at(data_dir)
    folder = DepartmentFolder(credentials) if credentials else DepartmentFolder.of(directory, name)
    seed = folder.seed if folder.seed.is_file() else directory.department_seed(name)
    if not seed.is_file():
        raise NotRunning(f"{name} has no credentials here; `lianshen department add {name} --by clerk` makes them")
    url = _bus(folder, data_dir, credentials is not None)
    try:
        async with asyncio.timeout(CONNECT_WITHIN):
            bus = await Bus.connect(url, f"clerk of {name}", seed, ca_file=_ca_file(data_dir, credentials is not None))
    except (TimeoutError, nats.errors.Error, OSError):
        raise NotRunning("the bus does not let the clerk in; is it running, and are these credentials new?") from None
    try:
        yield Desk(bus.nc, name, _signer(folder))
    finally:
        await bus.close()


def _ca_file(data_dir: Path | None, away: bool) -> Path | None:
    """By what a tls:// bus is known: LIANSHEN_NATS_CA_FILE, else on its own machine the certificate it runs with."""
    named = Settings().nats_ca_file
    return named if named or away else where(data_dir).ca_file


def _bus(folder: DepartmentFolder, data_dir: Path | None, away: bool) -> str:
    told = folder.read_settings().get("NATS_URL")
    if away and told and "nats_url" not in Settings().model_fields_set:
        return told
    return where(data_dir).nats


def _signer(folder: DepartmentFolder) -> Signer | None:
    return Signer.from_jwk(read_text(folder.signing_key)) if folder.signing_key.is_file() else None


def chosen(questions: list[dict[str, Any]], typed: str | None) -> dict[str, Any]:
    """The question that an id or its beginning names, or the only one there is. Raises LookupError."""
    if typed is None:
        if len(questions) == 1:
            return questions[0]
        raise LookupError(f"{len(questions)} questions wait: name one of them (`lianshen clerk questions`)")
    found = [one for one in questions if one["question_id"] == typed]
    if not found and len(typed) >= FEWEST:
        found = [one for one in questions if str(one["question_id"]).startswith(typed)]
    if len(found) == 1:
        return found[0]
    if found:
        raise LookupError(f"{len(found)} questions begin like that; type more of the id")
    raise LookupError("no such question waits: it is answered, needs no answer any more, or is mistyped")


def an_answer(
    asked: dict[str, Any],
    department: Department,
    kind: Kind | None,
    records: Any,
    by: str,
    note: str | None = None,
) -> Answer:
    """What the clerk says, as an answer that fits the contract. Raises CannotAnswer. Pure."""
    question = Question.model_validate(
        {key: asked[key] for key in Question.model_fields if key in asked}, context=STORED
    )
    kind = kind or ("found" if records is not None else None)
    if kind not in KINDS:
        raise CannotAnswer(f"say --kind: {' · '.join(KINDS)}")
    if (kind == "found") != (records is not None):
        raise CannotAnswer("--records goes with --kind found, and --kind found with --records")
    rows = _by_person(records, question) if records is not None else {}
    persons = tuple(
        PersonAnswer(id_number=number, kind=_kind(kind, rows.get(number)), records=tuple(rows.get(number, ())))
        for number in (person.id_number for person in question.persons)
    )
    try:
        answer = Answer(question_id=question.question_id, kind=kind, persons=persons, answered_by=by, note=note)
    except ValidationError as error:
        raise CannotAnswer(_first(error)) from None
    _fits(answer, question, department)
    return answer


def _kind(kind: Kind, rows: Rows | None) -> Kind:
    """Of whom nothing is written, nothing was found."""
    return "none" if kind == "found" and not rows else kind


def _by_person(records: Any, question: Question) -> Mapping[str, Rows]:
    asked = {person.id_number for person in question.persons}
    if isinstance(records, list):
        if len(asked) != 1:
            raise CannotAnswer(f"{len(asked)} persons are asked about: write a map, ID number → list of rows")
        records = {next(iter(asked)): records}
    if not isinstance(records, dict):
        raise CannotAnswer("the records are a list of rows, or a map: ID number → list of rows")
    found: dict[str, Rows] = {}
    for n, (number, rows) in enumerate(records.items(), 1):
        number = eighteen_digits(number.upper())
        if number not in asked:
            raise CannotAnswer(f"entry {n} of the records is about somebody who was not asked about; is it mistyped?")
        if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
            raise CannotAnswer(f'entry {n} of the records must be a list of rows, like [{{"division": "150303"}}]')
        if number in found:
            raise CannotAnswer(f"entry {n} of the records is about the same person as one before it")
        found[number] = rows
    if not any(found.values()):
        raise CannotAnswer("the records hold no row; where nothing was found, say --kind none")
    return found


def _fits(answer: Answer, question: Question, department: Department) -> None:
    """A machine's surplus is dropped; a clerk's is a slip of the hand, and told."""
    fields = ", ".join(fields_of(department.record))
    try:
        read = read_answer(answer.model_dump_json().encode(), question, department, datetime.now(UTC))
    except NoAnswer as wrong:
        raise CannotAnswer(f"this is no answer: {wrong}; a row of {department.name} has {fields}") from None
    if read.contradictions:
        raise CannotAnswer(f"it contradicts itself: {'; '.join(read.contradictions)}")
    if doubts := read.not_understood:
        raise CannotAnswer(f"not understood: {'; '.join(doubts)}; the contract lists what may stand there")
    if read.surplus:
        raise CannotAnswer(
            f"{read.surplus} rows or fields are beyond what {department.name} is asked; a row has {fields}"
        )


def _first(error: ValidationError) -> str:
    first = error.errors(include_input=False)[0]
    return f"{'/'.join(str(step) for step in first['loc'])}: {first['msg']}"
