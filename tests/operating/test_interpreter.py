"""doctor says which interpreter runs, and whether it was built with PGO and LTO."""

from pathlib import Path

import pytest

from lianshen.doctor.interpreter import LTO, PGO, about_interpreter, interpreter, is_debians


@pytest.mark.parametrize(
    ("built_with", "said"),
    [
        (f"'{PGO}' '{LTO}' '--enable-shared'", "built with PGO and LTO"),
        (f"'{PGO}'", "built without LTO:"),
        ("'--prefix=/usr/local'", "built without PGO and LTO:"),
        ("", "built without PGO and LTO:"),
    ],
)
def test_it_says_how_it_was_built_and_is_never_wrong(built_with: str, said: str) -> None:
    found = about_interpreter("CPython 3.11.2", built_with, debians=False)
    assert found.well
    assert said in found.sentence()
    assert ("without" in said) == ("mend it: make the environment with Debian's own" in found.sentence())


def test_debians_own_has_both_although_its_configure_does_not_say_so() -> None:
    """Its rules build with profiles and LTO themselves, and keep the flags out of what sysconfig tells."""
    found = about_interpreter("CPython 3.11.2", "'--prefix=/usr' '--with-dtrace'", debians=True)
    assert "Debian's own, built with PGO and LTO" in found.sentence()
    assert found.mend is None


def test_one_of_debian_is_known_by_where_it_lies(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.base_prefix", "/opt/python")
    assert not is_debians()
    monkeypatch.setattr("sys.base_prefix", "/usr")
    monkeypatch.setattr("platform.machine", lambda: "x86_64")
    assert is_debians() == Path("/etc/debian_version").is_file()
    monkeypatch.setattr("platform.machine", lambda: "riscv64")
    assert not is_debians()


def test_it_is_the_one_that_runs_here() -> None:
    assert "CPython 3." in interpreter().detail


def test_the_image_is_not_built_on_an_interpreter_without_them() -> None:
    dockerfile = (Path(__file__).parents[2] / "deploy" / "Dockerfile").read_text()
    assert f"for option in {PGO} {LTO}" in dockerfile
