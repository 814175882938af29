"""The whole installation in one file, taken while people work, and brought back from it by one command.

A backup holds the database as of one moment, the files people stored, and the key that signs sessions and seals second
factors. Beside them lies a *manifest*: how many rows each table has and a digest of them, where each sequence stands, and where
the audit chain ended. A backup is *sound* when every byte is as it was written, and *proven* when it has been restored into an
empty database and every table came out equal to its digest.
"""

from .archive import BackupDamaged, Manifest
from .keeping import Backup, backups_in, keep
from .proving import backup_prove, backup_sound
from .restoring import Place, backup_restore, database_replace
from .taking import Source, backup_take

__all__ = [
    "Backup",
    "BackupDamaged",
    "Manifest",
    "Place",
    "Source",
    "backup_prove",
    "backup_restore",
    "backup_sound",
    "backup_take",
    "backups_in",
    "database_replace",
    "keep",
]
