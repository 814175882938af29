"""Backups: whole or absent, every changed byte noticed, everything back, old ones making room."""

from __future__ import annotations

import os
import random
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta

import pyrage
import pytest
from django.db import connection

from tonglu.directory.models import Person
from tonglu.toolkit.backup import BackupDamaged, Place, Source, backup_restore, backup_take
from tonglu.toolkit.backup.archive import (
    archive_check,
    archive_opened,
    archive_publish,
    archive_write,
    member_read,
)
from tonglu.toolkit.backup.keeping import backup_name, backups_in, keep, note, tidy
from tonglu.toolkit.backup.restoring import differences
from tonglu.toolkit.models import StoredFile
from tonglu.toolkit.postgres import SUPERUSER, Cluster

MIDNIGHT = datetime(2026, 3, 31, 2, 17, tzinfo=UTC)


@pytest.fixture
def archive(tmp_path):
    """`archive(*keys)`: a small backup of two members, encrypted for the keys."""

    def make(*keys, name="one.tonglu"):
        (tmp_path / "a").write_bytes(b"alpha" * 700)
        (tmp_path / "b").write_bytes(os.urandom(900))
        plain = tmp_path / f"{name}.plain"
        archive_write(plain, [("a", tmp_path / "a"), ("b", tmp_path / "b")])
        archive_publish(plain, tmp_path / name, [str(key.to_public()) for key in keys])
        return tmp_path / name

    return make


@pytest.mark.parametrize("encrypted", [False, True])
def test_each_of_1000_flipped_bytes_is_noticed(archive, encrypted, drill):
    path = archive(*([pyrage.x25519.Identity.generate()] if encrypted else []))
    whole, chance, missed = path.read_bytes(), drill.dice(), []
    flips = drill.size(1_000, 10_000)
    archive_check(path)

    for place in chance.choices(range(len(whole)), k=flips):
        changed = bytearray(whole)
        changed[place] ^= chance.randint(1, 255)
        path.write_bytes(changed)
        try:
            archive_check(path)
        except BackupDamaged:
            continue
        missed.append(place)

    drill.holds(f"flipped bytes not noticed{', encrypted' * encrypted}", missed, of=flips)


@pytest.mark.parametrize("left", [0, 10, 95, 2000, -1])
def test_a_cut_file_is_no_backup(archive, left):
    path = archive()
    path.write_bytes(path.read_bytes()[:left])
    with pytest.raises(BackupDamaged):
        archive_check(path)


def test_only_the_key_it_was_made_for_opens_an_encrypted_backup(archive, tmp_path):
    ours, other = pyrage.x25519.Identity.generate(), pyrage.x25519.Identity.generate()
    path = archive(ours)
    assert b"alpha" not in path.read_bytes()

    with archive_opened(path, str(ours), tmp_path) as members:
        assert member_read(members, "a") == b"alpha" * 700
    for wrong in ("", str(other)):
        with pytest.raises(BackupDamaged), archive_opened(path, wrong, tmp_path):
            pass
    assert not list(tmp_path.glob("plain.tar"))


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_everything_comes_back_equal_and_a_change_would_show(tmp_path, settings, cast):
    url = _url()
    source = Source(url=url, files=tmp_path / "files", key=tmp_path / "secret-key")
    (tmp_path / "files" / "ab").mkdir(parents=True)
    (tmp_path / "files" / "ab" / "abc").write_bytes(b"contract")
    source.key.write_text("secret")
    StoredFile.objects.create(name="合同.pdf", size=8, sha256="0" * 64, path="ab/abc")

    manifest = backup_take(source, tmp_path / "backup.tonglu", prove=False)
    place = Place(folder=tmp_path / "place")
    try:
        restored = backup_restore(tmp_path / "backup.tonglu", place)
        assert restored == manifest
        assert manifest.tables["directory_person"][0] == Person.objects.count() > 10
        assert (place.folder / "files" / "ab" / "abc").read_bytes() == b"contract"
        assert (place.folder / "secret-key").read_text() == "secret"
        _a_single_changed_cell_is_found(place, manifest)
    finally:
        Cluster(place.folder / "postgres").remove()


def _a_single_changed_cell_is_found(place, manifest):
    import psycopg

    cluster = Cluster(place.folder / "postgres")
    with cluster.used():
        with psycopg.connect(cluster.url(SUPERUSER)) as connection:
            connection.execute(
                "UPDATE directory_person SET job_title = 'x' WHERE email LIKE 'ana%'"
            )
        told = differences(cluster.url(SUPERUSER), manifest)
    assert any(line.startswith("directory_person:") for line in told)


@pytest.mark.slow
def test_a_killed_backup_leaves_nothing_that_looks_like_one(tmp_path):
    target = tmp_path / "out" / "backup.tonglu"
    target.parent.mkdir()
    (tmp_path / "big").write_bytes(os.urandom(60_000_000))
    code = (
        "import sys; from pathlib import Path; from tonglu.toolkit.backup.archive import *;"
        "big, plain, target = map(Path, sys.argv[1:]); print('go', flush=True);"
        "archive_write(plain, [('big', big)]); archive_publish(plain, target)"
    )
    chance = random.Random(11)
    for turn in range(12):
        plain = tmp_path / "out" / f"plain{turn}"
        child = subprocess.Popen(
            [sys.executable, "-c", code, str(tmp_path / "big"), str(plain), str(target)],
            stdout=subprocess.PIPE,
        )
        child.stdout.readline()
        time.sleep(chance.random() * 0.2)
        child.send_signal(signal.SIGKILL)
        child.wait()
        if target.exists():
            archive_check(target)  # it had finished: then it is whole
            target.unlink()


def test_seven_days_four_weeks_and_three_months_are_kept():
    nights = [MIDNIGHT - timedelta(days=n) for n in range(400)]
    kept = sorted(keep(nights), reverse=True)

    assert kept[:7] == nights[:7]
    assert MIDNIGHT - timedelta(days=9) in kept  # Sunday of the week before last: 22 March
    assert datetime(2026, 2, 28, 2, 17, tzinfo=UTC) in kept
    assert datetime(2026, 1, 31, 2, 17, tzinfo=UTC) in kept
    assert datetime(2025, 12, 31, 2, 17, tzinfo=UTC) not in kept
    assert len(kept) <= 14


def test_old_backups_go_with_their_notes_and_other_files_stay(tmp_path):
    for n in range(60):
        path = tmp_path / backup_name(MIDNIGHT - timedelta(days=n))
        path.write_bytes(b"x")
        note(path, proven_at=MIDNIGHT.isoformat())
    (tmp_path / "by-hand.tonglu").write_bytes(b"x")

    gone = tidy(tmp_path)

    left = backups_in(tmp_path)
    assert len(left) + len(gone) == 60
    assert left[0].taken_at == MIDNIGHT
    assert left[0].proven_at == MIDNIGHT
    assert len(list(tmp_path.iterdir())) == 2 * len(left) + 1


def _url():
    from psycopg.conninfo import make_conninfo

    known = ("dbname", "user", "password", "host", "port")
    given = connection.get_connection_params()
    return make_conninfo("", **{key: given[key] for key in known if given.get(key)})
