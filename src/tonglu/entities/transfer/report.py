"""What a run of an import did, or would do: its counts, and each row that was left out with the reason."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from tonglu.entities.models import ChangeSet

SHOWN = 200


@dataclass(frozen=True, kw_only=True, slots=True)
class Problem:
    """Why a row was left out: the line in the file, the header and value at fault, and the reason."""

    line: int
    header: str
    value: str
    reason: str
    file: str = ""
    sheet: str = ""


@dataclass(kw_only=True)
class Report:
    """What a run did, or would do."""

    kind: str
    file: str = ""
    total: int = 0
    created: int = 0
    updated: int = 0
    unchanged: int = 0
    problems: list[Problem] = field(default_factory=list)
    changeset: ChangeSet | None = None

    @property
    def bad_lines(self) -> frozenset[int]:
        """The lines that were left out."""
        return frozenset(problem.line for problem in self.problems)

    @property
    def counts(self) -> dict[str, int]:
        """The numbers of the report."""
        return {
            "total": self.total,
            "created": self.created,
            "updated": self.updated,
            "unchanged": self.unchanged,
            "left_out": len(self.bad_lines),
        }

    def take_up(self, counts: Mapping[str, int], problems: list[dict[str, Any]]) -> None:
        """Go on from what an earlier, interrupted run had done."""
        self.total, self.created = counts["total"], counts["created"]
        self.updated, self.unchanged = counts["updated"], counts["unchanged"]
        self.problems = [Problem(**problem) for problem in problems]


def shown(value: str) -> str:
    """A value as a report quotes it: not a whole novel, and with a sign for nothing, which no database keeps."""
    value = value[: SHOWN + 1].replace("\x00", "␀")
    return value if len(value) <= SHOWN else f"{value[:SHOWN]}…"
