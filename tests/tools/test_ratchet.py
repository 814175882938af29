"""Sizes may shrink but not grow."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tools import ratchet


@pytest.fixture
def tree(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A source tree with one short module."""
    monkeypatch.setattr(ratchet, "ROOT", tmp_path)
    monkeypatch.setattr(ratchet, "ALLOWED", tmp_path / "allowed.json")
    (tmp_path / "src").mkdir()
    (tmp_path / "src/short.py").write_text('"""Short."""\n')
    return tmp_path


def function(lines: int) -> str:
    return '"""One function."""\n\n\ndef long():\n' + "    pass\n" * (lines - 1)


def test_short_code_passes(tree: Path) -> None:
    (tree / "src/fits.py").write_text(function(50))

    assert ratchet.main([]) == 0


def test_a_long_function_is_named(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "src/long.py").write_text(function(51))

    assert ratchet.main([]) == 1
    assert "src/long.py:long: 51 lines" in capsys.readouterr().out


def test_a_long_file_is_named(tree: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tree / "src/long.py").write_text('"""Long."""\n' + "a = 1\n" * 400)

    assert ratchet.main([]) == 1
    assert "src/long.py: 401 lines" in capsys.readouterr().out


def test_a_module_without_introduction_is_named(tree: Path) -> None:
    (tree / "src/silent.py").write_text("a = 1\n")

    assert ratchet.main([]) == 1


def test_what_is_allowed_may_stay_and_may_not_grow(tree: Path) -> None:
    ratchet.ALLOWED.write_text(json.dumps({"src/long.py:long": 60}))
    (tree / "src/long.py").write_text(function(60))
    assert ratchet.main([]) == 0

    (tree / "src/long.py").write_text(function(61))

    assert ratchet.main([]) == 1


def test_lowering_writes_down_what_has_shrunk(tree: Path) -> None:
    ratchet.ALLOWED.write_text(json.dumps({"src/long.py:long": 60, "src/gone.py:long": 70}))
    (tree / "src/long.py").write_text(function(55))

    ratchet.main(["--lower"])

    assert json.loads(ratchet.ALLOWED.read_text()) == {"src/long.py:long": 55}
