"""`lianshen department add`: credentials for one department, a table for it, and nothing twice."""

import json
import os
import stat
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from contracts.jws import Signer, public_jwk
from inquiry.attachments.config import AttachmentConfig, read_attachments
from lianshen.bus_access.nkeys_of import public_key
from lianshen.cli.main import app
from lianshen.embedded.client import at_this_machine
from lianshen.embedded.data_dir import DataDir

URL = ("--url", "https://tax.example/query")


class Cli:
    """The command line on a data directory of its own."""

    def __init__(self, path: Path) -> None:
        self.data = DataDir(path)
        self.folder = path / "departments"

    def add(self, name: str, *options: str, typed: str | None = None) -> Result:
        return CliRunner().invoke(app, ["department", "add", name, *options, "--data-dir", str(self.data.path)], typed)

    def table(self, name: str = "tax") -> AttachmentConfig:
        return read_attachments(self.data.path / "departments.toml")[name]

    def snapshot(self) -> dict[str, bytes]:
        return {
            str(path.relative_to(self.data.path)): path.read_bytes()
            for path in sorted(self.data.path.rglob("*"))
            if path.is_file()
        }


@pytest.fixture
def cli(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Cli:
    for name in [name for name in os.environ if name.startswith("LIANSHEN_")]:
        monkeypatch.delenv(name)
    return Cli(tmp_path / "data")


WAYS = {
    "bus": ("--by", "bus"),
    "http": ("--by", "http", *URL),
    "clerk": ("--by", "clerk"),
}
FILES = {
    "bus": {"attach.env", "lianshen.jwk", "nats.seed", "registration.json", "signing.jwk"},
    "http": {"attach.env", "callback-token", "lianshen.jwk", "registration.json", "signing.jwk"},
    "clerk": {"attach.env", "lianshen.jwk", "nats.seed", "registration.json", "signing.jwk"},
}


@pytest.mark.parametrize("way", WAYS)
def test_a_department_gets_its_files_and_nobody_else_reads_them(cli: Cli, way: str) -> None:
    done = cli.add("tax", *WAYS[way])
    assert done.exit_code == 0, done.stderr
    assert {path.name for path in (cli.folder / "tax").iterdir()} == FILES[way]
    for path in cli.data.path.rglob("*"):
        assert stat.S_IMODE(path.stat().st_mode) == (0o700 if path.is_dir() else 0o600), path
    assert cli.table().by == way
    private = Signer.from_jwk((cli.folder / "tax/signing.jwk").read_text())
    assert json.loads((cli.folder / "tax/registration.json").read_text())["x"] == private.x
    if way != "http":
        assert (cli.folder / "tax/nats.seed").read_text() == cli.data.department_seed("tax").read_text()


@pytest.mark.parametrize("way", WAYS)
def test_the_same_command_again_changes_nothing_and_says_so(cli: Cli, way: str) -> None:
    first = cli.add("tax", *WAYS[way])
    before = cli.snapshot()
    again = cli.add("tax", *WAYS[way])
    assert again.exit_code == 0, again.stderr
    assert "nothing was changed" in again.stderr
    assert cli.snapshot() == before
    assert again.stdout == first.stdout


@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_a_seed_is_read_with_or_without_a_last_line_end_and_handed_over_without(cli: Cli, end: str) -> None:
    cli.add("tax", "--by", "bus")
    ours, handed_over = cli.data.department_seed("tax"), cli.folder / "tax/nats.seed"
    assert ours.read_text().strip() == ours.read_text() == handed_over.read_text()
    key = public_key(ours)
    for path in (ours, handed_over):
        path.write_bytes(path.read_bytes() + end.encode())
    assert public_key(ours) == public_key(handed_over) == key
    cli.add("tax", "--by", "bus")
    assert handed_over.read_text() == ours.read_text().strip(), "clients take the file's bytes for the seed"


def test_what_comes_next_is_told_as_commands(cli: Cli) -> None:
    data = f"--data-dir {cli.data.path}"
    assert cli.add("tax", "--by", "bus").stdout.splitlines() == [
        f"lianshen up {data}",
        f"(set -a; . {cli.folder}/tax/attach.env; REGISTER=lianshen/simulation/kit/tax.csv; "
        "exec python examples/departments/tax_signed.py)",
        f"lianshen department check tax {data}",
    ]
    assert cli.add("housing", "--by", "clerk").stdout.splitlines() == [
        f"lianshen up {data}",
        f"lianshen clerk questions housing {data}",
    ]


def test_other_options_change_the_table_and_it_is_said_what(cli: Cli) -> None:
    cli.add("tax", "--by", "http", *URL, "--timeout", "5")
    token = (cli.folder / "tax/callback-token").read_text()
    done = cli.add("tax", "--by", "http", "--url", "https://new.example/query", "--signature", "required")
    assert '[tax] url = "https://new.example/query" (was "https://tax.example/query")' in done.stderr
    assert '[tax] signature = "required"' in done.stderr
    table = cli.table()
    assert (table.url, table.signature, table.timeout_seconds) == ("https://new.example/query", "required", 5)
    assert table.callback_token_file == cli.folder / "tax/callback-token"
    assert (cli.folder / "tax/callback-token").read_text() == token

    done = cli.add("tax", "--by", "clerk")
    assert "[tax] url is gone" in done.stderr
    assert (cli.table().by, cli.table().url, cli.table().signature) == ("clerk", None, "required")


def test_a_token_is_read_from_stdin_and_only_its_file_is_named(cli: Cli) -> None:
    done = cli.add(
        "tax", "--by", "http", *URL, "--token", typed="\ufeffs3cret-of-the-tax-office\r\n"
    )  # as PowerShell pipes it
    assert done.exit_code == 0, done.stderr
    assert cli.table().token_file == cli.folder / "tax/token"
    assert (cli.folder / "tax/token").read_text() == "s3cret-of-the-tax-office\n"
    assert "s3cret" not in done.output + (cli.data.path / "departments.toml").read_text()


def test_a_department_that_brings_its_own_key_gets_none_from_us(cli: Cli, tmp_path: Path) -> None:
    theirs, others = (Signer.from_seed(os.urandom(32)) for _ in range(2))
    (tmp_path / "tax.jwk").write_text(public_jwk(theirs.x), encoding="utf-8-sig")
    (tmp_path / "other.jwk").write_text(public_jwk(others.x))
    done = cli.add("tax", "--by", "bus", "--public-key", str(tmp_path / "tax.jwk"), "--not-after", "2027-01-01T00:00Z")
    assert done.exit_code == 0, done.stderr
    assert not (cli.folder / "tax/signing.jwk").exists()
    request = json.loads((cli.folder / "tax/registration.json").read_text())
    assert request == {"department": "tax", "x": theirs.x, "by": at_this_machine(), "not_after": "2027-01-01T00:00Z"}

    done = cli.add("tax", "--by", "bus", "--public-key", str(tmp_path / "other.jwk"))
    assert done.exit_code == 1
    assert "department rotate tax --public-key FILE" in done.stderr


def test_a_key_that_windows_calls_unicode_is_refused_by_name(cli: Cli, tmp_path: Path) -> None:
    (tmp_path / "tax.jwk").write_text(public_jwk(Signer.from_seed(os.urandom(32)).x), encoding="utf-16")
    done = cli.add("tax", "--by", "bus", "--public-key", str(tmp_path / "tax.jwk"))
    assert done.exit_code == 1
    assert "tax.jwk: this is UTF-16, which Windows calls Unicode; save it as UTF-8" in done.stderr


def test_files_that_were_edited_on_windows_are_read_and_edited_again(cli: Cli) -> None:
    cli.add("housing", "--by", "clerk")
    cli.add("tax", "--by", "bus")
    for path in (cli.data.path / "departments.toml", *(cli.folder / "tax").iterdir()):
        text = path.read_text() if path.suffix != ".toml" else "# 甲\n" + path.read_text()
        path.write_text(text, encoding="utf-8-sig", newline="\r\n")
    assert "nothing was changed" not in cli.add("tax", "--by", "bus", "--signature", "required").stderr
    assert cli.table().signature == "required"
    assert cli.table("housing").by == "clerk"
    assert (cli.data.path / "departments.toml").read_text(encoding="utf-8").startswith("# 甲\n")
    (cli.data.path / "departments.toml").write_text("[tax]", encoding="utf-16")
    done = cli.add("tax", "--by", "bus")
    assert (done.exit_code, "departments.toml: this is UTF-16" in done.stderr) == (1, True), done.stderr


def test_a_private_key_is_not_taken_for_a_public_one(cli: Cli, tmp_path: Path) -> None:
    seed = os.urandom(32)
    (tmp_path / "tax.jwk").write_text(Signer.from_seed(seed).jwk(seed))
    done = cli.add("tax", "--by", "bus", "--public-key", str(tmp_path / "tax.jwk"))
    assert done.exit_code == 1
    assert "tax.jwk holds a private key" in done.stderr
    assert cli.snapshot() == {}


def test_where_nothing_is_signed_no_key_is_made(cli: Cli) -> None:
    assert cli.add("tax", "--by", "bus", "--signature", "none").exit_code == 0
    assert {path.name for path in (cli.folder / "tax").iterdir()} == {"attach.env", "nats.seed"}


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("police", "--by", "bus"), "no such department: police; there are"),
        (("../tax", "--by", "bus"), "no such department"),
        (("tax", "--by", "pigeon"), "there is no way 'pigeon'; there are bus, http and clerk"),
        (("tax", "--by", "http"), "tax.url is missing"),
        (("tax", "--by", "http", "--url", "http://tax.example/"), "tax.url must begin with https://"),
        (("tax", "--by", "bus", *URL), 'tax.url goes with by = "http"'),
        (("tax", "--by", "http", *URL, "--signature", "maybe"), "tax.signature: it must be 'none', 'accepted'"),
        (("tax", "--by", "http", *URL, "--timeout", "31"), "tax.timeout_seconds: it must be less than or equal to 30"),
        (("tax", "--by", "bus", "--not-after", "2027-12-31"), "--not-after: write an instant with its time zone"),
        (("tax", "--by", "http", *URL, "--certificate", "a.pem"), "certificate and private_key go together"),
    ],
)
def test_what_cannot_be_attached_is_told_and_nothing_is_written(
    cli: Cli, arguments: tuple[str, ...], said: str
) -> None:
    done = cli.add(*arguments)
    assert done.exit_code == 1
    assert said in done.stderr
    assert cli.snapshot() == {}


def test_a_file_that_somebody_wrote_wrong_is_left_alone(cli: Cli) -> None:
    cli.data.path.mkdir()
    file = cli.data.path / "departments.toml"
    file.write_text("[tax\n")
    done = cli.add("tax", "--by", "bus")
    assert done.exit_code == 1
    assert "departments.toml is no TOML" in done.stderr
    assert file.read_text() == "[tax\n"
