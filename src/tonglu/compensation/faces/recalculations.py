"""Two calculations of a month held against each other: who changed, by how much, and why, line by line.

The trail keeps what every statement said before it was calculated anew; so nothing more is stored, and no calculation is forgotten.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from tonglu.audit.selectors import history
from tonglu.compensation.models import PayPeriod, Statement
from tonglu.entities.selectors import rows
from tonglu.policy import Actor

KIND = Statement._meta.label_lower
SUMS = ("earned", "released", "adjusted", "payable")
MOST = 20
PARTS = {"earned": "earned", "released": "due", "adjusted": "bridge", "payable": "bridge"}
"""Where a statement opens each of its sums."""


@dataclass(frozen=True, kw_only=True)
class LineChange:
    """A line that came, went or changed, with the reason it gives."""

    line: Mapping[str, Any]
    before: Decimal
    after: Decimal
    was: str
    """The reason that the line gave before; empty for a line that is new."""
    why: str
    is_gone: bool = False

    @property
    def change(self) -> Decimal:
        """By how much."""
        return self.after - self.before


@dataclass(frozen=True, kw_only=True)
class SumChange:
    """A sum of a statement before and after."""

    name: str
    before: Decimal
    after: Decimal

    @property
    def change(self) -> Decimal:
        """By how much."""
        return self.after - self.before

    @property
    def part(self) -> str:
        """The part of the statement that makes the sum."""
        return PARTS[self.name]


@dataclass(frozen=True, kw_only=True)
class StatementChange:
    """One payee's statement as it was before its latest calculation that changed it, and as it is."""

    statement: Statement
    at: datetime
    by: str
    reason: str
    sums: tuple[SumChange, ...]
    lines: tuple[LineChange, ...]


def recalculations_of(actor: Actor, period: PayPeriod) -> list[StatementChange]:
    """The statements of a month that a later calculation changed, the largest change first."""
    statements = rows(actor, Statement).filter(period=period).select_related("owner")
    found = [change for one in statements if (change := _change(one, actor.language)) is not None]
    return sorted(found, key=lambda one: -max(abs(s.change) for s in one.sums))


def line_changes(
    before: Iterable[Mapping[str, Any]], after: Iterable[Mapping[str, Any]], language: str
) -> tuple[LineChange, ...]:
    """The lines that differ in amount, by their keys, in the order of the statements."""
    old, new = ({str(line["key"]): line for line in lines} for lines in (before, after))
    found = []
    for key in dict.fromkeys((*old, *new)):
        line = new.get(key) or old[key]
        was, now = _amount(old.get(key)), _amount(new.get(key))
        if was != now:
            told = "zh" if language.startswith("zh") else "en"
            reason, why = ((one or {}).get(told) or "" for one in (old.get(key), line))
            gone = key not in new
            found.append(
                LineChange(line=line, before=was, after=now, was=reason, why=why, is_gone=gone)
            )
    return tuple(found)


def _change(statement: Statement, language: str) -> StatementChange | None:
    for entry in history(KIND, statement.pk, most=MOST):
        old, new = entry.changes.get("lines", (None, None))
        if old is None or new is None:
            continue
        sums = tuple(
            SumChange(name=name, before=_number(pair[0]), after=_number(pair[1]))
            for name in SUMS
            if (pair := entry.changes.get(name)) is not None
        )
        lines = line_changes(old, new, language)
        if sums or lines:
            return StatementChange(
                statement=statement,
                at=entry.at,
                by=entry.actor_name,
                reason=entry.reason,
                sums=sums or (SumChange(name="earned", before=Decimal(0), after=Decimal(0)),),
                lines=lines,
            )
    return None


def _amount(line: Mapping[str, Any] | None) -> Decimal:
    return Decimal(0) if line is None else Decimal(str(line["amount"]))


def _number(value: Any) -> Decimal:
    return Decimal(str(value or 0))
