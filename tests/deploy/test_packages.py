"""What a wheel would leave behind: setuptools finds every package, and takes every file that is no module along."""

import tomllib
from fnmatch import fnmatch
from functools import cache
from pathlib import Path

from setuptools import find_packages

from tests.deploy.pods import TOP

SETUPTOOLS = tomllib.loads((TOP / "pyproject.toml").read_text())["tool"]["setuptools"]
ONLY_IN_THE_SOURCE = ("examples",)
"""Read where the source lies, but for its worlds."""


@cache
def found() -> dict[str, Path]:
    """Every package that setuptools finds, and where it lies."""
    find = SETUPTOOLS["packages"]["find"]
    assert find["namespaces"] is False
    return {
        name: TOP / where / name.replace(".", "/")
        for where in find["where"]
        for name in find_packages(str(TOP / where), include=find["include"])
    }


def modules() -> list[Path]:
    roots = [path for name, path in found().items() if "." not in name and name not in ONLY_IN_THE_SOURCE]
    return [path for root in roots for path in root.rglob("*") if path.is_file() and "__pycache__" not in path.parts]


def test_every_module_lies_in_a_package_that_is_found() -> None:
    assert len(found()) > 60
    left = [path for path in modules() if path.suffix == ".py" and path.parent not in found().values()]
    assert left == []


def test_every_file_that_is_no_module_goes_along() -> None:
    assert [path for path in modules() if path.suffix != ".py" and not carried(path)] == []


def carried(path: Path) -> bool:
    return any(
        path.is_relative_to(found()[name])
        and fnmatch(str(path.relative_to(found()[name])), pattern.replace("**", "*"))
        for name, patterns in SETUPTOOLS["package-data"].items()
        for pattern in patterns
    )
