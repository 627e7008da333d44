"""`lianshen department check`: one synthetic question to a live department."""

import json
import secrets
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import nats.errors
from verify_household.departments import DEPARTMENTS as ABOUT_PERSONS
from verify_property.departments import DEPARTMENTS as ABOUT_HOMES

from chassis.questions import question_for
from chassis.reading import read_answer
from contracts.events import FamilyMember
from contracts.people import valid_id_number
from lianshen.client import connected

DEPARTMENTS = {department.name: department for department in (*ABOUT_PERSONS, *ABOUT_HOMES)}


async def check(name: str, id_number: str, data_dir: Path | None, tell: Callable[[str], None]) -> bool:
    """Says what came back and whether it fits; False where it does not."""
    if name not in DEPARTMENTS:
        raise ValueError(f"no such department: {name}; there are {', '.join(DEPARTMENTS)}")
    person = FamilyMember(id_number=valid_id_number(id_number), name="测试", role="applicant")
    now = datetime.now(UTC)
    key = secrets.token_bytes(32)
    question = question_for(DEPARTMENTS[name], key, "check", 1, (person,), now, now + timedelta(minutes=1))
    async with connected(data_dir, "service") as nc:
        try:
            body = question.model_dump_json(exclude_none=True).encode()
            reply = await nc.request(f"department.{name}.query.v1", body, timeout=10)
        except nats.errors.NoRespondersError:
            tell(f"nobody answers on department.{name}.query.v1; is the department's responder running?")
            return False
        except (nats.errors.Error, TimeoutError):
            tell("no answer within 10 s; answer `deferred` where a clerk has to look")
            return False
    read = read_answer(reply.data, question, DEPARTMENTS[name])
    took = (datetime.now(UTC) - now).total_seconds()
    tell(
        json.dumps({"kind": read.answer.kind, "seconds": round(took, 3), "surplus": read.surplus}, ensure_ascii=False)
    )
    if read.garbage:
        tell(read.answer.note or "the answer does not fit its contract")
    return not read.garbage
