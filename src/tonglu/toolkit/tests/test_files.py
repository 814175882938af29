"""Files are known by content, kept under random names and only ever downloaded."""

from __future__ import annotations

import os
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from pytest_django.fixtures import Settings

from tonglu.kernel.errors import Invalid
from tonglu.toolkit import files
from tonglu.toolkit.models import StoredFile

pytestmark = pytest.mark.django_db
ANA = SimpleNamespace(person_id=1)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, settings: Settings) -> Path:
    settings.FILES_DIR = tmp_path
    return tmp_path


def stored(name: str = "报价.pdf", content: bytes = b"%PDF-1.7 ...") -> StoredFile:
    return files.file_store(ANA, name, BytesIO(content))


def test_a_file_comes_back_as_it_was_given() -> None:
    file = stored()

    assert (file.name, file.type, file.size) == ("报价.pdf", "application/pdf", 12)
    with files.file_open(file) as content:
        assert content.read() == b"%PDF-1.7 ..."


def test_the_path_tells_nothing_and_only_the_owner_may_read_it(folder: Path) -> None:
    file = stored()

    assert "报价" not in file.path
    assert (folder / file.path).stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"PK\x03\x04....xl/workbook.xml", files._OFFICE[0][1]),
        (b"PK\x03\x04....", "application/zip"),
        (b"name,phone\n", "text/plain"),
        (b"<svg onload=alert(1)>", "application/octet-stream"),
        (b" <!DOCTYPE html>", "application/octet-stream"),
        (b"a\0b", "application/octet-stream"),
    ],
)
def test_the_type_is_what_the_content_says(content: bytes, found: str) -> None:
    assert stored("innocent.png", content).type == found


@pytest.mark.parametrize(
    ("given", "kept"),
    [("../../etc/passwd", "passwd"), ("C:\\x\\y.txt", "y.txt"), ("a\r\nb", "ab"), ("..", "file")],
)
def test_a_name_cannot_lead_elsewhere(given: str, kept: str) -> None:
    assert stored(given).name == kept


def test_a_file_over_the_limit_is_refused_and_leaves_nothing(folder: Path) -> None:
    with pytest.raises(Invalid):
        files.file_store(ANA, "big", BytesIO(b"x" * 11), limit=10)

    assert not StoredFile.objects.exists()
    assert [path for path in folder.rglob("*") if path.is_file()] == []


def test_a_download_can_do_nothing_but_be_saved() -> None:
    response = files.file_response(stored())

    assert response["Content-Disposition"].startswith("attachment;")
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox")
    response.close()


def test_the_sweep_deletes_bytes_that_no_row_names_after_a_day(folder: Path) -> None:
    kept, forgotten = stored(), stored()
    files.file_delete(forgotten)
    for file in (kept, forgotten):
        os.utime(folder / file.path, (0, 0))

    files.sweep()

    assert (folder / kept.path).exists()
    assert not (folder / forgotten.path).exists()
