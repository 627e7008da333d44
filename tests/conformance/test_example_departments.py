"""The examples that departments start from: each a real process, each through the whole kit."""

import asyncio
import json
import os
import shlex
import shutil
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path

import pytest

from contracts.jws import Signer, public_jwk
from contracts.key_register import Holding
from inquiry.attachments.config import AttachmentConfig
from lianshen.conformance.connect import with_key
from lianshen.conformance.kit import Options
from lianshen.simulation.registers import OF_THE_KIT
from tests.conformance.kits import ROOT, a_kit, a_process, bad, checked, words
from tests.support.real_bus import RealBus

pytestmark = pytest.mark.slow
EXAMPLES = ROOT / "examples" / "departments"
SEED = b"d" * 32
OFFLINE = ("ENOTFOUND", "ECONNREFUSED", "ETIMEDOUT", "EAI_AGAIN")


def environment(bus: RealBus, name: str, **more: str) -> dict[str, str]:
    """What an example reads, and a little of ours."""
    seed = str(bus.data_dir.department_seed(name))
    own = {"NATS_URL": bus.url, "SEED": seed, "REGISTER": str(OF_THE_KIT / f"{name}.csv"), **more}
    return {"PATH": os.environ["PATH"], **own}


def a_signing_key(folder: Path) -> tuple[Path, Holding]:
    """A private JWK as a file, and what the register says where its public part is registered."""
    signer = Signer.from_seed(SEED)
    (folder / "public.jwk").write_text(public_jwk(signer.x))
    (folder / "private.jwk").write_text(signer.jwk(SEED))
    return folder / "private.jwk", with_key(folder / "public.jwk")


async def test_the_python_example_passes(real_bus: RealBus) -> None:
    command = (sys.executable, str(EXAMPLES / "tax.py"))
    async with a_process(*command, ready="ready", environment=environment(real_bus, "tax")):
        results = await checked(await a_kit(real_bus, "tax"))
    assert bad(results) == {}
    assert {"found", "none", "lower-case-x", "batch", "no-question", "discreet"} <= {*words(results, "ok")}


async def test_the_example_that_signs_passes_where_signatures_are_required(real_bus: RealBus, tmp_path: Path) -> None:
    key, holding = a_signing_key(tmp_path)
    command = (sys.executable, str(EXAMPLES / "tax_signed.py"))
    async with a_process(*command, ready="ready", environment=environment(real_bus, "tax", SIGNING_KEY=str(key))):
        results = await checked(await a_kit(real_bus, "tax", AttachmentConfig(signature="required"), holding))
    assert bad(results) == {}
    assert {"signed", "claims", "exact-bytes", "batch"} <= {*words(results, "ok")}


async def test_the_python_example_survives_a_restart_while_questions_flow(real_bus: RealBus, tmp_path: Path) -> None:
    async with a_restartable(real_bus, tmp_path) as restart:
        results = await checked(await a_kit(real_bus, "tax", options=Options(restart=restart)), ["answers", "restart"])
        assert words(results, "ok") == ["answers", "restart"]
        assert results["restart"].detail.endswith("all answered")


async def test_a_department_that_does_not_come_back_is_bad(
    real_bus: RealBus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("lianshen.conformance.reachability.RESTART_WITHIN", 4.0)
    async with a_restartable(real_bus, tmp_path, ends=True) as restart:
        results = await checked(await a_kit(real_bus, "tax", options=Options(restart=restart)), ["answers", "restart"])
    assert [*bad(results)] == ["restart"]


async def test_the_http_example_passes(real_bus: RealBus, tmp_path: Path) -> None:
    (tmp_path / "token").write_text("a-token-of-this-test\n")
    own = environment(
        real_bus, "real-estate", TOKEN_FILE=str(tmp_path / "token"), DATABASE=str(tmp_path / "register.db")
    )
    command = (sys.executable, str(EXAMPLES / "http_sqlite" / "real_estate.py"))
    async with a_process(*command, ready="ready", environment=own) as process:
        url = process.said.split("ready: ")[1].strip()
        how = AttachmentConfig(by="http", url=url, token_file=tmp_path / "token", timeout_seconds=5)
        results = await checked(await a_kit(real_bus, "real-estate", how))
    assert bad(results) == {}
    wanted = {"thirds", "every-owner", "outsiders", "elsewhere", "zero-homes", "strangers", "many-persons"}
    assert wanted <= {*words(results, "ok")}


@pytest.fixture(scope="module")
def node_department(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The TypeScript example with its packages, in a folder of its own."""
    if shutil.which("node") is None or shutil.which("npm") is None:
        pytest.skip("node and npm are not on this machine, so the TypeScript example cannot run here")
    return tmp_path_factory.mktemp("typescript") / "department"


async def installed(folder: Path) -> Path:
    if not folder.exists():
        shutil.copytree(EXAMPLES / "typescript", folder, ignore=shutil.ignore_patterns("node_modules"))
        npm = await asyncio.create_subprocess_exec(
            *("npm", "install", "--no-package-lock", "--no-audit", "--no-fund", "--cache", str(folder.parent / "npm")),
            cwd=folder,
            stdout=asyncio.subprocess.PIPE,
            stderr=asyncio.subprocess.STDOUT,
        )
        said = (await asyncio.wait_for(npm.communicate(), 200))[0].decode(errors="replace")
        if npm.returncode and any(word in said for word in OFFLINE):
            pytest.skip("npm cannot reach a registry from here, so the TypeScript example has no packages")
        assert npm.returncode == 0, said
    return folder


@pytest.mark.parametrize("signs", [False, True], ids=["unsigned", "signed"])
async def test_the_typescript_example_passes(
    real_bus: RealBus, tmp_path: Path, node_department: Path, signs: bool
) -> None:
    folder = await installed(node_department)
    key, holding = a_signing_key(tmp_path)
    own = environment(real_bus, "civil-affairs", **({"SIGNING_KEY": str(key)} if signs else {}))
    command = ("node", "--import", "tsx", "department.ts")
    async with a_process(*command, ready="ready", environment=own, cwd=folder):
        kit = await a_kit(real_bus, "civil-affairs", holding=holding if signs else None)
        results = await checked(kit)
    assert bad(results) == {}
    assert {"several", "order", "many-persons", "batch", *(["signed", "exact-bytes"] if signs else [])} <= {
        *words(results, "ok")
    }


def test_the_examples_bring_exact_versions_and_no_lock_file() -> None:
    package = json.loads((EXAMPLES / "typescript" / "package.json").read_text())
    versions = [*package["dependencies"].values(), *package["overrides"].values()]
    assert all(version[0].isdigit() for version in versions)
    assert [path.name for path in EXAMPLES.rglob("package-lock.json") if "node_modules" not in path.parts] == []


@asynccontextmanager
async def a_restartable(bus: RealBus, folder: Path, ends: bool = False) -> AsyncIterator[str]:
    """The Python example under a process id in a file; gives the command that restarts it, or only ends it."""
    pid, log = folder / "tax.pid", folder / "tax.log"
    start = f"{sys.executable} {EXAMPLES / 'tax.py'} 2>{shlex.quote(str(log))} & echo $! > {shlex.quote(str(pid))}"
    variables = environment(bus, "tax")
    started = await asyncio.create_subprocess_shell(start, env=variables)
    assert await started.wait() == 0
    async with asyncio.timeout(60):
        while not log.is_file() or "ready" not in log.read_text():
            await asyncio.sleep(0.05)
    exports = " ".join(f"{name}={shlex.quote(value)}" for name, value in variables.items())
    script = folder / "restart.sh"
    again = "" if ends else f"sleep 1\nexport {exports}\n{start}"
    script.write_text(f"kill $(cat {shlex.quote(str(pid))})\n{again}\n")
    try:
        yield f"sh {shlex.quote(str(script))}"
    finally:
        with suppress(ProcessLookupError):
            os.kill(int(pid.read_text()), signal.SIGTERM)
