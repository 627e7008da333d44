"""Every simulated department goes through the kit: nothing is BAD, whether it signs, answers later, or neither."""

from pathlib import Path

import pytest

from contracts.jws import Signer
from inquiry.attachments.config import AttachmentConfig
from lianshen.conformance.connect import DEPARTMENTS, holding_with
from lianshen.conformance.kit import Options
from tests.conformance.kits import a_kit, a_process, bad, checked, simulated, words
from tests.support.real_bus import RealBus

pytestmark = pytest.mark.slow
ALWAYS = {"answers", "found", "question-id", "kinds", "many-at-once", "batch", "no-question", "discreet"}
SEED = b"d" * 32


@pytest.mark.parametrize("name", DEPARTMENTS)
async def test_a_simulated_department_passes(real_bus: RealBus, name: str) -> None:
    async with a_process(*simulated(real_bus, name), ready=f"ready: {name}"):
        results = await checked(await a_kit(real_bus, name))
    assert bad(results) == {}
    assert set(words(results, "ok")) >= ALWAYS
    assert words(results, "not run") == ["restart"]


async def test_one_that_signs_passes_where_signatures_are_required(real_bus: RealBus, tmp_path: Path) -> None:
    signer = Signer.from_seed(SEED)
    (tmp_path / "housing.jwk").write_text(signer.jwk(SEED))
    async with a_process(*simulated(real_bus, "housing", "--signing", str(tmp_path)), ready="ready: housing"):
        kit = await a_kit(real_bus, "housing", AttachmentConfig(signature="required"), holding_with(signer.x))
        results = await checked(kit)
    assert bad(results) == {}
    assert {"signed", "claims", "exact-bytes", "batch"} <= set(words(results, "ok"))


async def test_one_that_defers_everything_passes_when_it_keeps_its_promises(real_bus: RealBus, tmp_path: Path) -> None:
    (tmp_path / "faults.toml").write_text("[tax]\ndeferred = 1.0\ndeferred_seconds = 0.3\n")
    faults = ("--faults", str(tmp_path / "faults.toml"))
    async with a_process(*simulated(real_bus, "tax", *faults), ready="ready: tax"):
        results = await checked(await a_kit(real_bus, "tax"))
    assert bad(results) == {}
    assert "deferred" in words(results, "ok")
    assert set(words(results, "ok")) >= ALWAYS


async def test_promises_beyond_the_kit_s_patience_leave_the_rest_not_run(real_bus: RealBus, tmp_path: Path) -> None:
    (tmp_path / "faults.toml").write_text("[tax]\ndeferred = 1.0\ndeferred_seconds = 3600.0\n")
    faults = ("--faults", str(tmp_path / "faults.toml"))
    async with a_process(*simulated(real_bus, "tax", *faults), ready="ready: tax"):
        results = await checked(
            await a_kit(real_bus, "tax", options=Options(wait=1)), ["answers", "found", "deferred"]
        )
    assert {name: result.word for name, result in results.items()} == {
        "answers": "ok",
        "found": "not run",
        "deferred": "not run",
    }
    assert "--wait" in results["found"].detail
