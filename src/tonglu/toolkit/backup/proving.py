"""Whether a backup can be relied on: sound in every byte, and restored once for proof."""

from __future__ import annotations

from pathlib import Path

from .archive import Manifest, archive_check
from .restoring import Place, backup_restore
from .scratch import scratch


def backup_sound(path: Path) -> str:
    """The digest of a backup whose every byte is as written; raises `BackupDamaged` otherwise. Needs no key."""
    return archive_check(path)


def backup_prove(path: Path, identity: str = "") -> Manifest:
    """Restore into a server of its own that is thrown away, and compare; raises `BackupDamaged` unless all is equal."""
    from tonglu.toolkit.postgres import Cluster

    def end(left: Path) -> None:
        Cluster(left / "postgres").remove()

    with scratch("tonglu-proof-", clear=end) as folder:
        try:
            return backup_restore(path, Place(folder=folder), identity)
        finally:
            end(folder)
