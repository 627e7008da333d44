"""A wrong setting is told before anything is started: which one, and what is wrong with it."""

import asyncio
import os
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest
from typer.testing import CliRunner

from lianshen.cli.main import app
from lianshen.embedded.preflight import preflight

WRONG = {
    "LIANSHEN_INTAKE_MAX_BODY": ("many", "it must be a valid integer"),
    "LIANSHEN_HEALTH_PORT": ("-1", "it must be greater than or equal to 0"),
    "LIANSHEN_DRILL_PUBLICITY_SECONDS": ("0", "it must be greater than 0"),
    "LIANSHEN_LOG_LEVEL": ("CHATTY", "it must be 'DEBUG', 'INFO', 'WARNING', 'ERROR' or 'CRITICAL'"),
    "LIANSHEN_NOTIFY_CHANNELS": ("pigeon", "it must be 'folder', 'sms' or 'mail'"),
    "LIANSHEN_NOTIFY_SMTP_PORT": ("smtp", "it must be a valid integer"),
    "LIANSHEN_ARCHIVE_SEAL_EVERY": ("never", "it must be a valid number"),
    "LIANSHEN_NOTIFY_SMS_DELIVERED_IF": ("OK", "it must be what a 2xx must say besides, like Code=OK: a field of its"),
    "LIANSHEN_CLOCK_WITNESS": ("ntp.example", "it must be an HTTPS server on another machine;"),
    "LIANSHEN_PUBLICITY_GRACE_SECONDS": ("-3", "it must be greater than or equal to 0"),
}


@pytest.mark.parametrize("name", WRONG)
def test_a_wrong_setting_of_any_service_is_told_by_its_name_once(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    value, what = WRONG[name]
    monkeypatch.setenv(name, value)
    [told] = preflight({})
    assert told.startswith(f"{name}: {what}")


def test_all_wrong_settings_are_told_at_once_and_no_value_is(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANSHEN_NOTIFY_SMS_KEY", "secret")
    monkeypatch.setenv("LIANSHEN_INTAKE_PORT", "a-port")
    told = "\n".join(preflight({}))
    assert "LIANSHEN_NOTIFY_SMS_KEY: " in told
    assert "LIANSHEN_INTAKE_PORT: " in told
    assert "secret" not in told
    assert "a-port" not in told


def test_a_channel_without_what_it_needs_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANSHEN_NOTIFY_CHANNELS", "folder,mail")
    [told] = preflight({})
    assert told.startswith("set LIANSHEN_NOTIFY_SMTP_HOST (channel mail)")


def test_what_the_command_line_gives_the_processes_is_looked_at_too() -> None:
    assert preflight({"LIANSHEN_DRILL_PUBLICITY_SECONDS": "2"}) == []
    [told] = preflight({"LIANSHEN_DRILL_PUBLICITY_SECONDS": "-2"})
    assert told.startswith("LIANSHEN_DRILL_PUBLICITY_SECONDS: it must be greater than 0")


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("LIANSHEN_CALENDAR_FILE", "2027 = [", ""),
        ("LIANSHEN_INTAKE_PROJECTS_FILE", "", "no project is named"),
        ("LIANSHEN_INTAKE_CONSENT_TEXTS_FILE", "", "no version is there"),
        ("LIANSHEN_CLOCK_WITNESS_CA_FILE", "no certificate", "cannot be read"),
        ("LIANSHEN_DEPARTMENTS_FILE", "[tax]\nby = 'pigeon'", "tax.by: it must be 'bus', 'http' or 'clerk'"),
    ],
)
def test_a_file_that_a_setting_names_is_read(
    name: str, text: str, words: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "file.toml"
    monkeypatch.setenv(name, str(file))
    [told] = preflight({})
    assert told.startswith(f"{name}: ")
    file.write_text(text)
    [told] = preflight({})
    assert told.startswith(f"{name}: ")
    assert words in told


def test_a_taken_port_is_one_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        monkeypatch.setenv("LIANSHEN_DOOR_PORT", str(port))
        [told] = preflight({})
        assert told.startswith(f"LIANSHEN_DOOR_PORT cannot listen on 127.0.0.1:{port}: the port is taken")
    assert preflight({}) == []


@pytest.mark.parametrize("name", ["LIANSHEN_INTAKE_HOST", "LIANSHEN_DOOR_HOST", "LIANSHEN_HEALTH_HOST"])
def test_an_address_that_this_machine_does_not_have_is_told(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(name, "192.0.2.1")
    [told] = preflight({})
    assert told.startswith(f"{name} cannot listen on 192.0.2.1:0: this machine has no such address")


def test_one_health_port_for_several_processes_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANSHEN_HEALTH_PORT", "9000")
    [told] = preflight({})
    assert told == (
        "LIANSHEN_HEALTH_PORT: `up` runs several processes, and each needs a port of its own; "
        "leave it out, and the OS chooses"
    )


def test_up_tells_it_and_starts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LIANSHEN_NOTIFY_SMTP_PORT", "smtp")
    told = CliRunner().invoke(app, ["up", "--data-dir", str(tmp_path / "data")])
    assert told.exit_code == 2
    assert told.stderr.startswith("LIANSHEN_NOTIFY_SMTP_PORT: it must be a valid integer")
    assert len(told.stderr.splitlines()) == 1
    assert not (tmp_path / "data").exists()


async def test_a_service_that_is_run_by_itself_tells_it_too_and_is_not_started_again() -> None:
    """Exit code 2 is what a supervisor knows as hopeless."""
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "lianshen", "run", "publicity"),
        env={**os.environ, "LIANSHEN_PUBLICITY_GRACE_SECONDS": "-3"},
        stderr=asyncio.subprocess.PIPE,
    )
    _, err = await asyncio.wait_for(process.communicate(), 90)
    assert process.returncode == 2
    assert err.decode().strip() == "LIANSHEN_PUBLICITY_GRACE_SECONDS: it must be greater than or equal to 0"


def test_the_command_line_loads_no_bus_before_it_needs_one() -> None:
    """A second of imports before every word."""
    heavy = "faststream", "fastapi", "nats", "opentelemetry", "chinese_calendar"
    code = f"import sys, lianshen.cli; print([name for name in {heavy} if name in sys.modules])"
    began = time.process_time()
    shown = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert shown.stdout.strip() == "[]"
    assert time.process_time() - began < 5


def test_faults_that_cannot_be_played_are_named_before_anything_is_started(tmp_path: Path) -> None:
    faults = tmp_path / "faults.toml"
    faults.write_text("[tax]\nbach = false\n")

    told = CliRunner().invoke(app, ["up", "--data-dir", str(tmp_path / "data"), "--faults", str(faults)])

    assert told.exit_code == 2
    assert "--faults: [tax] bach is no key; there are batch" in told.output
    assert not (tmp_path / "data").exists()
