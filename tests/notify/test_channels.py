"""Every channel against a small real other side; then what is each channel's own."""

import asyncio
import hashlib
import hmac
import logging
import os
import socket
import stat
import threading
import traceback
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import pytest
from notify.channels import CHANNELS, Channel, ChannelRefused, ChannelUnavailable, Outgoing, folder
from notify.channels.folder import FolderChannel
from notify.channels.mail import MailChannel
from notify.channels.sms import ATTEMPTS, SmsChannel
from notify.spool.form import Letter
from notify.spool.shelf import kept_in
from tenacity import wait_none

from contracts.local_time import SHANGHAI
from tests.notify.stories import EVERY_NOTICE
from tests.notify.told import APPLICANT, CHILD, PHONE, SPOUSE
from tests.support.outside import Gateway, MailServer, closed_port, listening

CANARIES = ("13800001234", "15030319880312001X", "王建国")
SMS_KEY = b"a key that the gateway knows too"
PASSWORD = "s3cret-of-the-mail"
NOTICE = Outgoing(
    notice_id="4G4TWYR61EH8919BBS679AGM00",
    application="8235F-JF7D1-5RFJ8-A69TW-8BB2Q-Z",
    cause="accepted",
    channel="any",
    article="23",
    at=datetime(2026, 11, 2, 1, 1, tzinfo=UTC),
    subject="申请 8235F 已受理 / Application 8235F accepted",
    body=f"{CANARIES[2]}（{CANARIES[1]}）的申请已受理。\n.\n..两个点\n\n————————\n\nAccepted.\n",
    short="您的申请已受理。\nYour application is accepted.",
    phone=CANARIES[0],
)


def sms(url: str, within: float = 5.0) -> SmsChannel:
    return SmsChannel(url, SMS_KEY, "海南区", clock=lambda: 1_793_581_260.7, wait=wait_none(), within=within)


def mail(port: int, **more: str) -> MailChannel:
    return MailChannel(
        "127.0.0.1",
        port,
        "notices@lianshen.example",
        "window@centre.example",
        tls="none",
        within=2,
        clock=lambda: datetime(2026, 11, 2, 1, 2, tzinfo=UTC),
        **more,  # type: ignore[arg-type]
    )


# --- one suite over every channel ---


@dataclass
class Side:
    """A channel, and what its other side says it was given: one id and text a notice."""

    channel: Channel
    given: Callable[[], list[tuple[str, str]]]


@asynccontextmanager
async def folder_side(tmp_path: Path) -> AsyncIterator[Side]:
    folder = tmp_path / "notices"
    yield Side(FolderChannel(folder), lambda: [(it.letter.notice_id, it.letter.text) for it in kept_in(folder)])


@asynccontextmanager
async def sms_side(tmp_path: Path) -> AsyncIterator[Side]:
    async with listening(Gateway()) as gateway:
        yield Side(
            sms(gateway.url),
            lambda: [(each.headers["idempotency-key"], each.json["text"]) for each in gateway.accepted],
        )


@asynccontextmanager
async def mail_side(tmp_path: Path) -> AsyncIterator[Side]:
    async with listening(MailServer()) as server:
        yield Side(
            mail(server.port),
            # A mailbox tells copies by the Message-ID.
            lambda: list(
                {each["Message-ID"].strip("<>").split("@")[0]: each.get_content() for each in server.received}.items()
            ),
        )


async def folder_away(tmp_path: Path) -> Channel:
    (tmp_path / "a-file").touch()
    return FolderChannel(tmp_path / "a-file")


async def sms_away(tmp_path: Path) -> Channel:
    return sms(f"http://127.0.0.1:{await closed_port()}/messages")


async def mail_away(tmp_path: Path) -> Channel:
    return mail(await closed_port())


SIDES = {"folder": folder_side, "sms": sms_side, "mail": mail_side}
AWAY = {"folder": folder_away, "sms": sms_away, "mail": mail_away}


def test_the_suite_runs_over_every_channel_there_is() -> None:
    assert SIDES.keys() == AWAY.keys() == CHANNELS.keys()


@pytest.mark.parametrize("channel", CHANNELS)
async def test_a_notice_reaches_the_other_side_whole_under_its_id(channel: str, tmp_path: Path) -> None:
    async with SIDES[channel](tmp_path) as side:
        await side.channel.deliver(NOTICE)

        [(notice_id, text)] = side.given()
        assert notice_id == NOTICE.notice_id
        assert (NOTICE.short if channel == "sms" else NOTICE.body) in text.replace("\r\n", "\n")


@pytest.mark.parametrize("channel", CHANNELS)
async def test_a_notice_delivered_again_after_a_crash_is_the_same_notice(channel: str, tmp_path: Path) -> None:
    async with SIDES[channel](tmp_path) as side:
        await side.channel.deliver(NOTICE)
        await side.channel.deliver(NOTICE)

        assert [notice_id for notice_id, _ in side.given()] == [NOTICE.notice_id]


@pytest.mark.parametrize("channel", CHANNELS)
async def test_another_side_that_is_away_is_tried_again_later_and_no_person_is_named(
    channel: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    away = await AWAY[channel](tmp_path)

    with pytest.raises(ChannelUnavailable) as raised:
        await away.deliver(NOTICE)

    said = [
        str(raised.value),
        repr(raised.value),
        repr(away),
        "".join(traceback.format_exception(raised.value)),
    ]
    for canary in CANARIES:
        assert canary not in "".join(said) + caplog.text


async def test_every_notice_of_a_family_reaches_the_folder_once(tmp_path: Path) -> None:
    letters = [told.letter() for told, _ in EVERY_NOTICE.values()]
    for _ in range(2):
        channel = FolderChannel(tmp_path)
        await asyncio.gather(*map(channel.deliver, letters))

    # Stories of this test are told of one application: the same number may stand on two days.
    assert sorted((it.folder.name, it.letter.notice_id) for it in kept_in(tmp_path)) == sorted(
        {(letter.at.astimezone(SHANGHAI).date().isoformat(), letter.notice_id) for letter in letters}
    )
    for text in (file.read_text() for file in tmp_path.glob("*/*.txt")):
        for canary in (PHONE, APPLICANT, SPOUSE, CHILD):
            assert canary not in text


# --- the folder (its files: test_spool.py) ---


async def test_a_file_is_for_its_owner_only(tmp_path: Path) -> None:
    folder = tmp_path / "state" / "notices"

    await FolderChannel(folder).deliver(NOTICE)

    [file] = folder.glob("*/*.txt")
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert {stat.S_IMODE(each.stat().st_mode) for each in (folder, file.parent)} == {0o700}


async def test_a_letter_lies_with_those_of_the_day_on_which_it_happened(tmp_path: Path) -> None:
    late = Outgoing(**{**vars(NOTICE), "notice_id": "LATE", "at": datetime(2026, 11, 2, 16, 1, tzinfo=UTC)})
    channel = FolderChannel(tmp_path)

    await asyncio.gather(channel.deliver(NOTICE), channel.deliver(late))

    assert [(kept.folder.name, kept.letter.notice_id) for kept in kept_in(tmp_path)] == [
        ("2026-11-02", NOTICE.notice_id),
        ("2026-11-03", "LATE"),
    ]


async def test_a_file_of_the_old_form_was_delivered_and_is_not_written_again(tmp_path: Path) -> None:
    (tmp_path / f"{NOTICE.notice_id}.txt").write_text("delivered before")

    await FolderChannel(tmp_path).deliver(NOTICE)

    assert [file.name for file in tmp_path.iterdir()] == [f"{NOTICE.notice_id}.txt"]
    assert (tmp_path / f"{NOTICE.notice_id}.txt").read_text() == "delivered before"


async def test_many_deliveries_at_once_leave_one_letter(tmp_path: Path) -> None:
    channels = FolderChannel(tmp_path), FolderChannel(tmp_path)

    said = await asyncio.gather(*(channels[n % 2].deliver(NOTICE) for n in range(20)), return_exceptions=True)

    # Of two that begin at once, one may find its own part swept away: it is tried again, and finds the letter.
    assert all(result is None or isinstance(result, ChannelUnavailable) for result in said)
    assert [kept.letter for kept in kept_in(tmp_path)] == [
        Letter(NOTICE.notice_id, NOTICE.application, NOTICE.subject, f"{NOTICE.subject}\n\n{NOTICE.body}")
    ]


async def test_a_full_disk_leaves_no_half_file_and_tells_everyone_who_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    notices = [numbered(n) for n in range(10)]
    channel = FolderChannel(tmp_path)
    with monkeypatch.context() as while_full:
        while_full.setattr(os, "fsync", full)
        said = await asyncio.gather(*(channel.deliver(notice) for notice in notices), return_exceptions=True)
        assert {type(it) for it in said} == {ChannelUnavailable}
        assert "No space left" in str(said[0])
        assert list(tmp_path.glob("*/*")) == []

    await asyncio.gather(*(channel.deliver(notice) for notice in notices))
    assert ids_in(tmp_path) == [notice.notice_id for notice in notices]


def numbered(n: int) -> Outgoing:
    return Outgoing(**{**vars(NOTICE), "notice_id": f"NOTICE-{n}", "body": f"of notice {n}"})


def ids_in(spool: Path) -> list[str]:
    return [kept.letter.notice_id for kept in kept_in(spool)]


async def test_notices_of_one_moment_are_one_file_on_the_disk_before_anybody_hears_of_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    sync, synced = os.fsync, list[str]()

    def counted(handle: int) -> None:
        synced.append(Path(os.readlink(f"/proc/self/fd/{handle}")).name)
        sync(handle)

    monkeypatch.setattr(os, "fsync", counted)
    channel = FolderChannel(tmp_path)
    await asyncio.gather(*(channel.deliver(numbered(n)) for n in range(50)))

    [file] = tmp_path.glob("*/*")
    # The text is on the disk before a name shows it, and the name before anybody hears of it.
    assert [name.endswith(".part") for name in synced] == [True, False]
    assert synced[-1] == file.parent.name
    assert ids_in(tmp_path) == [f"NOTICE-{n}" for n in range(50)]


async def test_a_notice_that_comes_while_others_are_written_is_in_the_next_writing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(folder, "TOGETHER", 0.02)
    sync, may_sync, syncing = os.fsync, threading.Event(), threading.Event()

    def slow(handle: int) -> None:
        syncing.set()
        may_sync.wait(60)
        sync(handle)

    monkeypatch.setattr(os, "fsync", slow)
    channel = FolderChannel(tmp_path)
    first = asyncio.create_task(channel.deliver(numbered(1)))
    await asyncio.to_thread(syncing.wait, 60)
    second = asyncio.create_task(channel.deliver(numbered(2)))
    await asyncio.sleep(0.1)
    assert not first.done()
    assert not second.done()
    may_sync.set()
    await asyncio.gather(first, second)
    assert len(list(tmp_path.glob("*/*.txt"))) == 2
    assert ids_in(tmp_path) == ["NOTICE-1", "NOTICE-2"]


async def test_whoever_leaves_before_the_writing_takes_nobody_with_it(tmp_path: Path) -> None:
    channel = FolderChannel(tmp_path)
    leaving, staying = [asyncio.create_task(channel.deliver(numbered(n))) for n in (1, 2)]
    await asyncio.sleep(0.05)
    leaving.cancel()
    await staying
    assert "NOTICE-2" in ids_in(tmp_path)


# --- short messages ---


async def test_a_gateway_that_stumbles_once_gets_the_same_message_again_under_the_same_key() -> None:
    async with listening(Gateway(statuses=(500, 200))) as gateway:
        await sms(gateway.url).deliver(NOTICE)

        assert len(gateway.requests) == 2
        assert {request.headers["idempotency-key"] for request in gateway.requests} == {NOTICE.notice_id}
        assert len({request.body for request in gateway.requests}) == 1
        assert gateway.accepted[0].json == {
            "to": "+8613800001234",
            "text": NOTICE.short,
            "sender": "海南区",
        }


async def test_a_gateway_can_verify_that_it_was_us() -> None:
    async with listening(Gateway()) as gateway:
        await sms(gateway.url).deliver(NOTICE)

    [request] = gateway.requests
    timestamp = request.headers["x-lianshen-timestamp"]
    expected = hmac.new(SMS_KEY, timestamp.encode() + b"." + request.body, hashlib.sha256).hexdigest()
    assert timestamp == "1793581260"
    assert request.headers["x-lianshen-signature"] == f"v1={expected}"
    assert request.target == "/messages"
    assert "13800001234" not in str(request.headers)


@pytest.mark.parametrize("phone", ["13800001234", "8613800001234", "+8613800001234"])
async def test_a_phone_reaches_the_gateway_in_one_form(phone: str) -> None:
    async with listening(Gateway()) as gateway:
        await sms(gateway.url).deliver(Outgoing(**{**vars(NOTICE), "phone": phone}))

    assert gateway.requests[0].json["to"] == "+8613800001234"


async def test_a_template_code_goes_along_where_the_gateway_wants_one() -> None:
    async with listening(Gateway()) as gateway:
        await SmsChannel(gateway.url, SMS_KEY, "海南区", template="SMS_1001").deliver(NOTICE)

    assert gateway.requests[0].json["template"] == "SMS_1001"


@pytest.mark.parametrize("status", [500, 503, 429, 408, 0])
async def test_a_gateway_that_stays_away_is_given_a_few_tries_and_then_a_later_one(status: int) -> None:
    async with listening(Gateway(statuses=(status,))) as gateway:
        with pytest.raises(ChannelUnavailable):
            await sms(gateway.url).deliver(NOTICE)

        assert len(gateway.requests) == ATTEMPTS


@pytest.mark.parametrize("status", [400, 409, 410, 413, 422])
async def test_a_refused_message_is_not_sent_twice_and_the_refusal_repeats_nothing(
    status: int, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    async with listening(Gateway(statuses=(status,))) as gateway:
        with pytest.raises(ChannelRefused, match=str(status)) as raised:
            await sms(gateway.url).deliver(NOTICE)

        assert len(gateway.requests) == 1
    for canary in (*CANARIES, SMS_KEY.decode()):
        assert canary not in "".join(traceback.format_exception(raised.value)) + caplog.text


@pytest.mark.parametrize("status", [401, 403, 404, 405, 407])
async def test_a_wrong_key_or_address_is_ours_to_mend_and_loses_no_notice(status: int) -> None:
    async with listening(Gateway(statuses=(status, 200))) as gateway:
        with pytest.raises(ChannelUnavailable, match="check its address and key"):
            await sms(gateway.url).deliver(NOTICE)
        assert len(gateway.requests) == 1

        await sms(gateway.url).deliver(NOTICE)
        assert len(gateway.accepted) == 1


async def test_a_redirect_takes_no_phone_number_elsewhere() -> None:
    async with listening(Gateway()) as elsewhere:
        moved = Gateway(statuses=(302,), extra=f"Location: {elsewhere.url}\r\n")
        async with listening(moved) as gateway:
            with pytest.raises(ChannelUnavailable, match="302"):
                await sms(gateway.url).deliver(NOTICE)

        assert elsewhere.requests == []


async def test_a_silent_gateway_is_left_after_the_time_allowed() -> None:
    async with listening(Gateway(statuses=(None,))) as gateway:
        with pytest.raises(ChannelUnavailable, match=r"within 0\.3 s"):
            await sms(gateway.url, within=0.3).deliver(NOTICE)


# --- mail ---


async def test_a_mail_carries_its_id_and_names_nobody_in_its_headers() -> None:
    async with listening(MailServer()) as server:
        await mail(server.port).deliver(NOTICE)

    [received] = server.received
    assert received["Message-ID"] == f"<{NOTICE.notice_id}@lianshen.example>"
    assert received["Subject"] == NOTICE.subject
    assert received["To"] == "window@centre.example"
    assert received["From"] == "notices@lianshen.example"
    assert received["Date"].datetime == datetime(2026, 11, 2, 1, 2, tzinfo=UTC)
    for canary in CANARIES:
        assert canary not in str(received.items())


@pytest.mark.parametrize("code", [550, 552, 554])
async def test_a_message_that_the_mail_server_rejects_is_refused(code: int) -> None:
    async with listening(MailServer(replies={"message": f"{code} no: {CANARIES[0]}"})) as server:
        with pytest.raises(ChannelRefused, match=str(code)) as raised:
            await mail(server.port).deliver(NOTICE)

    assert CANARIES[0] not in "".join(traceback.format_exception(raised.value))
    assert server.received == []


@pytest.mark.parametrize(
    ("step", "reply"),
    [
        ("message", "451 later"),
        ("data", "421 closing"),
        ("rcpt", "450 busy"),
        ("rcpt", "550 no such mailbox"),
        ("mail", "553 sender not allowed"),
    ],
)
async def test_all_else_that_a_mail_server_says_no_to_is_tried_again(step: str, reply: str) -> None:
    async with listening(MailServer(replies={step: reply})) as server:
        with pytest.raises(ChannelUnavailable):
            await mail(server.port).deliver(NOTICE)

    assert server.received == []


async def test_a_wrong_password_is_ours_to_mend_and_is_not_repeated() -> None:
    refusing = {"ehlo": "250-small.example\r\n250 AUTH PLAIN", "auth": "535 no"}
    async with listening(MailServer(replies=refusing)) as server:
        with pytest.raises(ChannelUnavailable) as raised:
            await mail(server.port, user="notices", password=PASSWORD).deliver(NOTICE)

    assert PASSWORD not in "".join(traceback.format_exception(raised.value))
    assert "auth" in server.commands
    assert "rcpt" not in server.commands


@pytest.mark.parametrize("step", ["ehlo", "rcpt", "data"])
async def test_a_mail_server_that_hangs_up_is_tried_again(step: str) -> None:
    async with listening(MailServer(hangs_up_at=step)) as server:
        with pytest.raises(ChannelUnavailable):
            await mail(server.port).deliver(NOTICE)


async def test_no_letter_goes_in_the_clear_where_starttls_is_asked_for_and_not_offered() -> None:
    async with listening(MailServer()) as server:
        channel = MailChannel("127.0.0.1", server.port, "notices@lianshen.example", "window@centre.example")
        with pytest.raises(ChannelUnavailable):
            await channel.deliver(NOTICE)

    assert not {"mail", "rcpt", "data"} & set(server.commands)


async def test_a_silent_mail_server_is_left_after_the_time_allowed() -> None:
    with socket.create_server(("127.0.0.1", 0)) as deaf:
        channel = MailChannel("127.0.0.1", deaf.getsockname()[1], "a@b.example", "c@d.example", within=0.3)
        with pytest.raises(ChannelUnavailable):
            await channel.deliver(NOTICE)


async def test_a_mail_server_slow_at_every_step_is_left_after_the_time_allowed_for_all() -> None:
    async with listening(MailServer(pause=0.2)) as server:
        channel = MailChannel("127.0.0.1", server.port, "a@b.example", "c@d.example", tls="none", within=0.5)
        with pytest.raises(ChannelUnavailable):
            await channel.deliver(NOTICE)

    assert server.received == []
