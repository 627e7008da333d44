"""What an operator may set for notices, and what each mistake is called."""

from pathlib import Path

import pytest
from notify.channels import open_channels
from notify.channels.folder import FolderChannel
from notify.channels.gateway_reply import DeliveredIf
from notify.channels.mail import MailChannel
from notify.channels.sms import SmsChannel
from notify.settings import NotifySettings
from pydantic import ValidationError

from lianshen.cli.config import settings_rows

SMS = {
    "LIANSHEN_NOTIFY_SMS_URL": "https://gateway.example/send",
    "LIANSHEN_NOTIFY_SMS_KEY": "sixteen characters at least",
    "LIANSHEN_NOTIFY_SMS_SENDER": "海南区",
}
MAIL = {
    "LIANSHEN_NOTIFY_SMTP_HOST": "mail.example",
    "LIANSHEN_NOTIFY_SMTP_SENDER": "notices@lianshen.example",
    "LIANSHEN_NOTIFY_SMTP_RECIPIENT": "window@centre.example",
}


def settings(monkeypatch: pytest.MonkeyPatch, **environment: str) -> NotifySettings:
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    return NotifySettings()


def test_with_nothing_set_notices_go_to_a_folder_of_this_user(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    known = settings(monkeypatch, XDG_STATE_HOME=str(tmp_path))

    assert open_channels(known) == {"folder": FolderChannel(tmp_path / "lianshen" / "notices")}


@pytest.mark.parametrize("written", ["sms,folder,sms", '["sms", "folder"]', "sms folder"])
def test_channels_are_a_list_in_the_order_written(monkeypatch: pytest.MonkeyPatch, written: str) -> None:
    known = settings(monkeypatch, LIANSHEN_NOTIFY_CHANNELS=written, **SMS)

    assert known.channels == ("sms", "folder")


def test_every_channel_is_built_from_its_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    known = settings(
        monkeypatch,
        LIANSHEN_NOTIFY_CHANNELS="folder,sms,mail",
        LIANSHEN_NOTIFY_FOLDER=str(tmp_path),
        LIANSHEN_NOTIFY_SMS_TEMPLATE="SMS_1001",
        LIANSHEN_NOTIFY_SMS_DELIVERED_IF="Response.SendStatusSet.0.Code=Ok",
        LIANSHEN_NOTIFY_SMS_PROXY="http://proxy.example:3128",
        LIANSHEN_NOTIFY_SMTP_USER="notices",
        LIANSHEN_NOTIFY_SMTP_PASSWORD="a password",
        LIANSHEN_NOTIFY_SMTP_PORT="465",
        LIANSHEN_NOTIFY_SMTP_TLS="implicit",
        **SMS,
        **MAIL,
    )

    folder, sms, mail = open_channels(known).values()

    assert folder == FolderChannel(tmp_path)
    assert isinstance(sms, SmsChannel)
    assert (sms.url, sms.sender, sms.template) == ("https://gateway.example/send", "海南区", "SMS_1001")
    assert sms.key == SMS["LIANSHEN_NOTIFY_SMS_KEY"].encode()
    assert sms.delivered_if == DeliveredIf(("Response", "SendStatusSet", "0", "Code"), "Ok")
    assert sms.proxy == "http://proxy.example:3128/"
    assert mail == MailChannel(
        "mail.example",
        465,
        "notices@lianshen.example",
        "window@centre.example",
        tls="implicit",
        user="notices",
        password="a password",
    )


def test_secrets_show_in_no_repr(monkeypatch: pytest.MonkeyPatch) -> None:
    known = settings(
        monkeypatch,
        LIANSHEN_NOTIFY_CHANNELS="sms,mail",
        LIANSHEN_NOTIFY_SMTP_USER="notices",
        LIANSHEN_NOTIFY_SMTP_PASSWORD="a password",
        LIANSHEN_NOTIFY_SMS_PROXY="http://user:a%20password@proxy.example:3128",
        **SMS,
        **MAIL,
    )

    for shown in (repr(known), repr(open_channels(known)), str(settings_rows())):
        assert "a%20password" not in shown
        assert "a password" not in shown
        assert "sixteen characters" not in shown


@pytest.mark.parametrize("left_out", [*SMS, *MAIL])
def test_a_chosen_channel_that_lacks_a_setting_names_it(monkeypatch: pytest.MonkeyPatch, left_out: str) -> None:
    set_here = {name: value for name, value in (SMS | MAIL).items() if name != left_out}

    with pytest.raises(ValidationError, match=f"set {left_out} \\(channel (sms|mail)\\)"):
        settings(monkeypatch, LIANSHEN_NOTIFY_CHANNELS="sms,mail", **set_here)


def test_a_setting_left_empty_counts_as_not_set(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError, match="set LIANSHEN_NOTIFY_SMS_URL"):
        settings(monkeypatch, LIANSHEN_NOTIFY_CHANNELS="sms", **SMS | {"LIANSHEN_NOTIFY_SMS_URL": ""})


def test_a_channel_that_is_not_chosen_needs_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    assert settings(monkeypatch, LIANSHEN_NOTIFY_CHANNELS="folder").sms_url is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("LIANSHEN_NOTIFY_CHANNELS", "pigeon"),
        ("LIANSHEN_NOTIFY_CHANNELS", "[]"),
        ("LIANSHEN_NOTIFY_CHANNELS", '["folder"'),
        ("LIANSHEN_NOTIFY_MAX_ATTEMPTS", "0"),
        ("LIANSHEN_NOTIFY_SMS_URL", "not an address"),
        ("LIANSHEN_NOTIFY_SMS_KEY", "too short"),
        ("LIANSHEN_NOTIFY_SMS_DELIVERED_IF", "no-value-here"),
        ("LIANSHEN_NOTIFY_SMS_DELIVERED_IF", "=OK"),
        ("LIANSHEN_NOTIFY_SMS_PROXY", "socks5://proxy.example:1080"),
        ("LIANSHEN_NOTIFY_SMTP_PORT", "70000"),
        ("LIANSHEN_NOTIFY_SMTP_TLS", "perhaps"),
        ("LIANSHEN_NOTIFY_SMTP_SENDER", "a@b.example\nBcc: c@d.example"),
        ("LIANSHEN_NOTIFY_ENQUIRIES_ZH", "两\n行"),
    ],
)
def test_a_value_that_cannot_be_is_an_error_that_names_the_setting_and_not_the_value(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str
) -> None:
    with pytest.raises(ValidationError) as raised:
        settings(monkeypatch, **{name: value})

    assert name.removeprefix("LIANSHEN_NOTIFY_").lower() in str(raised.value)
    assert value not in str(raised.value)


@pytest.mark.parametrize(("url", "safe"), [("http://gateway.example/", False), ("http://127.0.0.1:8080/", True)])
def test_phone_numbers_leave_this_machine_encrypted_only(
    monkeypatch: pytest.MonkeyPatch, url: str, safe: bool
) -> None:
    environment = {"LIANSHEN_NOTIFY_CHANNELS": "sms"} | SMS | {"LIANSHEN_NOTIFY_SMS_URL": url}
    if safe:
        assert settings(monkeypatch, **environment).channels == ("sms",)
        return
    with pytest.raises(ValidationError, match="use https"):
        settings(monkeypatch, **environment)


def test_no_proxy_reads_phone_numbers_on_their_way_to_a_gateway_in_the_clear(monkeypatch: pytest.MonkeyPatch) -> None:
    environment = {"LIANSHEN_NOTIFY_CHANNELS": "sms"} | SMS | {"LIANSHEN_NOTIFY_SMS_URL": "http://127.0.0.1:8080/"}

    with pytest.raises(ValidationError, match="SMS_PROXY would read phone numbers"):
        settings(monkeypatch, **environment, LIANSHEN_NOTIFY_SMS_PROXY="http://proxy.example:3128")


@pytest.mark.parametrize(("host", "safe"), [("mail.example", False), ("localhost", True)])
def test_letters_leave_this_machine_encrypted_only(monkeypatch: pytest.MonkeyPatch, host: str, safe: bool) -> None:
    environment = {"LIANSHEN_NOTIFY_CHANNELS": "mail", "LIANSHEN_NOTIFY_SMTP_TLS": "none"} | MAIL
    environment |= {"LIANSHEN_NOTIFY_SMTP_HOST": host}
    if safe:
        assert settings(monkeypatch, **environment).smtp_tls == "none"
        return
    with pytest.raises(ValidationError, match="in the clear"):
        settings(monkeypatch, **environment)


def test_a_user_without_a_password_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(ValidationError, match="SMTP_USER and LIANSHEN_NOTIFY_SMTP_PASSWORD"):
        settings(monkeypatch, LIANSHEN_NOTIFY_CHANNELS="mail", LIANSHEN_NOTIFY_SMTP_USER="notices", **MAIL)
