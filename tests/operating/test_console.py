"""What a command meets outside its work: an odd console, a full disk, no home, colours, a taken port, a mistake."""

import ast
import io
import json
import os
import pwd
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import nats.errors
import pytest
import typer

from chassis.errors import Drift
from chassis.http.listening import listening
from chassis.process.settings import Settings
from lianshen.cli.console import run_command_line, sentence
from lianshen.cli.main import main
from lianshen.embedded.data_dir import DataDir, DataDirError
from lianshen.json_output import json_text

ROOT = Path(__file__).parents[2]
RARE = {"name": "𠮷一", "text": "é 王"}


def lianshen(*arguments: str, encoding: str = "utf-8", **environment: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-m", "lianshen", *arguments]
    given = os.environ | environment | {"PYTHONIOENCODING": encoding}
    return subprocess.run(command, env=given, capture_output=True, encoding=encoding, timeout=60)


def shown(encoding: str, command: Callable[[], object], monkeypatch: pytest.MonkeyPatch) -> tuple[int, str, str]:
    """Exit code, stdout and stderr of a command on a console of this encoding, which shows nothing else."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding, errors="strict") for _ in range(2))
    monkeypatch.setattr(sys, "stdout", out)
    monkeypatch.setattr(sys, "stderr", err)
    code = run_command_line(command)
    for stream in (out, err):
        stream.flush()
    said = [stream.buffer.getvalue().decode(encoding) for stream in (out, err)]  # type: ignore[attr-defined]
    return code, said[0], said[1]


# --- what a console cannot show ---


@pytest.mark.parametrize("encoding", ["gbk", "latin-1", "cp437", "gb18030", "utf-8", "cp1252", "shift_jis"])
def test_a_list_is_shown_on_any_console_and_its_json_stays_the_same_document(
    encoding: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = shown(encoding, lambda: typer.echo(json_text([RARE])), monkeypatch)

    assert code == 0
    assert json.loads(out) == [RARE]


@pytest.mark.parametrize("encoding", ["gbk", "latin-1", "cp437"])
def test_progress_and_faults_are_shown_on_any_console_too(encoding: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def command() -> None:
        raise ValueError("no such family: 𠮷一")

    code, out, err = shown(encoding, command, monkeypatch)

    assert (code, out) == (1, "")
    assert err.startswith("no such family: \\ud842\\udfb7")


def test_on_a_console_of_another_encoding_the_real_command_shows_its_json() -> None:
    for encoding in ("gbk", "latin-1"):
        done = lianshen("config", "show", "--json", encoding=encoding)
        rows = {row["name"]: row["value"] for row in json.loads(done.stdout)}
        assert rows["LIANSHEN_NOTIFY_ENQUIRIES_ZH"] == "海南区物业与住房服务中心", encoding


@pytest.mark.parametrize("error", [nats.errors.ConnectionClosedError(), nats.errors.TimeoutError(), TimeoutError()])
def test_a_bus_that_gives_no_answer_is_no_mistake_of_ours(error: Exception) -> None:
    said = sentence(error)
    assert said.startswith(f"the bus gave no answer ({type(error).__name__})")
    assert "`lianshen doctor`" in said


# --- colours ---


@pytest.mark.parametrize("command", [("due", "2026-09-26", "2", "--json"), ("config", "show", "--json")])
def test_json_is_never_coloured(command: tuple[str, ...]) -> None:
    done = lianshen(*command, FORCE_COLOR="1", CLICOLOR_FORCE="1", TTY_COMPATIBLE="1", TERM="xterm-256color")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)
    assert "\x1b" not in done.stdout


def test_every_json_of_the_command_line_is_printed_without_the_library_that_colours_it() -> None:
    coloured = {
        path.name
        for path in (ROOT / "lianshen").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Attribute | ast.Name)
        and "print_json" in (getattr(node, "attr", ""), getattr(node, "id", ""))
    }
    assert coloured == set()


# --- where nothing can be written ---


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="NOT RUN: this system has no /dev/full")
@pytest.mark.parametrize("command", [("due", "2026-09-26", "2"), ("config", "show"), ("config", "show", "--json")])
def test_output_that_cannot_be_written_is_one_sentence(command: tuple[str, ...]) -> None:
    with open("/dev/full", "w") as full:
        done = subprocess.run(
            [sys.executable, "-m", "lianshen", *command], stdout=full, stderr=subprocess.PIPE, text=True, timeout=60
        )
    assert done.returncode == 1
    assert "No space left on device" in done.stderr
    assert len(done.stderr.splitlines()) == 1, done.stderr


# --- no home ---


@pytest.fixture
def no_home(monkeypatch: pytest.MonkeyPatch) -> None:
    def nobody(user: int) -> None:
        raise KeyError(user)

    for name in ("HOME", "XDG_STATE_HOME", "LIANSHEN_NATS_URL", "LIANSHEN_KEYS_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(pwd, "getpwuid", nobody)


@pytest.mark.usefixtures("no_home")
@pytest.mark.parametrize(
    "command",
    [("status", "YZ713-7XHRH-9G8MR-Q8WXW-RWRD8-E"), ("key", "show", "seal"), ("up",), ("audit",), ("doctor",)],
    ids=" ".join,
)
def test_a_user_without_a_home_is_told_what_to_name(
    command: tuple[str, ...], monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["lianshen", *command])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capfd.readouterr()
    assert ended.value.code == 1
    assert said.err == (
        "this user has no home folder to keep data in: name one with --data-dir, or set XDG_STATE_HOME\n"
    )


@pytest.mark.usefixtures("no_home")
def test_a_user_without_a_home_sees_every_setting_all_the_same(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(sys, "argv", ["lianshen", "config", "show", "--json"])
    with pytest.raises(SystemExit) as ended:
        main()
    said = capfd.readouterr()
    rows = {row["name"]: row["value"] for row in json.loads(said.out)}
    assert (ended.value.code, said.err) == (0, "")
    assert rows["LIANSHEN_NOTIFY_FOLDER"] is None
    assert {"LIANSHEN_NATS_URL", "LIANSHEN_ARCHIVE_DIR", "LIANSHEN_INTAKE_PORT"} <= rows.keys()


@pytest.mark.usefixtures("no_home")
def test_an_empty_home_is_none(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("HOME", "")
    with pytest.raises(DataDirError, match="no home folder"):
        DataDir.default()
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert DataDir.default().path == tmp_path / "lianshen"


# --- ports ---


def test_up_says_in_one_line_which_port_is_taken(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = lianshen("up", "--port", str(port), "--data-dir", str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == f"port {port} is taken; name another one with --port, or leave it to the OS\n"


@pytest.mark.parametrize("port", ["70000", "-1"])
def test_up_says_what_is_no_port(port: str, tmp_path: Path) -> None:
    done = lianshen("up", f"--port={port}", "--data-dir", str(tmp_path))
    assert done.returncode == 1
    assert done.stderr == f"{port} is no port: they go from 1 to 65535, and 0 leaves it to the OS\n"


def test_a_server_of_ours_says_why_it_cannot_listen() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(Drift, match=f"^health cannot listen on 127.0.0.1:{port}: the port is taken;"):
            listening("health", "127.0.0.1", port)
    with pytest.raises(Drift, match="this machine has no such address"):
        listening("health", "192.0.2.1", 0)
    with pytest.raises(Drift, match=r"cannot listen on no-such-host\.invalid:0"):
        listening("health", "no-such-host.invalid", 0)
    for port in (70000, -1):
        with pytest.raises(Drift, match=f"cannot listen on 127.0.0.1:{port}"):
            listening("health", "127.0.0.1", port)


@pytest.mark.parametrize("port", ["70000", "-1", "http"])
@pytest.mark.parametrize("name", ["health_port", "door_port"])
def test_a_setting_that_is_no_port_is_named(name: str, port: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"LIANSHEN_{name}".upper(), port)
    with pytest.raises(ValueError, match=name):
        Settings()


# --- mistakes ---


def test_a_mistake_of_ours_is_one_sentence_with_its_place_and_without_its_text(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def command() -> None:
        raise TypeError("王建国 15030319880312001X")

    assert run_command_line(command) == 1
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.startswith("this is a mistake of Lianshen's, please report it: TypeError at test_console.py:")
    assert "王建国" not in said.err


@pytest.mark.parametrize(("code", "exits"), [(None, 0), (0, 0), (3, 3), ("said", 1)])
def test_what_a_command_ends_with_is_the_exit_code(code: object, exits: int) -> None:
    def command() -> None:
        raise SystemExit(code)

    assert run_command_line(command) == exits
