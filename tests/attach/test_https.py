"""A department over HTTPS: whom we trust, how we show who we are, a token that is renewed, notices."""

import asyncio
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from nats.aio.client import Client

from chassis.log.journal import Journal
from contracts.events.values import FamilyMember
from contracts.inquiries import DepartmentNotice
from contracts.jws import Signer
from inquiry.attachments import SIGNATURE_HEADER, Attachment, Unreachable
from inquiry.attachments.config import attach, attachments_in
from inquiry.questions import Sent, question_for, to_send
from procedures.hainan_2025.departments.tax import TAX
from tests.attach.https import Authority, Endpoint, served
from tests.support.departments import accept, settled, verifying
from tests.support.families import an_id_number
from tests.support.real_bus import RealBus
from tests.support.waiting import PATIENCE, until

NOW = datetime(2026, 11, 23, 2, tzinfo=UTC)
OURS = Signer.from_seed(b"s" * 32)


def a_question(signer: Signer | None = OURS) -> Sent:
    family = (FamilyMember(id_number=an_id_number(order=7), name="王建国", role="applicant"),)
    return to_send(question_for(TAX, b"q" * 32, "A", 1, family, NOW, NOW + timedelta(days=7)), signer)


def attached(folder: Path, url: str, **keys: str) -> Attachment:
    """The attachment that a departments file of this text makes."""
    lines = {"by": "http", "url": f"{url}/query", **keys}
    text = "[tax]\n" + "".join(f'{key} = "{value}"\n' for key, value in lines.items())

    async def never(_: bytes) -> None: ...

    return attach(Client(), "tax", attachments_in(text, folder)["tax"], never)


@pytest.fixture
def authority(tmp_path: Path) -> Authority:
    """The department's own CA."""
    return Authority(tmp_path, "department-ca")


async def test_a_department_of_its_own_ca_is_asked_with_our_certificate(authority: Authority, tmp_path: Path) -> None:
    authority.certificate("lianshen")
    async with served(Endpoint(), authority.certificate("tax"), authority.file) as tax:
        keys = {"ca_file": "department-ca.pem", "certificate": "lianshen.crt", "private_key": "lianshen.key"}
        attachment = attached(tmp_path, tax.url, **keys)
        answer = json.loads(await attachment.ask(a_question(), 5))
        await attachment.close()
    assert answer["question_id"] == a_question().question.question_id
    [head] = tax.heads
    assert head["idempotency-key"] == a_question().question.question_id
    assert head[SIGNATURE_HEADER.lower()] == a_question().signature
    assert head["accept"] == "application/json, application/jose"


async def test_without_a_certificate_of_ours_nothing_is_asked(authority: Authority, tmp_path: Path) -> None:
    async with served(Endpoint(), authority.certificate("tax"), authority.file) as tax:
        attachment = attached(tmp_path, tax.url, ca_file="department-ca.pem")
        with pytest.raises(Unreachable):
            await attachment.ask(a_question(), 5)
        await attachment.close()
    assert tax.asked == []


async def test_a_certificate_of_ours_that_another_ca_signed_is_refused(authority: Authority, tmp_path: Path) -> None:
    Authority(tmp_path, "another-ca").certificate("stranger")
    async with served(Endpoint(), authority.certificate("tax"), authority.file) as tax:
        keys = {"ca_file": "department-ca.pem", "certificate": "stranger.crt", "private_key": "stranger.key"}
        attachment = attached(tmp_path, tax.url, **keys)
        with pytest.raises(Unreachable):
            await attachment.ask(a_question(), 5)
        await attachment.close()
    assert tax.asked == []


@pytest.mark.parametrize("trusted", ["another-ca.pem", None], ids=["another CA", "the public CAs"])
async def test_a_server_of_a_ca_that_is_not_trusted_gets_no_question(
    authority: Authority, tmp_path: Path, trusted: str | None
) -> None:
    Authority(tmp_path, "another-ca")
    async with served(Endpoint(), authority.certificate("tax")) as tax:
        attachment = attached(tmp_path, tax.url, **({"ca_file": trusted} if trusted else {}))
        with pytest.raises(Unreachable, match="its certificate is not trusted: see ca_file"):
            await attachment.ask(a_question(), 5)
        await attachment.close()
    assert tax.heads == []


async def test_a_wrong_token_lets_the_questions_wait_and_a_new_one_needs_no_restart(
    real_bus: RealBus, journal: Journal
) -> None:
    token = real_bus.data_dir.path / "tax.token"
    token.write_text("worn out\n".replace(" ", "-"))
    async with served(Endpoint(token="fresh")) as tax:
        table = f'[tax]\nby = "http"\nurl = "{tax.url}/query"\ntoken_file = "tax.token"\ntimeout_seconds = 2\n'
        async with verifying(real_bus, journal, [TAX], attached_by=table):
            number = await accept(journal, "tax")
            await until(lambda: len(tax.heads) >= 3)
            assert not await settled(journal, number)
            token.write_text("fresh\n")
            await until(lambda: settled(journal, number), within=20)
    assert len(tax.asked) == 1


async def test_a_token_file_that_is_gone_lets_the_questions_wait(tmp_path: Path) -> None:
    (tmp_path / "token").write_text("here")
    async with served(Endpoint(token="here")) as tax:
        attachment = attached(tmp_path, tax.url, token_file="token")
        await attachment.ask(a_question(), 5)
        (tmp_path / "token").unlink()
        with pytest.raises(Unreachable, match="token cannot be read"):
            await attachment.ask(a_question(), 5)
        await attachment.close()
    assert len(tax.heads) == 1


async def test_a_notice_is_posted_once_and_whatever_becomes_of_it_nobody_waits(tmp_path: Path) -> None:
    question = a_question().question
    notice = DepartmentNotice(
        question_id=question.question_id, department="tax", round=1, what="stop", answer_by=question.answer_by
    )
    async with served(Endpoint()) as tax:
        for address in (f"{tax.url}/notices", "http://127.0.0.1:1/nobody"):
            attachment = attached(tmp_path, tax.url, notice_url=address)
            began = asyncio.get_running_loop().time()
            await attachment.tell(notice)
            assert asyncio.get_running_loop().time() - began < 1 * PATIENCE
            await attachment.close()
        silent = attached(tmp_path, tax.url)
        await silent.tell(notice)
        await silent.close()
    assert tax.notices == [notice.model_dump(mode="json")]


# --- the departments file --------------------------------------------------------------------------------------

URL = 'by = "http"\nurl = "https://tax.example/query"\n'


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[tax]\nby = "pigeon"\n', "tax.by: it must be 'bus', 'http' or 'clerk'"),
        ('[tax]\nsignature = "maybe"\n', "tax.signature: it must be 'none', 'accepted' or 'required'"),
        ('[tax]\ncolour = "red"\n', "tax.colour: there is no such key; there are by, url, notice_url, token_file"),
        ('by = "http"\n', "by: this stands in no table; a department is a table like [tax]"),
        ("[Tax]\n", "Tax: no name of a department; small letters, digits and hyphens"),
        ('[tax]\nurl = "https://tax.example"\n', 'tax.url goes with by = "http", and this table says "bus"'),
        ('[tax]\nby = "http"\n', "tax.url is missing"),
        ('[tax]\nby = "http"\nurl = "http://tax.example/query"\n', "tax.url must begin with https://"),
        ('[tax]\nby = "http"\nurl = "https://us:pw@tax.example/"\n', "tax.url must begin with https://"),
        (f'[tax]\n{URL}notice_url = "ftp://tax.example"\n', "tax.notice_url must begin with https://"),
        (f'[tax]\n{URL}certificate = "ours.pem"\n', "tax.certificate and private_key go together"),
        ("[tax\n", "this is no TOML"),
    ],
)
def test_a_mistake_is_named_by_table_and_key_with_what_is_allowed(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ValueError, match="^" + said.replace("(", r"\(").replace("[", r"\[")) as wrong:
        attachments_in(text, tmp_path)
    assert "us:pw" not in str(wrong.value)


def test_files_lie_beside_the_departments_file_unless_their_path_is_absolute(tmp_path: Path) -> None:
    table = attachments_in(f'[tax]\n{URL}token_file = "tax.token"\nca_file = "/etc/ca.pem"\n', tmp_path)["tax"]
    assert (table.token_file, table.ca_file) == (tmp_path / "tax.token", Path("/etc/ca.pem"))


@pytest.mark.parametrize(
    ("keys", "said"),
    [
        ({"token_file": "missing"}, "tax.token_file cannot be used: No such file or directory"),
        ({"token_file": "two-lines"}, "tax.token_file cannot be used: two-lines holds no token"),
        ({"ca_file": "two-lines"}, "tax: ca_file, certificate or private_key cannot be used"),
    ],
)
def test_a_file_that_cannot_be_used_is_told_at_the_start(tmp_path: Path, keys: dict[str, str], said: str) -> None:
    (tmp_path / "two-lines").write_text("one\ntwo\n")
    with pytest.raises(ValueError, match=f"^{said}") as wrong:
        attached(tmp_path, "https://tax.example", **keys)
    assert str(tmp_path) not in str(wrong.value)
