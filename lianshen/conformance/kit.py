"""How a scenario asks: through the attachment that production uses, with our signature, under a fresh id each time."""

import asyncio
import json
import secrets
import time
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from contracts.events.values import FamilyMember
from contracts.inquiries import DepartmentNotice, Question
from contracts.jws import QUESTION, Signer, without_payload
from contracts.key_register import Holding
from inquiry.attachments import Attachment, Declined, NotAnswered, Unreachable
from inquiry.attachments.config import AttachmentConfig
from inquiry.questions import Sent, question_for, to_send
from lianshen.conformance.advice import advice_for
from lianshen.conformance.people import person
from lianshen.conformance.raw_transport import Raw, RawTransport
from lianshen.conformance.registers import Registers
from lianshen.conformance.reply import Reply, difference, read_reply
from lianshen.conformance.results import Bad, DoesNotApply, ErrorStatus, NotRun, Silence
from procedures.department import Department
from procedures.hainan_2025.questions.encumbrances import ENCUMBRANCES
from procedures.records import Record

GOOD_TIME = timedelta(days=3)
MOST_PROMISES = 3
AS_SAID: dict[type[NotAnswered], type[Bad]] = {Unreachable: Silence, Declined: ErrorStatus}


@dataclass(frozen=True)
class Options:
    """What whoever runs the kit may say."""

    restart: str | None = None
    """A command that restarts the department."""
    wait: float = 20.0
    """Seconds a promised answer is waited for."""


@dataclass(frozen=True)
class Promise:
    """A deferred answer: for when, when that was said, and how many promises to the same question came before."""

    instant: datetime
    came: datetime
    before: int


@dataclass
class Kit:
    """One department under check."""

    department: Department
    how: AttachmentConfig
    attachment: Attachment
    line: RawTransport
    registers: Registers
    signer: Signer | None
    holding: Holding = field(default_factory=Holding)
    """The department in the register: its keys."""
    options: Options = field(default_factory=Options)
    seconds: list[float] = field(default_factory=list)
    """What each answer took."""
    promises: list[Promise] = field(default_factory=list)
    _key: bytes = field(default_factory=lambda: secrets.token_bytes(32))

    # --- asking ------------------------------------------------------------------------------------------------

    def question(self, *who: str | FamilyMember, round: int = 1, answer_by: datetime | None = None) -> Question:
        """A question as a verifying service would build it, about these persons."""
        now = datetime.now(UTC)
        family = [person(it) if isinstance(it, str) else it for it in who]
        case = secrets.token_hex(8)
        return question_for(self.department, self._key, case, round, family, now, answer_by or now + GOOD_TIME)

    def sent(self, question: Question, body: bytes | None = None) -> Sent:
        """As it is sent; `body`, where it is to arrive written in another way."""
        sent = to_send(question, self.signer)
        if body is None:
            return sent
        return replace(
            sent, body=body, signature=without_payload(self.signer.sign(body, QUESTION)) if self.signer else None
        )

    async def ask(self, *who: str | FamilyMember, **more: Any) -> Reply:
        return await self.reply(self.sent(self.question(*who, **more)))

    async def about_home(self, who: str, home: str) -> Reply:
        """By the contract of its own that real estate has for one home (Art. 27)."""
        kit = replace(self, department=ENCUMBRANCES)
        return await kit.reply(kit.sent(kit.question(who).model_copy(update={"home": home})))

    async def reply(self, sent: Sent) -> Reply:
        """The answer; a promised one is waited for. Raises Bad, Silence or NotRun."""
        until = time.monotonic() + self.options.wait
        for asked in range(MOST_PROMISES):
            reply = read_reply(await self._bytes(sent), sent, self.department)
            if reply.answer.kind != "deferred":
                return reply
            now = datetime.now(UTC)
            assert reply.answer.promised_at is not None
            self.promises.append(Promise(reply.answer.promised_at, now, asked))
            wait = max(0.2, (reply.answer.promised_at - now).total_seconds() + 0.05)
            if time.monotonic() + wait > until:
                raise NotRun("it promised an answer for later than the kit waits for; give --wait SECONDS")
            await asyncio.sleep(wait)
        raise NotRun(f"it promised an answer {MOST_PROMISES} times, and never gave it")

    async def _bytes(self, sent: Sent) -> bytes:
        began = time.monotonic()
        try:
            body = await self.attachment.ask(sent, self.how.timeout_seconds)
        except NotAnswered as fault:
            kind = AS_SAID.get(type(fault), Bad)
            raise kind(str(fault), advice_for(fault.what, self.how.by)) from None
        self.seconds.append(time.monotonic() - began)
        return body

    async def raw(self, body: bytes, signature: str | None = None) -> Raw | None:
        """Whatever comes back to whatever bytes, with what an attachment would not show; None: nothing did."""
        return await self.line.send(body, signature, min(2.0, self.how.timeout_seconds))

    async def tell(self, question: Question, what: str) -> None:
        """A reminder, or the word to stop."""
        await self.attachment.tell(
            DepartmentNotice.model_validate(
                question.model_dump(include={"question_id", "department", "round", "answer_by"})
                | {"what": what, "reminder": int(what == "reminder")}
            )
        )

    # --- expecting ---------------------------------------------------------------------------------------------

    def expected(self, reply: Reply, number: str) -> list[Record]:
        return self.registers.of(number, reply.sent.question)

    def must_be_as_registered(self, reply: Reply, who: Iterable[str | FamilyMember]) -> None:
        """Raises Bad unless each of them got exactly the rows of the register."""
        for it in who:
            member = person(it) if isinstance(it, str) else it
            wanted, said = self.expected(reply, member.id_number), reply.about(member.id_number)
            if said.kind != "found" and wanted:
                raise Bad(f"`{said.kind}` instead of `found`")
            if differs := difference(wanted, reply.records.get(member.id_number, [])):
                raise Bad(differs)

    # --- what applies ------------------------------------------------------------------------------------------

    def needs_register(self) -> None:
        if not self.registers.known:
            raise NotRun("the kit has no register of synthetic persons for this department")

    def needs_names(self) -> None:
        if not self.department.with_name:
            raise DoesNotApply("this department is asked without names")

    def needs_several(self) -> None:
        if self.department.about == "applicant":
            raise DoesNotApply("this department is asked about one person only")

    def only_for(self, *names: str, why: str) -> None:
        if self.department.name not in names:
            raise DoesNotApply(why)


def rewritten(question: Question, **changes: Any) -> bytes:
    """The question's JSON with other or more keys at its top."""
    said = {**question.model_dump(mode="json", exclude_none=True), **changes}
    return json.dumps({key: value for key, value in said.items() if value is not None}, ensure_ascii=False).encode()
