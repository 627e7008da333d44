"""The walls that the import linter does not see: every package has its layer, and what each may not speak of."""

import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from lianshen.embedded.children import PYTHON

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]
LINTER = PROJECT["importlinter"]
OF_HOMES = re.compile(
    r"housing|household|spouse|hukou|marri|divorc|famil|\bhomes\b|ownership|applicant", re.IGNORECASE
)
"""Words by which a module would know the law, or whom it is about."""


def test_every_package_of_ours_has_its_layer_in_the_house() -> None:
    layers = LINTER["contracts"][0]["layers"]
    in_a_layer = {name.strip() for layer in layers for name in layer.split("|")}
    folders = {path.parent.name for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"}
    folders |= {path.parent.name for path in ROOT.glob("services/*/*/__init__.py")}
    assert len(folders) > 10, "the packages were not found"
    assert in_a_layer == folders == set(LINTER["root_packages"])
    assert {name.removesuffix("*") for name in PROJECT["setuptools"]["packages"]["find"]["include"]} == folders - {
        "benchmarks"
    }


def test_the_chassis_has_no_word_of_housing_or_of_families() -> None:
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sorted((ROOT / "chassis").rglob("*.py"))
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
        if OF_HOMES.search(line)
    ]
    assert found == []


def test_the_example_worlds_are_found_and_no_example_is_imported() -> None:
    code = (
        "import sys; from lianshen.demo.worlds import worlds; from lianshen.simulation.registers import OF_THE_KIT; "
        "assert (worlds() / 'sample' / 'applications').is_dir() and (OF_THE_KIT / 'tax.csv').is_file(); "
        "print('examples' in sys.modules)"
    )
    assert subprocess.check_output([sys.executable, "-P", "-c", code], text=True) == "False\n"


@pytest.mark.parametrize("hostile", ["intake.py", "contracts.py", "archive/__init__.py", "typing_extensions.py"])
def test_a_process_of_ours_runs_nothing_of_the_folder_it_is_started_in(tmp_path: Path, hostile: str) -> None:
    """Names of ours are general ones, and anybody's folder may have them."""
    file = tmp_path / hostile
    file.parent.mkdir(exist_ok=True)
    file.write_text('raise SystemExit("something else ran")\n')
    # What the supervisor starts, without the environment variable that it sets besides.
    found = subprocess.run([*PYTHON, "-m", "lianshen", "config", "show", "--json"], cwd=tmp_path, capture_output=True)
    assert found.returncode == 0, found.stderr.decode()
