"""Which backups lie in a folder, and which of them are kept."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

ENDING = ".tonglu"
_STAMP = "%Y%m%dT%H%M%SZ"
DAYS, WEEKS, MONTHS = 7, 4, 3


@dataclass(frozen=True, kw_only=True)
class Backup:
    """One backup of a folder, and what was noted about it."""

    path: Path
    taken_at: datetime
    size: int
    notes: dict[str, Any]

    @property
    def proven_at(self) -> datetime | None:
        """When it was last restored for proof."""
        told = self.notes.get("proven_at")
        return datetime.fromisoformat(told) if told else None

    @property
    def problem(self) -> str:
        """What the last proof found, empty if it was well."""
        return str(self.notes.get("problem", ""))


def backup_name(moment: datetime) -> str:
    """The file name of a backup of this moment."""
    return f"tonglu-{moment.astimezone(UTC).strftime(_STAMP)}{ENDING}"


def backups_in(folder: Path) -> list[Backup]:
    """The backups of a folder that are named as we name them, newest first."""
    found = (_known(path) for path in folder.glob(f"tonglu-*{ENDING}"))
    return sorted(filter(None, found), key=lambda one: one.taken_at, reverse=True)


def note(path: Path, **notes: Any) -> None:
    """Write beside a backup what was learnt about it."""
    beside = _beside(path)
    draft = beside.with_name(f"{beside.name}.partial")
    draft.write_text(json.dumps({**_notes(path), **notes}, indent=1))
    draft.replace(beside)


def keep(moments: Iterable[datetime]) -> set[datetime]:
    """Of these, the newest of each of the last 7 days, 4 weeks and 3 months that have any."""
    newest_first = sorted(moments, reverse=True)
    kept: set[datetime] = set()
    spans: tuple[tuple[int, Callable[[datetime], object]], ...] = (
        (DAYS, lambda moment: moment.date()),
        (WEEKS, lambda moment: moment.isocalendar()[:2]),
        (MONTHS, lambda moment: (moment.year, moment.month)),
    )
    for most, span in spans:
        first: dict[object, datetime] = {}
        for moment in newest_first:
            first.setdefault(span(moment), moment)
        kept.update(list(first.values())[:most])
    return kept


def tidy(folder: Path) -> list[Path]:
    """Delete the backups that are past being kept; returns which."""
    found = backups_in(folder)
    kept = keep(one.taken_at for one in found)
    gone = [one.path for one in found if one.taken_at not in kept]
    for path in gone:
        path.unlink()
        _beside(path).unlink(missing_ok=True)
    return gone


def _known(path: Path) -> Backup | None:
    try:
        moment = datetime.strptime(path.name, f"tonglu-{_STAMP}{ENDING}").replace(tzinfo=UTC)
        return Backup(path=path, taken_at=moment, size=path.stat().st_size, notes=_notes(path))
    except (ValueError, FileNotFoundError):
        return None


def _notes(path: Path) -> dict[str, Any]:
    try:
        found: dict[str, Any] = json.loads(_beside(path).read_text())
    except (FileNotFoundError, ValueError):
        return {}
    return found


def _beside(path: Path) -> Path:
    return path.with_suffix(".json")
