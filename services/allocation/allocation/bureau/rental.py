"""Asks the housing bureau, now, whether anybody of a family still rents (Art. 20); nothing is handed over without."""

from chassis.errors import CommandRefused
from chassis.log.key_register import FollowedRegister
from chassis.process.keys import read_key
from chassis.process.service import Context
from contracts.case.case import Case
from contracts.events import HandOverRefused
from contracts.events.values import BanAnswer
from contracts.jws import Signer
from inquiry.admission import reason_not_asked
from inquiry.attachments import Declined, TooMuch, Unreachable
from inquiry.attachments.config import AttachmentConfig, attach, read_attachments
from inquiry.parse_answer import NoAnswer
from inquiry.questions import question_for, to_send
from inquiry.verify_answer import AnswerRejected, verify_answer
from procedures.hainan_2025.departments.housing import HOUSING

WITHIN = 10.0
SILENT = "the housing bureau does not answer now"


class Rental:
    """The question of one deployment to its housing bureau."""

    def __init__(self, context: Context, register: FollowedRegister) -> None:
        self._context = context
        self._register = register
        keys = context.settings.keys_dir
        self._key, self._signer = read_key(keys, "question"), Signer.from_seed(read_key(keys, "signing"))

    async def ask(self, case: Case) -> BanAnswer | None:
        """None where its clerk answers, who is asked by paper. Raises CommandRefused where it does not answer now."""
        settings, now = self._context.settings, self._context.clock.now()
        how = read_attachments(settings.departments_file).get(HOUSING.name, AttachmentConfig())
        if how.by == "clerk":
            return None
        holding = (await self._register.look()).of(HOUSING.name)
        if why := reason_not_asked(holding, False, now):
            raise CommandRefused(503, SILENT, why)
        asked_as, n = f"{case.application}|rental", case.allocation.next(HandOverRefused)
        question = question_for(HOUSING, self._key, asked_as, n, case.persons, asked_at=now, answer_by=now)
        sent = to_send(question, None if how.signature == "none" else self._signer)
        attachment = attach(self._context.nc, HOUSING.name, how, _too_late)
        try:
            body = await attachment.ask(sent, WITHIN)
            heard = verify_answer(body, sent, HOUSING, how.signature, holding, self._context.clock.now())
        except (Unreachable, Declined, TooMuch, AnswerRejected, NoAnswer) as fault:
            raise CommandRefused(503, SILENT, f"{type(fault).__name__}; ask again in a moment") from None
        finally:
            await attachment.close()
        return BanAnswer(asked_at=now, answer=heard.read.answer, evidence=heard.evidence)


async def _too_late(body: bytes) -> None:
    """Whoever hands over asks again: an answer that comes later is not needed."""
