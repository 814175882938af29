"""Searching the trail: who changed what, of which kind, by which verb, through which door, when; newest first, page by page.

A page starts after the last entry shown (its moment and its id), so that the last page of a million entries costs what the first
one does. Every filter has an index that ends in the moment.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import Q, QuerySet
from django.utils import timezone

from tonglu.audit.models import Entry
from tonglu.audit.selectors import entries

PAGE = 50


@dataclass(frozen=True, kw_only=True)
class TrailQuery:
    """What is looked for; empty values do not narrow. `since` and `until` are days, both included."""

    person: int | None = None
    kind: str = ""
    row: int | None = None
    verb: str = ""
    door: str = ""
    since: dt.date | None = None
    until: dt.date | None = None

    @classmethod
    def of(cls, given: Mapping[str, str]) -> TrailQuery:
        """The query an address asks for; what is no number or no day is left out."""
        return cls(
            person=_number(given.get("person", "")),
            kind=given.get("kind", ""),
            row=_number(given.get("row", "")),
            verb=given.get("verb", ""),
            door=given.get("door", ""),
            since=_day(given.get("since", "")),
            until=_day(given.get("until", "")),
        )

    def values(self) -> dict[str, str]:
        """The same as an address or a job holds it."""
        return {name: str(value) for name, value in vars(self).items() if value not in (None, "")}


@dataclass(frozen=True, kw_only=True)
class TrailPage:
    """Entries, newest first, and the cursor of the next page ("" at the end)."""

    entries: list[Entry]
    next: str


def trail_page(query: TrailQuery, cursor: str = "", most: int = PAGE) -> TrailPage:
    """One page of the entries that were looked for."""
    found = list(_after(trail_rows(query), cursor)[: most + 1])
    shown = found[:most]
    return TrailPage(entries=shown, next=_cursor(shown[-1]) if len(found) > most else "")


def trail_rows(query: TrailQuery) -> QuerySet[Entry]:
    """All entries that were looked for, newest first."""
    exact = {"actor_id": query.person, "verb": query.verb, "door": query.door}
    rows = entries().filter(**{name: value for name, value in exact.items() if value})
    rows = _about(rows, query)
    if query.since:
        rows = rows.filter(at__gte=_midnight(query.since))
    if query.until:
        rows = rows.filter(at__lt=_midnight(query.until + dt.timedelta(days=1)))
    return rows.order_by("-at", "-id")


def _about(rows: QuerySet[Entry], query: TrailQuery) -> QuerySet[Entry]:
    """Of one kind; of one record together with its lines."""
    if query.kind and query.row is not None:
        own = Q(kind=query.kind, row_id=query.row)
        return rows.filter(own | Q(parent_kind=query.kind, parent_id=query.row))
    return rows.filter(kind=query.kind) if query.kind else rows


def _after(rows: QuerySet[Entry], cursor: str) -> QuerySet[Entry]:
    moment, _bar, number = cursor.partition("|")
    try:
        at, pk = dt.datetime.fromisoformat(moment), int(number)
    except ValueError:
        return rows
    return rows.filter(at__lte=at).filter(Q(at__lt=at) | Q(id__lt=pk))


def _cursor(entry: Entry) -> str:
    return f"{entry.at.astimezone(dt.UTC).isoformat()}|{entry.pk}"


def _midnight(day: dt.date) -> dt.datetime:
    return timezone.make_aware(dt.datetime.combine(day, dt.time()))


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() and len(text) < 19 else None


def _day(text: str) -> dt.date | None:
    try:
        return dt.date.fromisoformat(text)
    except ValueError:
        return None
