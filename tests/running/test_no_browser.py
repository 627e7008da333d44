"""Where no browser is: it is installed once, or the tests say why they were not run."""

from pathlib import Path

import pytest

from tests.support.browser import chromium as here
from tests.support.browser.chromium import NoBrowser, chromium


@pytest.fixture(autouse=True)
def _nothing_installed(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(here, "installed", lambda: None)
    monkeypatch.setattr(here, "LOCK", tmp_path / "lock")
    monkeypatch.setattr(here.os, "geteuid", lambda: 0)
    monkeypatch.setattr(here.shutil, "which", lambda name: f"/usr/bin/{name}")


def test_whoever_may_not_install_one_is_told_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(here.os, "geteuid", lambda: 1000)
    with pytest.raises(NoBrowser, match="apt-get install chromium fonts-wqy-microhei"):
        chromium(print)


def test_it_is_installed_once_and_said_aloud(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []
    done: list[str] = []

    def apt(*arguments: str) -> None:
        done.append(arguments[0])
        if arguments[0] == "install":
            monkeypatch.setattr(here, "installed", lambda: Path("/usr/bin/chromium"))

    monkeypatch.setattr(here, "_apt", apt)
    assert [chromium(said.append), chromium(said.append)] == [Path("/usr/bin/chromium")] * 2
    assert done == ["update", "install"]
    assert len(said) == 1


def test_what_failed_is_not_tried_again_by_whoever_waited(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []

    def apt(*arguments: str) -> None:
        tried.append(arguments[0])
        raise NoBrowser("apt-get update failed: no network")

    monkeypatch.setattr(here, "_apt", apt)
    for _ in range(2):
        with pytest.raises(NoBrowser, match="no network"):
            chromium(print)
    assert tried == ["update"]
