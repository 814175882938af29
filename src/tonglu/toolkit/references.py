"""Everything that points at a row, and pointing it all at another one: what merging and converting records need.

Rows point by foreign key, or, when they may hang on any record, by the kind and id of their *target*; models of the second sort
make themselves known with `target_register`. Tables of higher modules are found through the model registry, so that no module
needs to know who points at its rows. Where the database refuses the change (an append-only fact, a pair that exists already),
the row is left as it is and named in the answer.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db import DatabaseError, transaction
from django.db.models import F, ForeignKey, Model, QuerySet

from .clock import now
from .records import Record


@dataclass(frozen=True, kw_only=True)
class Target:
    """A model whose rows hang on any record: the columns for its kind, id and, where kept, name."""

    model: type[Model]
    kind: str = "target_kind"
    id: str = "target_id"
    name: str = "target_name"


@dataclass(kw_only=True)
class Moved:
    """How many rows of each kind now point elsewhere, and what could not be moved."""

    counts: dict[str, int] = field(default_factory=dict)
    kept: dict[str, int] = field(default_factory=dict)


_targets: dict[type[Model], Target] = {}


def target_register(model: type[Model], **columns: str) -> None:
    """Make known that rows of the model hang on any record."""
    _targets[model] = Target(model=model, **columns)


def references_count(row: Model) -> dict[str, int]:
    """How many rows of each kind point at the row; kinds with none are left out."""
    counts: dict[str, int] = {}
    for rows, _change in _references(row, row):
        if found := rows.count():
            label = rows.model._meta.label_lower
            counts[label] = counts.get(label, 0) + found
    return counts


def references_move(row: Model, to: Model, *, only_targets: bool = False) -> Moved:
    """Point everything that points at `row` at `to`; inside the caller's transaction and audit context."""
    moved = Moved()
    for rows, change in _references(row, to, only_targets=only_targets):
        label = rows.model._meta.label_lower
        done, kept = _move(rows, change)
        if done:
            moved.counts[label] = moved.counts.get(label, 0) + done
        if kept:
            moved.kept[label] = moved.kept.get(label, 0) + kept
    return moved


def _references(
    row: Model, to: Model, *, only_targets: bool = False
) -> Iterator[tuple[QuerySet[Any], dict[str, Any]]]:
    if not only_targets:
        yield from _foreign_keys(row, to)
    for target in _targets.values():
        here = {target.kind: row._meta.label_lower, target.id: row.pk}
        there = {target.kind: to._meta.label_lower, target.id: to.pk, target.name: str(to)}
        yield target.model._base_manager.filter(**here), there


def _foreign_keys(row: Model, to: Model) -> Iterator[tuple[QuerySet[Any], dict[str, Any]]]:
    for relation in row._meta.get_fields(include_hidden=True):
        link = getattr(relation, "field", None)
        if relation.concrete or not isinstance(link, ForeignKey):
            continue
        rows = link.model._base_manager.filter(**{link.name: row})
        if link.model is type(row):
            rows = rows.exclude(pk=to.pk)
        yield rows, {link.attname: to.pk}


def _move(rows: QuerySet[Any], change: Mapping[str, Any]) -> tuple[int, int]:
    """All at once; one by one when the database refuses one of them."""
    values = _with_version(rows.model, change)
    try:
        with transaction.atomic():
            return rows.update(**values), 0
    except DatabaseError:
        results = [_move_one(rows.model, pk, values) for pk in rows.values_list("pk", flat=True)]
        return sum(results), len(results) - sum(results)


def _move_one(model: type[Model], pk: int, values: Mapping[str, Any]) -> bool:
    try:
        with transaction.atomic():
            model._base_manager.filter(pk=pk).update(**values)
    except DatabaseError:
        return False
    return True


def _with_version(model: type[Model], change: Mapping[str, Any]) -> dict[str, Any]:
    if not issubclass(model, Record):
        return dict(change)
    return {**change, "version": F("version") + 1, "updated_at": now()}
