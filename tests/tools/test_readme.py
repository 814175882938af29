"""The READMEs of both languages say the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from tools import readme

ENGLISH = "# Tonglu\n\n## Try it\n\n```bash\nmake demo  # start\n```\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setattr(readme, "ROOT", tmp_path)
    (tmp_path / "README.md").write_text(ENGLISH)
    return tmp_path


@pytest.mark.parametrize(
    ("chinese", "problems"),
    [
        ("# 通路\n\n## 试用\n\n```bash\nmake demo  # 启动\n```\n", 0),
        ("# 通路\n\n```bash\nmake demo\n```\n", 1),
        ("# 通路\n\n## 试用\n\n```bash\nmake test\n```\n", 1),
        ("# 通路\n", 2),
    ],
)
def test_headings_and_commands_are_the_same(folder: Path, chinese: str, problems: int) -> None:
    (folder / "README.zh.md").write_text(chinese)

    assert len(readme.differences("README.md", "README.zh.md")) == problems


def test_a_missing_translation_is_named(folder: Path) -> None:
    assert readme.differences("README.md", "README.zh.md") == ["README.zh.md is missing"]


def test_the_projects_own_readmes_are_in_step(monkeypatch: pytest.MonkeyPatch) -> None:
    assert readme.main() == 0
