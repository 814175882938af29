"""The browser is found, or the person is told how to get one."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest

from tools import browser


@pytest.fixture
def nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine without a browser, on which none can be installed."""
    monkeypatch.delenv("CHROMIUM", raising=False)
    monkeypatch.setattr(browser, "_of_system", list)
    monkeypatch.setattr(browser, "_of_playwright", lambda: None)
    monkeypatch.setattr(browser, "installed", lambda: False)
    monkeypatch.setattr("sys.argv", ["browser"])


def program(path: Path, answer: int) -> str:
    path.write_text(f"#!/bin/sh\nexit {answer}\n")
    path.chmod(path.stat().st_mode | stat.S_IXUSR)
    return str(path)


def test_the_one_that_is_named_comes_first(
    nothing: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = program(tmp_path / "chromium", 0)
    monkeypatch.setenv("CHROMIUM", path)

    assert browser.found() == path


def test_one_that_does_not_start_is_passed_over(
    nothing: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(browser, "_of_system", lambda: [program(tmp_path / "broken", 1), None])
    monkeypatch.setattr(browser, "_of_playwright", lambda: program(tmp_path / "whole", 0))

    assert browser.found() == str(tmp_path / "whole")


def test_without_one_the_person_is_told_what_to_do(
    nothing: None, capsys: pytest.CaptureFixture[str]
) -> None:
    assert browser.main() == 1

    told = capsys.readouterr().err
    assert "apt-get install chromium" in told
    assert "playwright install" in told
    assert "CHROMIUM=" in told
