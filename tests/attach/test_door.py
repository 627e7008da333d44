"""The door: a department attached by HTTP brings what it had deferred, and nobody else brings anything."""

import json
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from chassis.commands import call
from chassis.http.bearer import is_token
from chassis.log.journal import Journal
from contracts.events import AlsoAnswered, DepartmentAnswered, DepartmentDeferred
from contracts.inquiries import MAX_ANSWER_BYTES
from contracts.jws import ANSWER, Signer, sha256
from inquiry import callbacks
from inquiry.attachments.token_file import TokenFile
from procedures.hainan_2025.departments.social_security import SOCIAL_SECURITY
from procedures.hainan_2025.departments.tax import TAX
from tests.attach.https import Endpoint, served
from tests.support.departments import HOUSEHOLD, Question, Said, accept, an_answer, deferred, events_of, verifying
from tests.support.real_bus import RealBus
from tests.support.waiting import until

pytestmark = pytest.mark.slow


@dataclass
class AtTheDoor:
    """A question that was deferred, its case, and somebody at the door."""

    question: Question
    body: bytes
    number: str
    http: httpx.AsyncClient

    async def bring(self, body: bytes | dict[str, object], token: str = "tax-secret", **head: str) -> httpx.Response:
        content = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json", **head}
        return await self.http.post(callbacks.PATH, content=content, headers=headers)


@asynccontextmanager
async def a_deferred_question(
    real_bus: RealBus, journal: Journal, signer: Signer | None = None
) -> AsyncIterator[AtTheDoor]:
    """Of the tax office, which signs, and has to, where it has a key."""
    folder = real_bus.data_dir.path
    for name in ("tax", "social-security"):
        (folder / f"{name}.callback").write_text(f"{name}-secret\n")
    promised = datetime.now(UTC) + timedelta(hours=2)

    def defer(question: Question) -> Said:
        said = deferred(question, promised)
        return signed(said, endpoint.bodies[-1], signer) if signer else said

    async with served(Endpoint(defer)) as endpoint:
        table = f'[%s]\nby = "http"\nurl = "{endpoint.url}/query"\ncallback_token_file = "%s.callback"\n'
        text = "".join(table % (name, name) for name in ("social-security", "tax"))
        text += 'signature = "required"\n' if signer else ""
        async with verifying(real_bus, journal, [TAX, SOCIAL_SECURITY], attached_by=text) as service:
            if signer:
                key = {"department": "tax", "x": signer.x, "by": "operations"}
                await call(await real_bus.connect("operator"), HOUSEHOLD, "register-key", key)
            number = await accept(journal, "tax")
            await until(lambda: told(journal, number, DepartmentDeferred))
            (door,) = service.parts.apps
            transport = httpx.ASGITransport(door.app, raise_app_exceptions=False)
            async with httpx.AsyncClient(transport=transport, base_url="http://door") as http:
                yield AtTheDoor(endpoint.asked[0], endpoint.bodies[0], number, http)


def signed(said: dict[str, Any], question: bytes, signer: Signer) -> bytes:
    claims = {"department": "tax", "round": 1, "question_sha256": sha256(question)}
    return signer.sign(json.dumps(said | claims).encode(), ANSWER).encode()


async def told(journal: Journal, number: str, what: type) -> bool:
    return any(isinstance(event, what) for event in await events_of(journal, number))


async def test_a_deferred_answer_is_brought_once_and_once_more(real_bus: RealBus, journal: Journal) -> None:
    async with a_deferred_question(real_bus, journal) as at:
        answer = an_answer(at.question, "found", {"division": "150303"})
        for _ in range(2):
            taken = await at.bring(answer)
            assert (taken.status_code, taken.json()) == (200, {"taken": True})
        contradiction = await at.bring(an_answer(at.question, "none"))
        assert contradiction.status_code == 200
    events = await events_of(journal, at.number)
    assert [type(event) for event in events] == [DepartmentDeferred, DepartmentAnswered, AlsoAnswered]
    assert isinstance(events[1], DepartmentAnswered)
    assert events[1].answer.persons[0].records[0]["division"] == "150303"


async def test_a_signed_answer_is_brought_as_jose_and_kept_with_its_proof(real_bus: RealBus, journal: Journal) -> None:
    signer = Signer.from_seed(os.urandom(32))
    async with a_deferred_question(real_bus, journal, signer) as at:
        plain = await at.bring(an_answer(at.question))
        assert (plain.status_code, plain.json()["title"]) == (403, "not believed")
        elsewhere = signed(an_answer(at.question), b"another question", signer)
        refused = await at.bring(elsewhere, **{"Content-Type": "application/jose"})
        assert refused.status_code == 403

        right = signed(an_answer(at.question), at.body, signer)
        taken = await at.bring(right, **{"Content-Type": "application/jose"})
        assert taken.status_code == 200, taken.text
    [answered] = [it for it in await events_of(journal, at.number) if isinstance(it, DepartmentAnswered)]
    assert answered.evidence is not None
    assert answered.evidence.answer_jws == right.decode()


@pytest.mark.parametrize(
    ("status", "change"),
    [
        (401, {"token": "guessed"}),
        (401, {"token": ""}),
        (401, {"Authorization": "Basic dGF4LXNlY3JldA=="}),
        (401, {"Authorization": "tax-secret"}),
        (404, {"token": "social-security-secret"}),
        (415, {"Content-Type": "text/plain"}),
        (415, {"Content-Encoding": "gzip"}),
        (413, {"body": b"9" * (MAX_ANSWER_BYTES + 1)}),
        (422, {"body": b"{}"}),
        (422, {"body": b"\xff\xfe"}),
        (404, {"body": json.dumps({"question_id": "Q" * 26, "kind": "none"}).encode()}),
    ],
)
async def test_what_is_not_taken_is_told_why_and_changes_nothing(
    real_bus: RealBus, journal: Journal, status: int, change: dict[str, str | bytes]
) -> None:
    async with a_deferred_question(real_bus, journal) as at:
        given = {"body": json.dumps(an_answer(at.question)).encode(), **change}
        refused = await at.bring(**given)  # type: ignore[arg-type]
        assert refused.status_code == status
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["status"] == status
        assert at.question["persons"][0]["id_number"] not in refused.text
        assert status in callbacks.REASONS
    assert not await told(journal, at.number, DepartmentAnswered)


async def test_what_is_refused_once_is_not_read_to_its_end(real_bus: RealBus, journal: Journal) -> None:
    read = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal read
        while True:
            read += 65536
            yield b"9" * 65536

    async with a_deferred_question(real_bus, journal) as at:
        head = {"Authorization": "Bearer tax-secret", "Content-Type": "application/json"}
        refused = await at.http.post(callbacks.PATH, content=endless(), headers=head)
        assert refused.status_code == 413
        assert read <= MAX_ANSWER_BYTES + 2 * 65536
        read = 0
        stranger = await at.http.post(callbacks.PATH, content=endless(), headers=head | {"Authorization": "Bearer x"})
        assert (stranger.status_code, read) == (401, 0)


async def test_another_place_or_method_is_a_problem_too(real_bus: RealBus, journal: Journal) -> None:
    async with a_deferred_question(real_bus, journal) as at:
        for method, path, status in (
            ("GET", callbacks.PATH, 405),
            ("POST", "/v1/answers/", 404),
            ("GET", "/docs", 404),
        ):
            refused = await at.http.request(method, path)
            assert (refused.status_code, refused.json()["type"]) == (status, "about:blank")


def test_a_token_whose_file_is_renewed_or_gone_opens_no_more(tmp_path: Path) -> None:
    file = tmp_path / "callback-token"
    file.write_text("first\n")
    tokens = {"tax": TokenFile(file)}
    assert is_token(tokens["tax"], "first")
    file.write_text("second-one\n")
    assert not is_token(tokens["tax"], "first")
    assert is_token(tokens["tax"], "second-one")
    file.write_bytes("\ufeffthird-one".encode())
    assert is_token(tokens["tax"], "third-one")
    file.write_text("fourth-one", encoding="utf-16")
    assert not is_token(tokens["tax"], "fourth-one")
    file.unlink()
    assert not is_token(tokens["tax"], "third-one")
    assert not is_token(tokens["tax"], "")
