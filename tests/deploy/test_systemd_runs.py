"""What the units say is started as they say it, on a machine without a network.

By day from the packages of this environment, and one service; with WHEELHOUSE=full a wheelhouse is packed, installed
by install.sh into an empty root with nothing but loopback, every unit is started there, and `lianshen doctor` has to
be content.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.deploy.pods import BESIDE, TOP
from tests.deploy.units import in_its_own_network, why_no_network_of_its_own
from tests.deploy.wheelhouse import packed

NO_NETWORK = why_no_network_of_its_own()
pytestmark = pytest.mark.skipif(NO_NETWORK is not None, reason=f"NOT RUN: {NO_NETWORK}")


def without_a_network(command: list[str], within: float) -> str:
    done = subprocess.run(
        in_its_own_network(command),
        cwd=TOP,
        env={"PATH": os.environ["PATH"], "PYTHON": sys.executable, "HOME": "/nonexistent", "PYTHONPATH": "."},
        capture_output=True,
        text=True,
        timeout=within,
        check=False,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-6000:]
    return done.stdout


def the_machine(root: Path, *services: str) -> list[str]:
    return [sys.executable, "-m", "tests.deploy.offline_machine", str(root), *services]


def test_the_bus_provision_and_a_service_start_as_their_units_say(tmp_path: Path, place: Path) -> None:
    root, folder = tmp_path / "root", tmp_path / "packed"
    folder.mkdir()
    packed.lay_out(folder)
    (root / "opt/lianshen").mkdir(parents=True)
    (root / "opt/lianshen/bin").symlink_to(BESIDE)
    shutil.copytree(folder / "share", root / "opt/lianshen/share")
    shutil.copytree(folder / "etc", root / "etc/lianshen")
    shutil.copytree(place, root / "etc/lianshen/place")
    assert "ready: 1" in without_a_network(the_machine(root, "archive"), 100)


@pytest.mark.skipif(os.environ.get("WHEELHOUSE") != "full", reason="WHEELHOUSE=full: packs and installs; by night")
@pytest.mark.timeout(1200)
def test_it_is_installed_from_the_wheelhouse_without_a_network_and_doctor_is_content(tmp_path: Path) -> None:
    root, folder = tmp_path / "root", tmp_path / "packed"
    root.mkdir()
    pack = [sys.executable, "deploy/systemd/wheelhouse.py", str(folder)]
    fetched = subprocess.run(pack, cwd=TOP, capture_output=True, text=True, timeout=900, check=False)
    if fetched.returncode != 0:
        pytest.skip(f"NOT RUN: nothing can be fetched here: {fetched.stderr[-300:]}")
    assert {path.name for path in (folder / "wheels").iterdir()} == set(packed.MACHINES)

    settings = folder / "etc/settings.env"
    packed_text = settings.read_text()
    settings.write_text(packed_text + "# changed on the way\n")
    with pytest.raises(AssertionError, match=r"settings\.env: FAILED"):
        without_a_network(["sh", str(folder / "install.sh"), str(root)], 60)
    settings.write_text(packed_text)

    without_a_network(["sh", str(folder / "install.sh"), str(root)], 300)
    assert (root / "etc/systemd/system/lianshen@.service").is_file()
    said = without_a_network(the_machine(root), 400)
    print(said)
    assert "ready: 10" in said
    assert "ok   the interpreter" in said
