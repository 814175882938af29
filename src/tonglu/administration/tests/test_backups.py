"""The page of backups: who sees it, what it tells, and that its button brings a proven backup."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from tonglu.toolkit.backup.keeping import backup_name, backups_in, note
from tonglu.toolkit.clock import now
from tonglu.toolkit.workload import queue


@pytest.fixture
def folder(tmp_path: Any, settings: Any) -> Any:
    settings.BACKUPS_DIR = tmp_path
    return tmp_path


@pytest.mark.parametrize("name", ["ana", "max", "fay"])
def test_backups_concern_whoever_runs_the_machine(folder, cast, browse, name):
    client = browse(getattr(cast, name))
    assert client.get("/backups/").status_code == 403
    assert client.post("/backups/take/").status_code == 403


def test_the_page_warns_until_there_is_a_backup_of_last_night(folder, cast, browse):
    page = browse(cast.ada)
    assert "There is no backup of last night." in page.get("/backups/").content.decode()

    taken = now() - timedelta(hours=5)
    (folder / backup_name(taken)).write_bytes(b"x" * 2048)
    text = page.get("/backups/").content.decode()
    assert "There is no backup of last night." not in text
    assert "not yet" in text
    note(folder / backup_name(taken), proven_at=now().isoformat())
    assert "not yet" not in page.get("/backups/").content.decode()
    assert backups_in(folder)[0].size == 2048


def test_the_button_asks_the_worker_for_one(folder, cast, browse):
    before = queue().waiting
    browse(cast.ada).post("/backups/take/")
    assert queue().waiting == before + 1
