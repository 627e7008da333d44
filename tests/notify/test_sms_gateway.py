"""An SMS gateway behind whatever proxies the environment names, and one that says 200 and no."""

import json
import logging
import traceback
from collections.abc import Sequence

import pytest
from notify.channels import ChannelUnavailable
from notify.channels.gateway_reply import MOST_BYTES, DeliveredIf
from notify.channels.sms import SmsChannel
from tenacity import wait_none

from tests.notify.test_channels import CANARIES, NOTICE, SMS_KEY
from tests.support.outside import Gateway, listening

HOSTILE = {
    "in the clear": {"HTTP_PROXY": "http://127.0.0.1:{proxy}", "http_proxy": "http://127.0.0.1:{proxy}"},
    "for all": {"ALL_PROXY": "http://127.0.0.1:{proxy}", "all_proxy": "http://127.0.0.1:{proxy}"},
    "for https": {"HTTPS_PROXY": "127.0.0.1:{proxy}"},
    "no package for socks": {"ALL_PROXY": "socks5://127.0.0.1:1080"},
    "no package for socks, and exceptions": {"ALL_PROXY": "socks5://127.0.0.1:1080", "NO_PROXY": "127.0.0.1"},
    "no address": {"HTTP_PROXY": "proxy.example:3128", "HTTPS_PROXY": "http://user:p@ss@proxy.example:port"},
    "no list of exceptions": {"NO_PROXY": "127.0.0.0/8,[::1", "HTTP_PROXY": "http://127.0.0.1:{proxy}"},
}


def sms(url: str, delivered_if: str | None = None, proxy: str | None = None) -> SmsChannel:
    rule = DeliveredIf.parse(delivered_if) if delivered_if else None
    return SmsChannel(url, SMS_KEY, "海南区", delivered_if=rule, proxy=proxy, wait=wait_none(), within=5)


@pytest.mark.parametrize("environment", HOSTILE)
async def test_a_phone_number_goes_straight_to_the_gateway_whatever_proxies_the_environment_names(
    environment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    async with listening(Gateway()) as gateway, listening(Gateway()) as proxy:
        for name, value in HOSTILE[environment].items():
            monkeypatch.setenv(name, value.format(proxy=proxy.port))

        await sms(gateway.url).deliver(NOTICE)

        assert [request.target for request in gateway.requests] == ["/messages"]
        assert proxy.requests == []


async def test_a_proxy_that_the_settings_name_is_used() -> None:
    async with listening(Gateway()) as proxy:
        await sms("http://gateway.example/messages", proxy=f"http://127.0.0.1:{proxy.port}").deliver(NOTICE)

        assert [request.target for request in proxy.requests] == ["http://gateway.example/messages"]


# --- 200, and no ---


async def test_a_gateway_that_says_200_and_no_has_delivered_nothing_and_its_code_is_told() -> None:
    refusing = Gateway(replies=[{"Code": "isv.AMOUNT_NOT_ENOUGH", "Message": "balance"}, {"Code": "OK"}])
    async with listening(refusing) as gateway:
        channel = sms(gateway.url, "Code=OK")
        with pytest.raises(ChannelUnavailable, match=r"answered 200 and Code isv\.AMOUNT_NOT_ENOUGH, not OK"):
            await channel.deliver(NOTICE)
        assert len(gateway.requests) == 1

        await channel.deliver(NOTICE)
        assert len(gateway.requests) == 2


async def test_without_the_setting_the_status_alone_counts() -> None:
    async with listening(Gateway(replies=[{"Code": "isv.AMOUNT_NOT_ENOUGH"}])) as gateway:
        await sms(gateway.url).deliver(NOTICE)


YES: Sequence[tuple[str, object]] = (
    ("Code=OK", {"Code": "OK", "Message": "OK"}),
    ("code=0", {"code": 0}),
    ("success=true", {"success": True}),
    ("Response.SendStatusSet.0.Code=Ok", {"Response": {"SendStatusSet": [{"Code": "Ok", "PhoneNumber": "+86…"}]}}),
)
NO: Sequence[tuple[str, object, str]] = (
    ("Code=OK", {"Code": "ok"}, "and Code ok, not OK"),
    ("code=0", {"code": 160040}, "and code 160040, not 0"),
    ("code=0", {"code": False}, "and code false, not 0"),
    ("Code=OK", {"Code": "OK "}, "and Code (something that is no code), not OK"),
    ("Code=OK", {"Code": f"no balance for {CANARIES[0]}"}, "and Code (something that is no code), not OK"),
    ("Code=OK", {"Code": "138-0000-1234"}, "and Code (something that is no code), not OK"),
    ("Code=OK", {"Code": int(CANARIES[0])}, "and Code (something that is no code), not OK"),
    ("Code=OK", {"Code": "余额不足\x1b[2J"}, "and Code (something that is no code), not OK"),
    ("Code=OK", {"Code": "A" * 65}, "and Code (something that is no code), not OK"),
    ("Code=OK", {"Code": {"Code": "OK"}}, "without the field Code"),
    ("Code=OK", {"code": "OK"}, "without the field Code"),
    ("Code=OK", ["OK"], "without the field Code"),
    ("Response.SendStatusSet.0.Code=Ok", {"Response": {"SendStatusSet": []}}, "without the field Response.Send"),
    ("Code=OK", b"", "with no JSON that can be read"),
    ("Code=OK", b"OK", "with no JSON that can be read"),
    ("Code=OK", b'{"Code": "no", "Code": "OK"}', "with no JSON that can be read"),
    ("Code=OK", b"\xff\xfe", "with no JSON that can be read"),
    ("Code=OK", b"[" * 60_000, "with no JSON that can be read"),
)


@pytest.mark.parametrize(("rule", "reply"), YES)
def test_a_reply_that_says_so_is_a_delivery(rule: str, reply: object) -> None:
    assert DeliveredIf.parse(rule).refusal(_body(reply)) is None


@pytest.mark.parametrize(("rule", "reply", "said"), NO)
def test_all_else_is_none_and_what_it_says_names_no_person(rule: str, reply: object, said: str) -> None:
    refusal = DeliveredIf.parse(rule).refusal(_body(reply))

    assert refusal is not None
    assert refusal.startswith(said)
    assert not any(canary in refusal for canary in CANARIES)


async def test_a_reply_without_an_end_is_not_read_to_its_end(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    endless = Gateway(replies=[f'{{"to": "{CANARIES[0]}", "Code": "OK"'.encode() + b" " * (4 * MOST_BYTES)])
    async with listening(endless) as gateway:
        with pytest.raises(ChannelUnavailable, match=f"answered 200 with more than {MOST_BYTES} B") as raised:
            await sms(gateway.url, "Code=OK").deliver(NOTICE)

    assert CANARIES[0] not in "".join(traceback.format_exception(raised.value)) + caplog.text


def _body(reply: object) -> bytes:
    return reply if isinstance(reply, bytes) else json.dumps(reply).encode()
