"""Departments with one fault each, made from a simulated one by changing what it says."""

import asyncio
import base64
import hashlib
import json
from collections.abc import Callable
from copy import deepcopy
from dataclasses import dataclass, field
from fractions import Fraction
from typing import Any

from nats.aio.msg import Msg

from chassis.bus import flushed
from contracts.jws import ANSWER, Signer
from lianshen.conformance.homes import BURDENED
from lianshen.conformance.people import PEOPLE
from lianshen.simulation.answers import DEPARTMENTS as ANSWERS
from lianshen.simulation.answers import OF_A_HOME
from lianshen.simulation.registers import OF_THE_KIT, Registers, load
from tests.support.real_bus import RealBus

Question = dict[str, Any]
Answer = dict[str, Any]
Says = Callable[["Department", Question, bytes], Answer | bytes | Callable[[], Answer] | None]
SIGNER = Signer.from_seed(b"s" * 32)
STRANGER = Signer.from_seed(b"x" * 32)


@dataclass
class Department:
    """On the bus in its own account; `says` changes what a healthy one would say. None is silence."""

    name: str
    says: Says
    on_garbage: str = "this is no question"
    dies_on_garbage: bool = False
    dead: bool = False
    memory: dict[str, Any] = field(default_factory=dict)
    _registers: Registers = field(default_factory=dict)
    _answering: set[asyncio.Task[None]] = field(default_factory=set)

    async def start(self, bus: RealBus) -> "Department":
        self._registers = load(OF_THE_KIT, self.name)
        self.nc = await bus.department(self.name)
        await self.nc.subscribe(f"department.{self.name}.query.v1", cb=self._take)
        await self.nc.subscribe(f"department.{self.name}.notice.v1", cb=self._told)
        await flushed(self.nc)
        return self

    def healthy(self, question: Question) -> Answer:
        return ANSWERS[self.name](self._registers, question)

    async def _take(self, message: Msg) -> None:
        task = asyncio.create_task(self._answer(message))
        self._answering.add(task)
        task.add_done_callback(self._answering.discard)

    async def _answer(self, message: Msg) -> None:
        if self.dead:
            return
        self.memory["signature"] = (message.headers or {}).get("Lianshen-Signature")
        try:
            said = self.says(self, json.loads(message.data), message.data)
        except Exception:
            self.dead = self.dies_on_garbage
            words = self.on_garbage.format(asked=message.data.decode("utf-8", "replace")[:2000])
            headers = {"Nats-Service-Error": words.replace("\n", " "), "Nats-Service-Error-Code": "400"}
            await self.nc.publish(message.reply, b"", headers=headers)
            return
        if self.memory.get("slowly"):
            await asyncio.sleep(self.memory["slowly"])
        said = said() if callable(said) else said
        if said is not None:
            body = said if isinstance(said, bytes) else json.dumps(said, ensure_ascii=False).encode()
            await self.nc.publish(message.reply, body)

    async def _told(self, message: Msg) -> None:
        self.memory["told"] = json.loads(message.data)["what"]


def takes_every_question_for_its_review(department: Department, question: Question, asked: bytes) -> Answer:
    return department.healthy({name: said for name, said in question.items() if name != "contract"})


def tells_of_other_homes(department: Department, question: Question, asked: bytes) -> Answer:
    """Whatever home is named: the one that has a burden."""
    return department.healthy(question | {"home": BURDENED} if question.get("contract") == OF_A_HOME else question)


def healthy(department: Department, question: Question, asked: bytes) -> Answer:
    return department.healthy(question)


def persons_changed(change: Callable[[dict[str, Any]], Any]) -> Says:
    """Every person of every answer goes through `change`."""

    def says(department: Department, question: Question, asked: bytes) -> Answer:
        answer = department.healthy(question)
        for person in answer["persons"]:
            change(person)
        kinds = [person["kind"] for person in answer["persons"]]
        answer["kind"] = "found" if "found" in kinds or not kinds else kinds[0]
        return answer if kinds else department.healthy(question)

    return says


def rows_changed(change: Callable[[dict[str, Any]], Any]) -> Says:
    def person(person: dict[str, Any]) -> None:
        for row in person["records"]:
            change(row)

    return persons_changed(person)


def changed(**more: Any) -> Says:
    return lambda department, question, asked: department.healthy(question) | more


# --- faults ------------------------------------------------------------------------------------------------------


def ignores_lower_case_x(person: dict[str, Any]) -> None:
    if person["id_number"].endswith("x"):
        person |= {"kind": "none", "records": []}


def could_not_look_where_there_is_nothing(person: dict[str, Any]) -> None:
    if person["kind"] == "none":
        person["kind"] = "cannot_determine"


def rounds_shares(row: dict[str, Any]) -> None:
    if Fraction(row.get("share", "1")).denominator > 1:
        row["share"] = f"{float(Fraction(row['share'])):.3g}"


def matches_by_number_alone(department: Department, question: Question, asked: bytes) -> Answer:
    known = dict(PEOPLE.values()) | {PEOPLE["misnamed"][0]: "赵敏"}
    persons = [{**it, "name": known.get(it["id_number"].upper(), it["name"])} for it in question["persons"]]
    return department.healthy({**question, "persons": persons})


def finds_by_name_alone(department: Department, question: Question, asked: bytes) -> Answer:
    changed = deepcopy(question)
    for person in changed["persons"]:
        if person["name"] == PEOPLE["namesake"][1]:
            person["id_number"] = PEOPLE["namesake"][0]
    answer = department.healthy(changed)
    for person, asked_about in zip(answer["persons"], question["persons"], strict=True):
        person["id_number"] = asked_about["id_number"]
    return answer


def reads_only_the_basic_plane(department: Department, question: Question, asked: bytes) -> Answer:
    persons = [{**it, "name": "".join(c for c in it["name"] if ord(c) < 65536)} for it in question["persons"]]
    return department.healthy({**question, "persons": persons})


def mixes_up_persons(department: Department, question: Question, asked: bytes) -> Answer:
    answer = department.healthy(question)
    rows = [(person["kind"], person["records"]) for person in answer["persons"]]
    for person, (kind, records) in zip(answer["persons"], rows[1:] + rows[:1], strict=True):
        person |= {"kind": kind, "records": records}
    return answer


def looks_at_the_first_person_only(department: Department, question: Question, asked: bytes) -> Answer:
    numbers = [person["id_number"] for person in question["persons"]]
    first = len(numbers) > 1 and numbers[0] == PEOPLE["third"][0]
    answer = department.healthy(question)
    for person in answer["persons"][1:] if first else ():
        person |= {"kind": "none", "records": []}
    return answer


def tells_about_the_spouse_too(department: Department, question: Question, asked: bytes) -> Answer:
    answer = department.healthy(question)
    for person in [*answer["persons"]]:
        spouse = next((row.get("spouse_id_number") for row in person["records"]), None)
        if spouse and spouse not in [it["id_number"] for it in answer["persons"]]:
            answer["persons"] += department.healthy({**question, "persons": [{"id_number": spouse}]})["persons"]
    return answer


def hides_other_owners(person: dict[str, Any]) -> None:
    """A burden has no owner to hide: it is told."""
    person["records"] = [row for row in person["records"] if "owner_id_number" in row or "kind" in row]


def names_outsiders(row: dict[str, Any]) -> None:
    row.setdefault("owner_id_number", "150303196603036017")


def tells_of_units_elsewhere(department: Department, question: Question, asked: bytes) -> Answer:
    answer = department.healthy(question)
    for person in answer["persons"]:
        if person["id_number"] == PEOPLE["here and elsewhere"][0]:
            person["records"] += [{**person["records"][0], "unit_code": "150102KIT00104", "division": "150102"}]
    return answer


def answers_found_for_all(department: Department, question: Question, asked: bytes) -> Answer:
    return {**department.healthy(question), "kind": "found"}


def repeats_a_row(person: dict[str, Any]) -> None:
    if person["id_number"] == PEOPLE["third"][0]:
        person["records"] = person["records"] * 2


def refuses_what_it_does_not_know(department: Department, question: Question, asked: bytes) -> Answer:
    if question.keys() - {"question_id", "department", "round", "asked_at", "answer_by", "persons"}:
        return {"question_id": question["question_id"], "kind": "refused"}
    return department.healthy(question)


def forgets_what_was_asked_twice(department: Department, question: Question, asked: bytes) -> Answer:
    seen = department.memory.setdefault("seen", set())
    again = question["question_id"] in seen
    seen.add(question["question_id"])
    return {"question_id": question["question_id"], "kind": "refused"} if again else department.healthy(question)


def says_nothing_about_nobody(department: Department, question: Question, asked: bytes) -> Answer | None:
    return department.healthy(question) if question["persons"] else None


def answers_no_more_after(what: str) -> Says:
    def says(department: Department, question: Question, asked: bytes) -> Answer | None:
        return None if department.memory.get("told") == what else department.healthy(question)

    return says


def says_nothing_when_late(department: Department, question: Question, asked: bytes) -> Answer | None:
    return None if question["answer_by"] < question["asked_at"] else department.healthy(question)


def takes_ten_persons(department: Department, question: Question, asked: bytes) -> Answer:
    return department.healthy({**question, "persons": question["persons"][:10]})


def slowly(department: Department, question: Question, asked: bytes) -> Answer:
    department.memory["slowly"] = 0.35
    return department.healthy(question)


def promises_the_past(department: Department, question: Question, asked: bytes) -> Answer:
    seen = department.memory.setdefault("seen", set())
    if question["question_id"] in seen:
        return department.healthy(question)
    seen.add(question["question_id"])
    return {"question_id": question["question_id"], "kind": "deferred", "promised_at": "2026-01-01T00:00:00Z"}


def shares_one_variable(department: Department, question: Question, asked: bytes) -> Callable[[], Answer]:
    """What it answers to is whatever came last, by the time it answers."""
    department.memory |= {"last": question["question_id"], "slowly": 0.01}
    answer = department.healthy(question)
    return lambda: answer | {"question_id": department.memory["last"]}


def answers_another_round_otherwise(department: Department, question: Question, asked: bytes) -> Answer:
    refused = {"question_id": question["question_id"], "kind": "refused"}
    return refused if question["round"] > 1 else department.healthy(question)


def leaves_a_field_out(row: dict[str, Any]) -> None:
    row.pop("division", None)


def says_no_income_of_whom_it_does_not_know(person: dict[str, Any]) -> None:
    if person["kind"] == "none":
        person |= {"kind": "found", "records": [{"income_recorded": False}]}


def signing(signer: Signer = SIGNER, typ: str = ANSWER, **claims: Any) -> Says:
    """Signs like a healthy department, but for these claims."""

    def says(department: Department, question: Question, asked: bytes) -> bytes:
        said = department.healthy(question)
        right = {"department": department.name, "round": question["round"]}
        said |= right | {"question_sha256": hashlib.sha256(asked).hexdigest()} | claims
        return signer.sign(json.dumps(said, ensure_ascii=False).encode(), typ).encode()

    return says


def signs_what_it_parsed(department: Department, question: Question, asked: bytes) -> bytes:
    again = json.dumps(question, ensure_ascii=False, separators=(",", ":")).encode()
    return signing(question_sha256=hashlib.sha256(again).hexdigest())(department, question, asked)  # type: ignore[return-value]


def signs_and_adds_a_space(department: Department, question: Question, asked: bytes) -> bytes:
    token = signing()(department, question, asked)
    assert isinstance(token, bytes)
    head, payload, signature = token.split(b".")
    plain = base64.urlsafe_b64decode(payload + b"=" * (-len(payload) % 4)).replace(b"{", b"{ ", 1)
    return b".".join([head, base64.urlsafe_b64encode(plain).rstrip(b"="), signature])


def dies_of_a_wrong_signature(department: Department, question: Question, asked: bytes) -> Answer:
    if department.memory["signature"] == "no.signature":
        department.dead = True
    return department.healthy(question)
